"""Names of documents, comments and passages stay the same when a page is read again."""

from __future__ import annotations

import re

import pytest

from ingest.identity import (
    canonical_url,
    comment_id,
    comment_passage_id,
    document_id,
    post_passage_id,
)
from ingest.passages import Part, Place, build_passages, split_long


@pytest.mark.parametrize(
    "url",
    [
        "http://exemple.org/2009/05/lac",
        "https://exemple.org/2009/05/lac/",
        "https://EXEMPLE.org:443/2009/05/lac#comments",
        "https://exemple.org/2009/05/lac?utm_source=rss&fbclid=1",
        " https://moi@exemple.org/2009/05/lac?replytocom=12 ",
    ],
)
def test_addresses_of_one_page_are_one(url: str) -> None:
    assert canonical_url(url) == "exemple.org/2009/05/lac"
    assert document_id(url, "a.html") == document_id("https://exemple.org/2009/05/lac", "b.html")


def test_addresses_of_two_pages_are_two() -> None:
    assert canonical_url("https://exemple.org/?p=1") != canonical_url("https://exemple.org/?p=2")
    assert document_id(None, "a.txt") != document_id(None, "b.txt")
    assert document_id("http://[::bad", "a.txt") == document_id("http://[::bad", "b.txt")


def test_names_have_their_form() -> None:
    doc_id = document_id(None, "seeds/a.txt")
    assert re.fullmatch(r"d-[0-9a-f]{16}", doc_id)
    assert post_passage_id("d-1", 2) == "d-1#p2"
    assert comment_id("d-1", 3) == "d-1#c3"
    assert comment_passage_id("d-1", 3, 2) == "d-1#c3.p2"


def test_a_long_paragraph_is_cut_between_sentences_and_loses_nothing() -> None:
    text = " ".join(f"Phrase numéro {n} de ce très long paragraphe." for n in range(200))
    spans = split_long(text)
    assert len(spans) > 2
    assert all(end - start <= 2400 and text[end - 1] == "." for start, end in spans)
    assert " ".join(text[start:end] for start, end in spans) == text
    assert split_long("x" * 10_000)[-1][1] == 10_000
    assert split_long("court") == [(0, 5)]
    passages = build_passages(Place("d-1"), [Part(text, 7, 7 + len(text))])
    assert [p.passage_id for p in passages] == [f"d-1#p{n + 1}" for n in range(len(spans))]
    assert all(text[p.start - 7 : p.end - 7] == p.text for p in passages)
