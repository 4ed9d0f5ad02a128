"""An exported directory is what the application and sentence-transformers read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("bm25s", reason="the recipe's own dependencies: pip install .[train]")

import torch
from transformers import BertConfig, BertModel

from index.encoders.bundled import TransformerEncoder
from index.encoders.load import BUNDLED_NAME, load_encoder
from index.retrieval.late_interaction import max_sim
from training.distil import DistilPlan, train_student
from training.export import export_static, export_transformer
from training.student import MAX_TOKENS, TransformerStudent
from training.token_space import measure_token_space
from training.tokenizer import train_tokenizer
from training.tokens import ClozePassages, PairPool, TokenPair, TokenTable, TrainingData

TEXTS = ["le chat dort", "le chien mange", "la maison est grande", "l'été arrive à l'école"]
TOKENIZER = train_tokenizer(TEXTS * 10, 200, folds_accents=True)


@pytest.fixture
def student() -> TransformerStudent:
    """A BERT of one small layer with random weights."""
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=TOKENIZER.get_vocab_size(),
        hidden_size=24,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=MAX_TOKENS,
    )
    return TransformerStudent(BertModel(config, add_pooling_layer=False).eval(), TOKENIZER)


@pytest.mark.encoder
def test_an_exported_student_gives_the_vectors_it_was_trained_to(
    student: TransformerStudent, tmp_path: Path
) -> None:
    export_transformer(student, TOKENIZER, tmp_path / BUNDLED_NAME)
    space = measure_token_space(tmp_path / BUNDLED_NAME, TOKENIZER, [*TEXTS, "un chat, un chien !"])
    space.save(tmp_path / BUNDLED_NAME)
    encoder = load_encoder(str(tmp_path / BUNDLED_NAME))
    assert isinstance(encoder, TransformerEncoder)
    ids = [np.asarray(e.ids, np.int32) for e in TOKENIZER.encode_batch(TEXTS)]
    with torch.inference_mode():
        trained = student([text[1:-1] for text in ids]).numpy()
    # bfloat16 in training, half precision on disk.
    assert ((encoder.encode_passages(TEXTS) * trained).sum(axis=1) > 0.999).all()
    question, passages = encoder.read_queries(TEXTS[:1])[0], encoder.read_passages(TEXTS)
    assert question.tokens is not None
    assert max_sim(question.tokens, [one.codes for one in passages]).argmax() == 0
    names = {file.name for file in tmp_path.rglob("*") if file.is_file()}
    assert not {name for name in names if name.endswith((".bin", ".pt", ".pkl", ".py"))}


@pytest.mark.encoder
def test_the_card_survives_a_new_export(tmp_path: Path) -> None:
    table = np.ones((TOKENIZER.get_vocab_size(), 8), dtype=np.float32)
    export_static(table, TOKENIZER, tmp_path / "m")
    (tmp_path / "m" / "README.md").write_text("La fiche.", encoding="utf-8")
    export_static(table, TOKENIZER, tmp_path / "m")
    assert (tmp_path / "m" / "README.md").read_text(encoding="utf-8") == "La fiche."


def test_training_comes_nearer_to_the_teacher_and_resumes(
    student: TransformerStudent, tmp_path: Path
) -> None:
    teacher = np.random.default_rng(2).standard_normal((4, 24))
    teacher /= np.linalg.norm(teacher, axis=1, keepdims=True)
    table = TokenTable(TOKENIZER, TEXTS)
    pairs = [TokenPair(table[row], table[1]) for row in range(4)]
    pool = PairPool(pairs, ClozePassages(TOKENIZER, [TEXTS]))
    groups = np.array([[0, 4], [1, 2]])
    data = TrainingData(table, teacher.astype(np.float16), pool, groups)

    def nearness() -> float:
        with torch.inference_mode():
            return float((student([table[row] for row in range(4)]).numpy() * teacher).sum() / 4)

    before = nearness()
    plan = DistilPlan(n_steps=30, batch_pairs=2, pair_share=0.1, learning_rate=5e-3)
    reached: list[int] = []
    train_student(student, data, plan, tmp_path / "c", lambda step, _: reached.append(step))
    assert nearness() > before + 0.3
    train_student(student, data, plan, tmp_path / "c", lambda step, _: reached.append(step))
    assert reached == [30], "a finished run is not trained again"
