"""Titles and authors of text pages: where they were read, and none under the threshold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.model import Document, Page
from ingest.plaintext.page import read_text
from ingest.repeats import without_repeats

PROSE = (
    "Nous avons marché toute la journée dans la neige, et personne ne s’est plaint du froid, "
    "parce que le lac était plus beau que sur les photos du dépliant."
)


def read(head: str, tail: str = "") -> Document:
    text = f"{head}\n\n{PROSE}\n\n{PROSE}\n{tail}"
    return read_text(Page("page.txt", text.encode()), text)


def taken(document: Document, fact: str) -> tuple[str, str] | None:
    of_fact = (e for e in document.evidence if e.fact == fact and e.is_taken)
    return next(((e.value, e.source) for e in of_fact), None)


def test_under_a_first_line_that_every_page_has_stands_the_title() -> None:
    pages = [
        read(f"Carnet du rang\n\nLe {one} gelé", f"Le {one}.") for one in ("lac", "puits", "pré")
    ]
    named = [replace(one, doc_id=f"d-{n}", source_path=f"s/{n}") for n, one in enumerate(pages)]
    assert {one.title for one in pages} == {"Carnet du rang"}
    # Three posts are three texts: the longest paragraph of each is another.
    told = [
        replace(
            one,
            passages=tuple(
                replace(p, text=f"{p.text} ({n})") if len(p.text) > 90 else p for p in one.passages
            ),
        )
        for n, one in enumerate(named)
    ]
    found, _ = without_repeats(told)
    assert [one.title for one in found] == ["Le lac gelé", "Le puits gelé", "Le pré gelé"]


@pytest.mark.parametrize(
    ("head", "title", "source"),
    [
        ("Le lac\n\nPublié par Paul Roy le 4 mai 2009", "Le lac", "au-dessus-de-la-signature"),
        ("Un carnet\n\nLe lac gelé\n\n4 mai 2009", "Le lac gelé", "au-dessus-de-la-date"),
        (
            "Un carnet\n\nLe lac gelé\n\nNinon\n\n4 mai 2009 • 1 min de lecture",
            "Le lac gelé",
            "au-dessus-de-la-date",
        ),
        ("4 mai 2009\n\nLe lac", "Le lac", "sous-la-date"),
        ("Le lac", "Le lac", "premiere-ligne"),
        ("Recherche\n\nRSS\n\nLe lac", "Le lac", "premiere-ligne"),
        ("04/05/09 Permalien 14:30, par Ninon, 120 mots\n\nLe lac", "Le lac", "premiere-ligne"),
    ],
)
def test_a_title_says_where_it_was_read(head: str, title: str, source: str) -> None:
    document = read(head)
    assert document.title == title
    assert taken(document, "title") == (title, source)


def test_the_counter_of_comments_states_the_title() -> None:
    document = read(
        "Le lac", "\n1 réponse à « Le lac »\n\n1. Paul dit :\n4 mai 2009 à 10:38\n\nOui.\n"
    )
    assert taken(document, "title") == ("Le lac", "compteur")


def test_an_author_says_where_it_was_read() -> None:
    document = read("Le lac\n\nPublié par ql28 le 4 mai 2009")
    assert document.author == "ql28"
    assert taken(document, "author") == ("ql28", "signature")


@pytest.mark.parametrize(
    "line", ["Par rapport à hier, 4 mai 2009", "Publié par 3 commentaires le 4 mai 2009"]
)
def test_words_after_par_that_are_no_name_give_no_author(line: str) -> None:
    document = read(f"Le lac\n\n{line}")
    assert document.author is None
    assert all(not e.is_taken for e in document.evidence if e.fact == "author")
