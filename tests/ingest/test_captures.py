# ruff: noqa: SIM905  word lists read better unbroken
"""Several captures of one post: whatever only one of them says is kept or listed."""

from __future__ import annotations

import random

import pytest

from ingest.captures import merge_captures
from ingest.html.page import read_html
from ingest.model import Document, Page, Role

THINGS = (
    "tourtière glace érable neige rivière forge moulin laine farine levain bouilloire grange "
    "traîneau".split()
)
SENTENCES = [
    f"Chez {n} personnes, {thing} {thing[::-1]} valait {n + 3}{n} sous{n} selon{n} {thing}s."
    for n, thing in enumerate(THINGS)
]


def page(
    name: str,
    paragraphs: list[str],
    comments: list[tuple[int, str, str]] | None = None,
    title: str = "La tourtière",
) -> Document:
    items = "".join(
        f'<li class="comment" id="comment-{n}"><cite class="fn">{who}</cite>'
        f'<div class="comment-content"><p>{text}</p></div></li>'
        for n, who, text in comments or []
    )
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = (
        f"<html><head><title>{title}</title></head><body class='single'><h1>{title}</h1>"
        f"<div class='entry-content'>{body}</div><ol class='commentlist'>{items}</ol></body></html>"
    )
    return read_html(Page(name, b"", url="http://b.example/t/"), html)


def said(document: Document) -> set[str]:
    return {p.text for p in document.passages}


def test_a_paragraph_that_only_one_capture_holds_is_kept() -> None:
    long = page("2010.html", SENTENCES[:6])
    short = page("2008.html", [SENTENCES[0], SENTENCES[8], SENTENCES[1]])
    (merged,), rejections = merge_captures([short, long])
    assert not rejections
    assert said(merged) == {*SENTENCES[:6], SENTENCES[8]}
    added = next(e for e in merged.ledger if e.rule == "autre-capture")
    assert "2008.html" in added.reason
    assert added.text == SENTENCES[8]


def test_the_sentences_of_another_version_are_listed() -> None:
    old = page("2008.html", [f"{SENTENCES[0]} {SENTENCES[1]} Elle coûtait dix sous la livre."])
    new = page("2010.html", [f"{SENTENCES[0]} {SENTENCES[1]} {SENTENCES[2]}", SENTENCES[3]])
    (merged,), (rejection,) = merge_captures([old, new])
    assert said(merged) == said(new)
    assert (rejection.slug, rejection.source_path) == ("autre-version", "2008.html")
    assert "Elle coûtait dix sous la livre." in rejection.detail
    assert SENTENCES[0] not in rejection.detail


def test_comments_with_one_number_and_two_writers_are_two() -> None:
    first = page("a.html", SENTENCES[:5], [(1, "Zoé", SENTENCES[6])])
    second = page("b.html", SENTENCES[:4], [(1, "Paul", SENTENCES[7])])
    (merged,), _ = merge_captures([first, second])
    assert [c.author for c in merged.comments] == ["Zoé", "Paul"]


def test_a_comment_that_was_edited_is_one_and_its_other_words_are_listed() -> None:
    first = page("a.html", SENTENCES[:5], [(1, "Zoé", SENTENCES[6])])
    second = page("b.html", SENTENCES[:4], [(1, "Zoé", f"{SENTENCES[6]} Mes excuses à tous.")])
    (merged,), (rejection,) = merge_captures([first, second])
    assert len(merged.comments) == 1
    assert "Mes excuses à tous." in rejection.detail


def test_two_posts_that_state_one_address_stay_two() -> None:
    first = page("a.html", SENTENCES[:6])
    second = page("b.html", SENTENCES[7:], title="Le moulin")
    merged, rejections = merge_captures([first, second])
    assert {d.title for d in merged} == {"La tourtière", "Le moulin"}
    assert len({d.doc_id for d in merged}) == 2
    assert not rejections
    assert [d.url for d in merged] == ["http://b.example/t/", None]
    assert all(p.passage_id.startswith(merged[1].doc_id) for p in merged[1].passages)


@pytest.mark.parametrize("seed", range(20))
def test_no_sentence_vanishes_between_captures(seed: int) -> None:
    chance = random.Random(seed)
    captures = []
    for n in range(3):
        paragraphs = chance.sample(SENTENCES, chance.randint(2, 9))
        joined = [" ".join(paragraphs[:2]), *paragraphs[2:]]
        replies = [(k, f"A{k}", f"Réponse {k} : {SENTENCES[k]}") for k in range(4)]
        captures.append(page(f"{n}.html", joined, chance.sample(replies, chance.randint(0, 4))))
    merged, rejections = merge_captures(captures)
    whole = "\n".join(
        [*(p.text for d in merged for p in d.passages), *(r.detail for r in rejections)]
    )
    for capture in captures:
        for passage in capture.passages:
            for sentence in passage.text.split(". "):
                assert sentence in whole
    (document,) = merged
    assert [p.ordinal for p in document.passages] == list(range(len(document.passages)))
    assert len({p.passage_id for p in document.passages}) == len(document.passages)
    kept = {e.passage_id: (e.start, e.end) for e in document.ledger if e.passage_id}
    assert {p.passage_id: (p.start, p.end) for p in document.passages} == kept
    assert sum(p.role is Role.POST for p in document.passages) >= 2
