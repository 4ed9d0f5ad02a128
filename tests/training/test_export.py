"""An exported directory is what the application and sentence-transformers read."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("bm25s", reason="the recipe's own dependencies: pip install .[train]")

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer

from index.encoders.load import load_encoder
from index.encoders.weights import read_tensors, widen
from index.encoders.whole_numbers import WholeNumberEncoder, _sums_without_overflow
from index.retrieval.late_interaction import max_sim
from ingest.errors import EncoderError
from tests.training.toy import TEXTS, toy_retriever, write_start
from training.export import export_graph, export_model
from training.retriever import start_projection
from training.start import E5File
from training.token_space import piece_weights
from training.tokens import TokenTable


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """The directory of an untrained model."""
    write_start(tmp_path / "w.bin")
    model, tokenizer = toy_retriever(E5File(tmp_path / "w.bin"))
    table = TokenTable(tokenizer, TEXTS)
    start_projection(model, [table[row] for row in range(4)], seed=1)
    folder = tmp_path / "modele"
    export_model(model, tokenizer, piece_weights(tokenizer, TEXTS), 2, folder)
    export_graph(folder, [f"passage: {text}" for text in TEXTS])
    with torch.inference_mode():
        reading = model([table[row] for row in range(4)], is_query=True, max_tokens=64)
    np.save(tmp_path / "trained.npy", reading.vectors.numpy())
    return folder


@pytest.mark.encoder
def test_an_exported_model_gives_the_vectors_it_was_trained_to(
    exported: Path, tmp_path: Path
) -> None:
    encoder = load_encoder(str(exported))
    assert isinstance(encoder, WholeNumberEncoder)
    trained = np.load(tmp_path / "trained.npy")
    library = SentenceTransformer(str(exported), trust_remote_code=False, device="cpu")
    plain = library.encode(TEXTS, prompt_name="query")
    # bfloat16 in training; eight-bit floats on disk; eight-bit whole numbers when read.
    assert ((plain * trained).sum(axis=1) > 0.998).all()
    assert ((plain * encoder.encode_queries(TEXTS)).sum(axis=1) > 0.998).all()
    question, passages = encoder.read_queries(TEXTS[:1])[0], encoder.read_passages(TEXTS)
    assert question.tokens is not None
    assert max_sim(question.tokens, [one.codes for one in passages]).argmax() == 0
    assert [len(one.codes) for one in passages] == [
        len(encoder.piece_spans(text)) * 16 // 8 for text in TEXTS
    ]
    names = {file.name for file in exported.rglob("*") if file.is_file()}
    assert not {name for name in names if name.endswith((".bin", ".pt", ".pkl", ".py"))}


@pytest.mark.encoder
def test_the_card_survives_a_new_export(exported: Path, tmp_path: Path) -> None:
    (exported / "README.md").write_text("La fiche.", encoding="utf-8")
    model, tokenizer = toy_retriever(E5File(tmp_path / "w.bin"))
    export_model(model, tokenizer, piece_weights(tokenizer, TEXTS), 2, exported)
    assert (exported / "README.md").read_text(encoding="utf-8") == "La fiche."


@pytest.mark.encoder
def test_a_text_does_not_depend_on_its_neighbours(exported: Path) -> None:
    encoder = load_encoder(str(exported))
    alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    np.testing.assert_array_equal(encoder.encode_passages(TEXTS), alone)
    assert encoder.encode_queries([]).shape == (0, encoder.dimension)
    assert not np.allclose(encoder.encode_queries(TEXTS), alone), "prompts differ"


@pytest.mark.encoder
def test_spans_are_those_of_the_text_without_its_prompt(exported: Path) -> None:
    encoder = load_encoder(str(exported))
    assert isinstance(encoder, WholeNumberEncoder)
    text = "le chien mange le chat"
    spans = encoder.piece_spans(text)
    assert [text[start:end].strip() for start, end in spans] == ["le chien", "mange le", "chat"]


@pytest.mark.encoder
@pytest.mark.parametrize("name", ["graph.onnx", "model.safetensors", "products.safetensors"])
def test_a_damaged_file_is_said(exported: Path, name: str) -> None:
    (exported / name).write_bytes((exported / name).read_bytes()[:40])
    with pytest.raises(EncoderError, match="incomplet ou abîmé"):
        load_encoder(str(exported)).encode_queries(TEXTS)


@pytest.mark.encoder
def test_a_missing_runtime_is_said(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EncoderError, match="pip install onnxruntime"):
        load_encoder(str(exported)).encode_queries(TEXTS)


@pytest.mark.encoder
@pytest.mark.parametrize("flags", ["flags\t\t: sse avx2 avx512_vnni", "flags\t\t: sse avx2", None])
def test_vectors_are_the_same_on_every_processor(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: str | None
) -> None:
    expected = load_encoder(str(exported)).encode_passages(TEXTS)
    path = tmp_path / "cpuinfo"
    if flags is not None:
        path.write_text(flags + "\n", encoding="utf-8")
    monkeypatch.setattr("index.encoders.whole_numbers._PROCESSORS", path)
    assert _sums_without_overflow() == ("vnni" in (flags or ""))
    found = load_encoder(str(exported)).encode_passages(TEXTS)
    assert ((found * expected).sum(axis=1) > 0.9999).all()


def test_every_eight_bit_float_is_widened_as_torch_does(tmp_path: Path) -> None:
    codes = torch.arange(256, dtype=torch.uint8).view(torch.float8_e4m3fn)
    save_file({"all": codes.reshape(2, 128), "half": torch.ones(3).half()}, tmp_path / "w")
    tensors = read_tensors(tmp_path / "w")
    np.testing.assert_array_equal(widen(tensors["all"]).ravel(), codes.float().numpy())
    np.testing.assert_array_equal(widen(tensors["half"]), np.ones(3, np.float32))
