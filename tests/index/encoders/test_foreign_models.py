"""A model's folder may come from anybody: weights by safetensors only, and never its code."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest

from index.encoders.load import BUNDLED_NAME, load_encoder, load_reranker
from ingest.errors import EncoderError

BUNDLED = Path(__file__).resolve().parents[3] / "index" / "encoders" / BUNDLED_NAME
CLASSES = ("AutoConfig", "AutoModel", "AutoTokenizer")


class _Bomb:
    """Pickled, it makes a file when it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return Path.touch, (self.mark,)  # type: ignore[return-value]


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """The bundled model under another name: sentence-transformers loads it."""
    folder = tmp_path / "modele-recu"
    shutil.copytree(BUNDLED, folder)
    return folder


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """The file that exists once foreign code has run."""
    return tmp_path / "execute"


def write_code(folder: Path, mark: Path) -> None:
    (folder / "modele.py").write_text(
        f"from pathlib import Path\nPath({str(mark)!r}).touch()\n"
        "class Modele:\n    def __init__(self, *a, **k): pass\n"
        "    @classmethod\n    def load(cls, *a, **k): return cls()\n",
        encoding="utf-8",
    )


def test_a_bomb_would_be_seen(mark: Path) -> None:
    pickle.loads(pickle.dumps(_Bomb(mark)))
    assert mark.exists()


@pytest.mark.encoder
@pytest.mark.parametrize("kind", ["modele.Modele", "os.path.join", "subprocess.Popen"])
def test_a_class_that_the_folder_names_is_never_run(
    foreign: Path, mark: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    write_code(foreign, mark)
    monkeypatch.chdir(foreign)
    modules = json.loads((foreign / "modules.json").read_text(encoding="utf-8"))
    modules[0]["type"] = kind
    (foreign / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    with pytest.raises(EncoderError):
        load_encoder(str(foreign))
    assert not mark.exists()


@pytest.mark.encoder
def test_an_automatic_class_of_the_configuration_is_never_run(foreign: Path, mark: Path) -> None:
    write_code(foreign, mark)
    for path in foreign.rglob("config.json"):
        config = json.loads(path.read_text(encoding="utf-8"))
        config["model_type"] = "inconnu-ailleurs"
        config["auto_map"] = dict.fromkeys(CLASSES, "modele.Modele")
        path.write_text(json.dumps(config), encoding="utf-8")
        if path.parent != foreign:
            shutil.copy(foreign / "modele.py", path.parent)
    for load in (load_encoder, load_reranker):
        with pytest.raises(EncoderError):
            load(str(foreign))
    assert not mark.exists()


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "poids.PKL", "x.ckpt"])
def test_a_module_with_pickled_weights_only_is_refused(
    foreign: Path, mark: Path, name: str
) -> None:
    modules = json.loads((foreign / "modules.json").read_text(encoding="utf-8"))
    modules.append(
        {"idx": 9, "name": "9", "path": "9_Dense", "type": "sentence_transformers.models.Dense"}
    )
    (foreign / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (foreign / "9_Dense").mkdir()
    (foreign / "9_Dense" / name).write_bytes(pickle.dumps(_Bomb(mark)))
    for load in (load_encoder, load_reranker):
        with pytest.raises(EncoderError, match=r"9_Dense.*safetensors"):
            load(str(foreign))
    assert not mark.exists()


def test_weights_in_both_forms_and_those_of_other_engines_do_no_harm(
    foreign: Path, mark: Path
) -> None:
    from index.encoders.directory import require_safetensors

    weights = next(foreign.rglob("*.safetensors"))
    (weights.parent / "pytorch_model.bin").write_bytes(pickle.dumps(_Bomb(mark)))
    (foreign / "openvino").mkdir()
    (foreign / "openvino" / "openvino_model.bin").write_bytes(b"poids")
    require_safetensors(foreign)
    assert not mark.exists()
