"""Reads what a sentence-transformers model directory says about itself, without torch."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from ingest.errors import EncoderError

_WEIGHTS_SUFFIX: Final = ".safetensors"
_WEIGHTS: Final = f"*{_WEIGHTS_SUFFIX}"
# Of the project's own models, and no weights of a module: how its pieces are compared, how its
# products are rounded, and the graph that is run without torch.
TOKENS_NAME: Final = "tokens.safetensors"
PRODUCTS_NAME: Final = "products.safetensors"
GRAPH_NAME: Final = "graph.onnx"
_BESIDE_WEIGHTS: Final = frozenset({TOKENS_NAME, PRODUCTS_NAME})
_PICKLED_SUFFIXES: Final = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"})
_REVISION_LENGTH: Final = 40
# Text that people edit without changing any vector.
_IGNORED_SUFFIXES: Final = frozenset({".md", ".gitattributes"})
_CHUNK_BYTES: Final = 1 << 20


def is_model_directory(path: Path) -> bool:
    """Whether `path` is a folder that sentence-transformers could load."""
    return path.is_dir() and ((path / "modules.json").is_file() or (path / "config.json").is_file())


def read_json(path: Path) -> Any:  # noqa: ANN401 - JSON holds anything
    """The parsed content of a JSON file of the model.

    Raises:
        EncoderError: the file cannot be read or is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"Le fichier « {path} » du modèle est illisible ({error}). "
            "Recopiez le dossier du modèle en entier, puis recommencez."
        ) from error


def module_types(path: Path) -> tuple[str, ...]:
    """The class names of the model's modules in order, e.g. `("StaticEmbedding", "Normalize")`."""
    modules = path / "modules.json"
    if not modules.is_file():
        return ()
    return tuple(str(module["type"]).rsplit(".", 1)[-1] for module in read_json(modules))


def own_prompts(path: Path) -> dict[str, str | None]:
    """The prompts written in the model's configuration, by task name."""
    config = path / "config_sentence_transformers.json"
    if not config.is_file():
        return {}
    prompts = read_json(config).get("prompts")
    return dict(prompts) if isinstance(prompts, dict) else {}


def require_safetensors(path: Path) -> None:
    """Refuses a model directory without safetensors weights: a pickle may run code when read.

    A module that has pickled weights must have safetensors beside them, which are then read.

    Raises:
        EncoderError: a module has pickled weights only, or there are no weights at all.
    """
    bad = next((folder for folder in _module_folders(path) if _is_pickled_only(folder)), None)
    if bad is not None or not any(one.name not in _BESIDE_WEIGHTS for one in path.rglob(_WEIGHTS)):
        raise EncoderError(
            f"Le dossier « {bad or path} » ne contient aucun fichier de poids *.safetensors, le "
            "seul format accepté. Convertissez le modèle avec save_pretrained, puis recommencez."
        )


def _module_folders(path: Path) -> list[Path]:
    """The folders that sentence-transformers reads weights from: the model's and its modules'."""
    modules = path / "modules.json"
    named = read_json(modules) if modules.is_file() else []
    return [path, *(path / str(one.get("path", "")) for one in named if isinstance(one, dict))]


def _is_pickled_only(folder: Path) -> bool:
    suffixes = {
        file.suffix.lower() for file in folder.glob("*") if file.name not in _BESIDE_WEIGHTS
    }
    return bool(suffixes & _PICKLED_SUFFIXES) and _WEIGHTS_SUFFIX not in suffixes


def content_revision(path: Path) -> str:
    """A hash of every file that can change a vector: 40 hexadecimal digits.

    The model card is left out, so that a correction of it does not ask for a new index.
    """
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*"), key=lambda f: f.relative_to(path).as_posix()):
        if not file.is_file() or file.suffix in _IGNORED_SUFFIXES or file.name.startswith("."):
            continue
        digest.update(f"{file.relative_to(path).as_posix()}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as stream:
            while block := stream.read(_CHUNK_BYTES):
                digest.update(block)
    return digest.hexdigest()[:_REVISION_LENGTH]


def unreadable(path: Path, error: Exception) -> EncoderError:
    """The error to raise for a model whose files are missing or damaged."""
    return EncoderError(
        f"Le modèle « {path} » est incomplet ou abîmé ({error}). "
        "Recopiez son dossier en entier, puis recommencez."
    )
