"""A passage as pieces: no letter is lost, whatever the offsets and the script."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archiblogue.web.desk.excerpt import BEST, EXCERPT_CHARACTERS, WORD, excerpt, pieces
from index.model import Span

spans = st.builds(Span, st.integers(-5, 80), st.integers(-5, 80))


@given(st.text(max_size=60), st.lists(spans, max_size=5), st.none() | spans)
def test_the_pieces_are_the_text(text: str, matches: list[Span], best: Span | None) -> None:
    assert "".join(str(piece) for piece, _ in pieces(text, matches, best)) == text


def test_marks_add_up() -> None:
    found = pieces("un bon pain chaud", [Span(7, 11)], Span(3, 17))
    assert found == [["un ", 0], ["bon ", BEST], ["pain", BEST | WORD], [" chaud", BEST]]


def test_an_emoji_counts_as_the_one_character_that_it_is() -> None:
    assert pieces("🍞 pain", [Span(2, 6)], None) == [["🍞 ", 0], ["pain", WORD]]


def test_a_short_passage_is_whole() -> None:
    assert excerpt("Un pain.", [Span(3, 7)], None) == [["Un ", 0], ["pain", WORD], [".", 0]]


def test_a_long_passage_begins_at_its_best_sentence_and_says_that_it_is_cut() -> None:
    before, best, after = "Avant. " * 40, "La farine de sarrasin.", " Après." * 100
    text = before + best + after
    start = len(before)
    found = excerpt(text, [Span(start + 3, start + 9)], Span(start, start + len(best)))
    assert found[0] == ["… ", 0]
    assert found[-1] == [" …", 0]
    assert ["farine", BEST | WORD] in found
    shown = "".join(str(piece) for piece, _ in found)
    assert shown.startswith("… La farine")
    assert len(shown) <= EXCERPT_CHARACTERS + 4


@given(st.text(max_size=900), st.none() | st.builds(Span, st.integers(0, 900), st.integers(0, 900)))
def test_an_excerpt_is_a_part_of_its_text(text: str, best: Span | None) -> None:
    found = excerpt(text, [], best)
    kept = [str(piece) for piece, mark in found if str(piece) not in {"… ", " …"} or mark]
    assert "".join(kept) in text or "…" in text
