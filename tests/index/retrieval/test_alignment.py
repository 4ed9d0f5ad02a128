"""Which paragraph each comment answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from index.retrieval.alignment import (
    MENTION,
    PARENT,
    QUOTE,
    SIMILARITY,
    Alignment,
    Thresholds,
    align_comments,
)
from ingest.model import Comment, CommentKind, CommentState, Document, Passage, PassageKind, Role

_POST = (
    "Les carnets de recettes se perdent quand la grand-mère déménage sans prévenir personne.",
    "Une photothèque familiale demande des dates, des lieux et des noms au dos des tirages.",
    "Le jardin communautaire a reçu vingt bacs neufs et une pompe qui ne fuit plus.",
)


def _document(*comments: tuple[str, str], parents: dict[int, int] | None = None) -> Document:
    passages = [
        Passage(f"d-1#p{n}", "d-1", n - 1, Role.POST, PassageKind.PARAGRAPH, text, 0, len(text))
        for n, text in enumerate(_POST, start=1)
    ]
    records: list[Comment] = []
    for number, (author, text) in enumerate(comments, start=1):
        comment_id = f"d-1#c{number}"
        parent = str((parents or {}).get(number) or "")
        records.append(
            Comment(
                comment_id, number, author=author, parent_id=f"d-1#c{parent}" if parent else None
            )
        )
        passages.append(
            Passage(
                f"{comment_id}.p1", "d-1", len(passages), Role.COMMENT, PassageKind.PARAGRAPH,
                text, 0, len(text), comment_id=comment_id,
            )
        )  # fmt: skip
    return Document("d-1", "page.html", tuple(passages), tuple(records), author="Odile Brun")


def _found(document: Document) -> list[tuple[str, str]]:
    return [(a.passage_id, a.method) for a in align_comments(document)]


@pytest.mark.parametrize(
    "text",
    [
        "« des dates, des lieux et des noms » : oui, mais au crayon.",
        "“Des dates, des lieux et des noms” oui.",
        '"des dates, des lieux et des noms" oui',
        "> une photothèque familiale demande des dates\nAu crayon alors.",
        "Tu dis une phototheque familiale demande des dates, des lieux et des noms, je doute.",
    ],
)
def test_a_quoted_text_shows_the_paragraph(text: str) -> None:
    assert _found(_document(("Zoé", text))) == [("d-1#p2", QUOTE)]


def test_a_quote_block_shows_the_paragraph() -> None:
    document = _document(("Zoé", "vingt bacs neufs et une pompe"))
    quote = replace(document.passages[-1], kind=PassageKind.QUOTE)
    document = replace(document, passages=(*document.passages[:-1], quote))
    assert _found(document) == [("d-1#p3", QUOTE)]


def test_a_comment_may_quote_another() -> None:
    found = _found(
        _document(
            ("Zoé", "Au crayon, jamais au stylo bille."),
            ("Léo", "« Au crayon, jamais au stylo » ?"),
        )
    )
    assert found == [("d-1#c1.p1", QUOTE)]


@pytest.mark.parametrize("text", ["« je suis » là", "Bravo pour ce billet, merci.", "« ok »"])
def test_a_few_common_words_are_not_a_quotation(text: str) -> None:
    assert _found(_document(("Zoé", text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "@Zoé Lamy : d’accord.",
        "Bonjour, @zoe d’accord",
        "@ Zoé: oui",
        "Zoé Lamy : d’accord avec toi",
    ],
)
def test_a_named_reader_is_answered(text: str) -> None:
    found = _found(_document(("Zoé Lamy", "Le crayon s’efface."), ("Marc", "Non."), ("Léo", text)))
    assert found == [("d-1#c1.p1", MENTION)]


@pytest.mark.parametrize("text", ["@Zo oui", "@Zoélie oui", "zoe@exemple.org", "Zoé est gentille"])
def test_a_name_inside_another_word_is_not_a_call(text: str) -> None:
    assert _found(_document(("Zoé Lamy", "Le crayon s’efface."), ("Léo", text))) == []


def test_one_does_not_call_oneself() -> None:
    assert _found(_document(("Zoé", "Oui."), ("Zoé", "@Zoé encore moi"))) == []


def test_the_author_of_the_post_is_called() -> None:
    found = align_comments(_document(("Zoé", "@Odile Brun merci")))
    assert [(a.passage_id, a.method) for a in found] == [("d-1#p1", MENTION)]
    assert found[0].confidence == 0.5


def test_the_parent_is_answered() -> None:
    document = _document(("Zoé", "Le crayon s’efface."), ("Léo", "Pas sûr."), parents={2: 1})
    assert _found(document) == [("d-1#c1.p1", PARENT)]


def test_a_quotation_beats_a_name_and_a_name_beats_the_parent() -> None:
    comments = [
        ("Zoé", "Le crayon s’efface vite au soleil."),
        ("Marc", "Le stylo bave."),
        ("Léo", "@Marc « crayon s’efface vite au soleil »"),
        ("Ida", "@Marc oui"),
    ]
    found = _found(_document(*comments, parents={3: 2, 4: 1}))
    assert found == [("d-1#c1.p1", QUOTE), ("d-1#c2.p1", MENTION)]


def _vectors(document: Document, closest: int, cosine: float) -> dict[str, np.ndarray]:
    axes = np.eye(4, dtype=np.float32)
    vectors = {p.passage_id: axes[n] for n, p in enumerate(document.passages[:3])}
    rest = np.float32(np.sqrt(1 - cosine**2))
    vector = axes[closest] * np.float32(cosine)
    vector[3] += rest
    vectors["d-1#c1.p1"] = vector
    return vectors


def _by_similarity(cosine: float, thresholds: Thresholds) -> Sequence[Alignment]:
    document = _document(("Zoé", "Quelle bonne idée."))
    return align_comments(document, _vectors(document, 1, cosine), thresholds)


def test_the_closest_paragraph_is_answered_when_it_stands_out() -> None:
    thresholds = Thresholds(least_cosine=0.5, least_margin=0.2)
    found = _by_similarity(0.7, thresholds)
    assert [(a.passage_id, a.method) for a in found] == [("d-1#p2", SIMILARITY)]
    assert 0 < found[0].confidence < 1
    assert _by_similarity(0.4, thresholds) == ()
    assert _by_similarity(0.7, replace(thresholds, least_margin=0.8)) == ()


def test_pingbacks_and_removed_comments_answer_nothing() -> None:
    document = _document(("Zoé", "« des dates, des lieux et des noms »"))
    for change in ({"kind": CommentKind.PINGBACK}, {"state": CommentState.DELETED}):
        changed = replace(document, comments=(replace(document.comments[0], **change),))
        assert align_comments(changed) == ()


def test_a_long_hostile_discussion_is_read_quickly() -> None:
    comments: list[tuple[str | None, str]] = [
        (f"Lecteur {n % 40}", "bla bla @Lecteur " * 100) for n in range(150)
    ]
    start = time.perf_counter()
    align_comments(_document(*comments))
    assert time.perf_counter() - start < 8
