"""The recipe's parts on toy data: each can fail without hours of training."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

pytest.importorskip("bm25s", reason="the recipe's own dependencies: pip install .[train]")

from training.carry import carry_embeddings
from training.corpus import iter_records, read_pairs, split_sentences, write_pairs
from training.harness import RetrievalSet, french_terms, fuse, lexical_scores, load_set, ndcg
from training.tokenizer import train_tokenizer
from training.tokens import ClozePassages, TokenPair, TokenTable, repeated_passages

SENTENCES = ["le chat dort", "le chien mange", "la maison est grande", "l'été arrive à l'école"]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(SENTENCES * 10, 200, folds_accents=True)


def test_the_tokenizer_folds_case_accents_and_apostrophes(tokenizer: Tokenizer) -> None:
    straight = tokenizer.encode("L'ÉTÉ, cœur").ids
    assert straight == tokenizer.encode("l’ete, coeur").ids
    assert tokenizer.encode("l'été").tokens == ["[CLS]", "l", "ete", "[SEP]"]
    assert [tokenizer.id_to_token(row) for row in range(2)] == ["[PAD]", "[UNK]"]


def test_sentences_are_cut_without_loss() -> None:
    text = "Il pleut à verse. Que faire ? Rien… « Vraiment ? » demanda-t-elle. M. X. sourit"
    assert " ".join(split_sentences(text)) == text
    assert len(split_sentences(text)) >= 4


def test_pairs_survive_their_file(tmp_path: Path) -> None:
    pairs = [("a\nb", "é"), ("“c”", "\u2028")]
    write_pairs(tmp_path / "pairs.jsonl", pairs)
    assert read_pairs(tmp_path / "pairs.jsonl") == pairs


def test_records_are_read_from_gzip(tmp_path: Path) -> None:
    path = tmp_path / "text_x.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write(json.dumps({"t": "é"}) + "\n")
    assert list(iter_records(path)) == [{"t": "é"}]


def test_a_table_of_tokens_gives_back_each_text(tokenizer: Tokenizer) -> None:
    table = TokenTable(tokenizer, [*SENTENCES, ""])
    for row, sentence in enumerate(SENTENCES):
        assert table[row].tolist() == tokenizer.encode(sentence, add_special_tokens=False).ids
    assert table[4].tolist() == []
    assert table.span(0, 2).tolist() == [*table[0], *table[1]]


def test_a_cloze_pair_hides_its_sentence_most_of_the_time(tokenizer: Tokenizer) -> None:
    passages = ClozePassages(tokenizer, [SENTENCES])
    whole = TokenTable(tokenizer, SENTENCES).span(0, 4).tolist()
    pairs = [passages.draw(0, random.Random(seed)) for seed in range(200)]
    kept = sum(pair.passage.tolist() == whole for pair in pairs if pair)
    assert 20 < kept < 80
    assert all(0 < len(pair.passage) <= len(whole) for pair in pairs if pair)


def test_a_repeated_passage_is_no_negative() -> None:
    def pair(query: int, passage: int) -> TokenPair:
        return TokenPair(np.array([query], np.int32), np.array([passage], np.int32))

    same = repeated_passages([pair(1, 7), pair(2, 7), pair(1, 8), pair(3, 9)])
    assert same.tolist() == [
        [False, True, True, False],
        [True, False, False, False],
        [True, False, False, False],
        [False, False, False, False],
    ]


def test_embeddings_are_carried_over_by_translation() -> None:
    """Words that translate each other end nearest, function words explained away."""
    lexicon = {"chat": "cat", "chien": "dog", "maison": "house", "fleur": "flower", "pain": "bread"}
    verbs = {"voit": "sees", "aime": "likes", "cherche": "seeks"}
    rng = random.Random(3)
    pairs = []
    for _ in range(400):
        (f1, e1), (f2, e2) = rng.sample(sorted(lexicon.items()), 2)
        fv, ev = rng.choice(sorted(verbs.items()))
        pairs.append((f"the {e1} {ev} the {e2}", f"le {f1} {fv} le {f2}"))
    french = train_tokenizer([fr for _, fr in pairs], 300, folds_accents=True)
    english = train_tokenizer([en for en, _ in pairs], 300, folds_accents=True)
    table = np.eye(english.get_vocab_size(), dtype=np.float32)
    carried = carry_embeddings(pairs, english, french, table)
    for fr, en in [*lexicon.items(), *verbs.items(), ("le", "the")]:
        assert int(carried[french.token_to_id(fr)].argmax()) == english.token_to_id(en), fr


def test_ndcg_follows_its_definition() -> None:
    scores = np.array([[3.0, 2.0, 1.0], [1.0, 3.0, 2.0]], dtype=np.float32)
    assert ndcg(scores, [{0: 1.0}, {1: 1.0}]) == pytest.approx(100)
    assert ndcg(scores, [{1: 1.0}, {1: 1.0}]) == pytest.approx(50 * (1 + 1 / np.log2(3)))
    graded = ndcg(scores[:1], [{0: 1.0, 2: 2.0}])
    ideal = 2 + 1 / np.log2(3)
    assert graded == pytest.approx(100 * (1 + 2 / np.log2(4)) / ideal)


def test_fusion_is_free_of_each_lane_s_scale() -> None:
    dense = np.array([[0.2, 0.9, 0.1]], dtype=np.float32)
    lexical = np.array([[12.0, 0.0, 3.0]], dtype=np.float32)
    np.testing.assert_allclose(
        fuse(dense, lexical, 0.4), fuse(dense * 5 + 1, lexical / 7, 0.4), atol=1e-6
    )
    assert int(fuse(dense, lexical, 1.0).argmax()) == 1
    assert int(fuse(dense, lexical, 0.0).argmax()) == 0


def test_french_terms_are_stems_without_articles() -> None:
    assert french_terms("L’école et les écoles d'aujourd’hui") == french_terms(
        "écoles école aujourd'hui"
    )
    target = RetrievalSet(
        "x", ["les chevaux"], ["la voiture rouge", "un cheval blanc", "les chevaux"], [{2: 1.0}]
    )
    assert int(lexical_scores(target).argmax()) == 2


def test_a_set_is_read_with_its_distractors(tmp_path: Path) -> None:
    def lines(name: str, *records: dict[str, str]) -> None:
        text = "".join(json.dumps(record) + "\n" for record in records)
        (tmp_path / name).write_text(text, encoding="utf-8")

    lines("corpus.jsonl", {"_id": "a", "title": "T", "text": "x"})
    lines("corpus_distractors.jsonl", {"_id": "b", "title": "", "text": "y"})
    lines("queries.jsonl", {"_id": "q", "text": "?"}, {"_id": "without", "text": "!"})
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\n", encoding="utf-8")
    target = load_set(tmp_path)
    assert (target.queries, target.documents, target.relevant) == (
        ["?"],
        ["T x", "y"],
        [{0: 1.0}],
    )
