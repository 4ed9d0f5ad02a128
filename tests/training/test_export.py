"""An exported directory is what the application and sentence-transformers read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("bm25s", reason="the recipe's own dependencies: pip install .[train]")

import torch
from sentence_transformers import SentenceTransformer

from index.encoders.load import load_encoder
from index.encoders.whole_numbers import WholeNumberEncoder
from index.retrieval.late_interaction import max_sim
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
