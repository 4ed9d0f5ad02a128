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

from tests.fakes import FakeEncoder, FakeTokenEncoder
from tests.training.toy import toy_tokenizer, write_start
from training.bilingual import BilingualPassages
from training.corpus import iter_records, read_pairs, split_sentences, write_pairs
from training.harness import (
    RetrievalSet,
    french_terms,
    fuse,
    lexical_scores,
    load_set,
    measure_set,
    ndcg,
    piece_scores,
)
from training.lessons import families
from training.questions import make_question
from training.start import SPECIAL_TOKENS, E5File
from training.token_space import piece_weights
from training.tokens import (
    ClozePassages,
    GivenPairs,
    PairPool,
    TokenPair,
    TokenTable,
    iter_pair_batches,
    repeated_passages,
)
from training.wording import QUEBEC, acronym_pairs, acronyms, vernacular_pairs

SENTENCES = ["le chat dort", "le chien mange", "la maison est grande", "l'été arrive à l'école"]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    """The pieces of the toy: the words of SENTENCES, and letters."""
    path = tmp_path_factory.mktemp("start") / "w.bin"
    write_start(path)
    return toy_tokenizer(E5File(path))[0]


def test_a_piece_counts_by_its_rarity_and_marks_do_not(tokenizer: Tokenizer) -> None:
    weights = piece_weights(tokenizer, ["le chat dort", "le chien mange", "le chien ."])
    piece = {token: weights[row] for token, row in tokenizer.get_vocab().items()}
    assert piece["▁chat"] > piece["▁chien"] > piece["▁le"] > 0
    assert piece["▁maison"] > piece["▁chat"], "what was never seen is rarest"
    assert [piece[token] for token in SPECIAL_TOKENS] == [0] * len(SPECIAL_TOKENS)


def test_sentences_are_cut_without_loss() -> None:
    text = "Il pleut à verse. Que faire ? Rien… « Vraiment ? » demanda-t-elle. M. X. sourit"
    assert " ".join(split_sentences(text)) == text
    assert len(split_sentences(text)) >= 4


def test_the_bench_compares_pieces_where_an_encoder_has_any() -> None:
    documents = ["la neige fond", "le chat dort au soleil", "un train part à midi"]
    target = RetrievalSet("jeu", ["le chat dort"], documents, [{1: 1.0}])
    with_pieces, without = (
        measure_set(FakeTokenEncoder(), target),
        measure_set(FakeEncoder(), target),
    )
    assert without.vector == without.dense == with_pieces.vector
    pieces = piece_scores(FakeTokenEncoder(), target)
    assert pieces is not None
    assert pieces.shape == (1, 3)
    assert pieces.argmax() == 1
    assert piece_scores(FakeEncoder(), target) is None


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


def test_half_of_the_pairs_of_a_text_ask_its_question(tokenizer: Tokenizer) -> None:
    passages = ClozePassages(tokenizer, [SENTENCES], ["qui dort ?"])
    question = TokenTable(tokenizer, ["qui dort ?"])[0].tolist()
    pairs = [passages.draw(0, random.Random(seed)) for seed in range(200)]
    asked = [pair for pair in pairs if pair and pair.query.tolist() == question]
    assert 70 < len(asked) < 130
    assert all(pair.passage.tolist() == passages.passage(0).tolist() for pair in asked)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Le pont a été construit en 1887 par la commune", {"Quand", "En", "À", "Depuis"}),
        ("La bibliothèque prête 12 000 livres à ses lecteurs", {"Combien", "Quel", "À"}),
        (
            "le prix fut remis par Gabrielle Roy aux élèves",
            {"Qui", "Où", "Quel", "Quelle", "Comment", "De", "Dans"},
        ),
    ],
)
def test_a_question_asks_for_a_span_by_its_kind(sentence: str, words: set[str]) -> None:
    answer = {"1887", "000", "Gabrielle"}
    for seed in range(40):
        question = make_question([sentence], random.Random(seed))
        assert question.endswith(" ?")
        assert question.split()[0] in words
        assert not answer & set(question.split())
        assert set(question.split()[-2:-1]) <= set(sentence.split())


def test_nothing_is_asked_about_a_word_or_two() -> None:
    assert make_question(["Bravo !", "Merci à tous"], random.Random(1)) == ""


def test_a_batch_holds_no_pair_twice(tokenizer: Tokenizer) -> None:
    table = TokenTable(tokenizer, SENTENCES)
    supervised = [TokenPair(table[row], table[(row + 1) % 4]) for row in range(4)]
    pool = PairPool(GivenPairs(supervised), ClozePassages(tokenizer, [SENTENCES]))
    assert (len(pool), pool.rows(1)) == (5, range(4, 5))
    batches = iter_pair_batches(pool, [0, 1, 2, 2, 2, 3], 4, random.Random(5))
    drawn = [next(batches) for _ in range(20)]
    assert {len(batch) for batch in drawn} == {2, 3, 4}
    for batch in drawn:
        assert len({pair.query.tobytes() for pair in batch}) == len(batch)


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


def test_a_question_of_one_language_has_a_passage_of_the_other(tokenizer: Tokenizer) -> None:
    passages = [[("la maison est grande", "le chat dort"), ("l'été arrive", "le chien mange")]]
    source = BilingualPassages(tokenizer, passages)
    pairs = [source.draw(0, random.Random(seed)) for seed in range(60)]
    english, french = (
        TokenTable(tokenizer, [" ".join(pair[side] for pair in passages[0])])[0].tolist()
        for side in (0, 1)
    )
    found = [pair.passage.tolist() for pair in pairs if pair]
    assert source.passage(0).tolist() == french
    assert 15 < found.count(english) < 45
    assert found.count(english) + found.count(french) == len(found)


def test_sentences_of_a_family_are_graded() -> None:
    angles = np.linspace(0, 1, 40)
    teacher = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float16)
    found = families(teacher, random.Random(1))
    assert found.shape == (40, 4), "itself, and the ranks that there are"
    gaps = np.abs(found - found[:, :1])
    assert (np.diff(gaps, axis=1) > 0).all()


def test_an_acronym_is_found_behind_its_long_form() -> None:
    text = "La loi sur l’accès à l’information (LAI) et la liste (UN)."
    (found,) = acronyms(text)
    assert found[:2] == ("LAI", "loi sur l’accès à l’information")
    assert text[found[2] : found[3]] == " (LAI)"
    pairs = acronym_pairs([[text]] * 30, random.Random(2), 30)
    asked = {query for query, _ in pairs}
    assert any("LAI" in query for query in asked)
    assert any("accès" in query for query in asked)
    for query, passage in pairs:
        assert ("LAI" in query) != ("LAI" in passage)


def test_a_question_in_words_of_quebec_meets_the_standard_ones() -> None:
    sentence = "Je gare ma voiture près de la maison le soir."
    (pair,) = vernacular_pairs([["Bon."], [sentence, "Et voilà."]], random.Random(3), 5)
    assert QUEBEC["voiture"] in pair[0].split()
    assert "voiture" not in pair[0]
    assert pair[1] == f"{sentence} Et voilà."


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
