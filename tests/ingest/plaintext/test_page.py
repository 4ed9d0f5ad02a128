# ruff: noqa: E501  lines are given as pages print them
"""Plain-text pages: layouts of comments, titles, metadata, and a ledger that covers every sign."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import ExtractionError
from ingest.model import Action, CommentKind, CommentState, Document, Page, PassageKind, Role
from ingest.plaintext.page import read_text

PROSE = (
    "Nous avons marché toute la journée dans la neige, et personne ne s’est plaint du froid, "
    "parce que le lac était plus beau que sur les photos du dépliant."
)


def read(text: str) -> Document:
    return read_text(Page("page.txt", text.encode()), text)


def comment_texts(document: Document) -> list[str]:
    return [
        " ".join(p.text for p in document.passages if p.comment_id == comment.comment_id)
        for comment in document.comments
    ]


LAYOUTS = {
    "author-and-date-on-the-marker": (
        "2 commentaires\n\n  1. Paul Roy 4 mai 2009 à 10 h 38\n\n    Quel beau lac.\n\n"
        "  2. lili 05/05/2009 at 11:02 #\n\n    Merci pour le récit.\n\nLaisser un commentaire\n"
    ),
    "says-then-date": (
        "2 Responses to “Le lac”\n\n  1. Paul Roy Says:\n    mai 4th, 2009 at 10:38\n\n"
        "    Quel beau lac.\n\n  2. lili dit :\n    5 mai 2009 à 11 h 02 min\n\n"
        "    Merci pour le récit.\n\n    Répondre\n\nLeave a Reply\n"
    ),
    "bullets": (
        "2 thoughts on “Le lac”\n\n  • Paul Roy 04/05/2009 at 10:38\n\n    Quel beau lac.\n\n"
        "  • lili 05/05/2009 at 11:02\n\n    Merci pour le récit.\n\nComments are closed.\n"
    ),
    "header-lines-without-list": (
        "Commentaires\n\nPaul Roy a dit…\n4 mai 2009 à 10:38\nQuel beau lac.\n\n"
        "lili a dit…\n5 mai 2009 à 11:02\nMerci pour le récit.\n\nEnregistrer un commentaire\n"
    ),
    "list-without-heading": (
        "  1. Paul Roy dit :\n    4 mai 2009 à 10 h 38 min\n\n    Quel beau lac.\n\n"
        "  2. lili dit :\n    5 mai 2009 à 11 h 02 min\n\n    Merci pour le récit.\n\n"
        "Ajouter un commentaire\n"
    ),
    "dotclear": (
        "Commentaires\n\n1. Le lundi 4 mai 2009, 10:38 par Paul Roy\n\nQuel beau lac.\n\n"
        "2. Le mardi 5 mai 2009, 11:02 par lili\n\nMerci pour le récit.\n\n"
        "Ajouter un commentaire\n"
    ),
    "hash": (
        "2 commentaires\n\n#1 Paul Roy, le 4 mai 2009 à 10:38\n\nQuel beau lac.\n\n"
        "#2 lili, le 5 mai 2009 à 11:02\n\nMerci pour le récit.\n\n"
        "Laisser un commentaire\n"
    ),
    "hash-nl": (
        "2 commentaires\n\n#1\nPaul Roy\n4 mai 2009 à 10:38\n\nQuel beau lac.\n\n"
        "#2\nlili\n5 mai 2009 à 11:02\n\nMerci pour le récit.\n\n"
        "Laisser un commentaire\n"
    ),
    "pipe": (
        "Commentaires (2)\n\n1 | Paul Roy | 4 mai 2009 à 10:38\n\nQuel beau lac.\n\n"
        "2 | lili | 5 mai 2009 à 11:02\n\nMerci pour le récit.\n\n"
        "Laisser un commentaire\n"
    ),
    "bare-number": (
        "2 commentaires\n\n1 Paul Roy 4 mai 2009 à 10:38\nQuel beau lac.\n\n"
        "2 lili 5 mai 2009 à 11:02\nMerci pour le récit.\n\nLaisser un commentaire\n"
    ),
    "dash": (
        "2 commentaires\n\n1- Paul Roy (4 mai 2009 à 10:38)\nQuel beau lac.\n\n"
        "2- lili (5 mai 2009 à 11:02)\nMerci pour le récit.\n\n"
        "Laisser un commentaire\n"
    ),
    "bracket": (
        "Commentaires\n\n"
        "[1] Posté par Paul Roy le 4 mai 2009 à 10:38\nQuel beau lac.\n\n"
        "[2] Posté par lili le 5 mai 2009 à 11:02\nMerci pour le récit.\n\n"
        "Ajouter un commentaire\n"
    ),
    "paren": (
        "2 commentaires\n\n(1) Paul Roy, 4 mai 2009 à 10:38 :\nQuel beau lac.\n\n"
        "(2) lili, 5 mai 2009 à 11:02 :\nMerci pour le récit.\n\n"
        "Ajouter un commentaire\n"
    ),
    "commentaire-n": (
        "Commentaires\n\nCommentaire n°1 de Paul Roy, le 4 mai 2009 à 10:38\n\n"
        "Quel beau lac.\n\nCommentaire n°2 de lili, le 5 mai 2009 à 11:02\n\n"
        "Merci pour le récit.\n\nAjouter un commentaire\n"
    ),
    "commentaire-hash": (
        "Commentaires\n\nCommentaire #1 posté par Paul Roy le 4 mai 2009 à 10:38\n\n"
        "Quel beau lac.\n\nCommentaire #2 posté par lili le 5 mai 2009 à 11:02\n\n"
        "Merci pour le récit.\n\nAjouter un commentaire\n"
    ),
    "footer": (
        "Commentaires\n\nQuel beau lac.\nPosté par Paul Roy, 4 mai 2009 à 10:38\n\n"
        "Merci pour le récit.\nPosté par lili, 5 mai 2009 à 11:02\n\n"
        "Poster un commentaire\n"
    ),
    "le-x-a-dit": (
        "2 commentaires\n\nLe 4 mai 2009 à 10:38, Paul Roy a dit :\nQuel beau lac.\n\n"
        "Le 5 mai 2009 à 11:02, lili a dit :\nMerci pour le récit.\n\n"
        "Ajouter un commentaire\n"
    ),
    "two-lines": (
        "2 commentaires\n\nPaul Roy\n4 mai 2009 à 10:38\nQuel beau lac.\n\n"
        "lili\n5 mai 2009 à 11:02\nMerci pour le récit.\n\nAjouter un commentaire\n"
    ),
    "two-lines-blank": (
        "2 commentaires\n\nPaul Roy\n\n4 mai 2009 à 10:38\n\nQuel beau lac.\n\nlili\n\n"
        "5 mai 2009 à 11:02\n\nMerci pour le récit.\n\nAjouter un commentaire\n"
    ),
    "degree": (
        "2 commentaires\n\n1° Paul Roy, le 4 mai 2009 à 10:38\nQuel beau lac.\n\n"
        "2° lili, le 5 mai 2009 à 11:02\nMerci pour le récit.\n\n"
        "Ajouter un commentaire\n"
    ),
    "n-degree": (
        "2 commentaires\n\nN°1 - Paul Roy - 4 mai 2009 à 10:38\nQuel beau lac.\n\n"
        "N°2 - lili - 5 mai 2009 à 11:02\nMerci pour le récit.\n\n"
        "Ajouter un commentaire\n"
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_comments_are_cut_by_layout(layout: str) -> None:
    document = read(f"Le lac\n\n{PROSE}\n\n{PROSE}\n\n{LAYOUTS[layout]}")
    assert comment_texts(document) == ["Quel beau lac.", "Merci pour le récit."]
    assert [c.author for c in document.comments] == ["Paul Roy", "lili"]
    assert [c.date and c.date.value for c in document.comments] == [
        "2009-05-04T10:38",
        "2009-05-05T11:02",
    ]
    assert document.title == "Le lac"
    assert [p.text for p in document.passages if p.role is Role.POST] == [PROSE, PROSE]


def test_a_numbered_list_of_another_form_in_a_comment_cuts_nothing() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n2 commentaires\n\n1. Paul Roy 4 mai 2009 à 10:38\n\n"
        "Trois choses :\n\n(2) le chemin est fermé,\n\n#3 il neige encore.\n\n"
        "2. lili 5 mai 2009 à 11:02\n\nMerci.\n\nLaisser un commentaire\n"
    )
    assert [c.author for c in document.comments] == ["Paul Roy", "lili"]
    assert "il neige encore" in comment_texts(document)[0]


def test_one_name_between_two_texts_is_neither_s() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n3 commentaires\n\n{PROSE}\n\nPosté par Anne, 4 mai 2009\n\n{PROSE}\n"
    )
    assert [c.author for c in document.comments] == [None]
    assert [p.text for p in document.passages if p.role is Role.POST] == [PROSE]
    assert {e.rule for e in document.ledger if e.passage_id and "#c" in e.passage_id} == {
        "texte-non-place"
    }


def test_replies_are_nested_and_the_author_answers() -> None:
    document = read(
        f"Le lac\n\nPosté par Anne Roy le 3 mai 2009\n\n{PROSE}\n\n2 Commentaires\n\n"
        "  1. lili sur 4 mai 2009 à 9 h 00 min\n\n    Où est-ce ?\n\n    Réponse\n"
        "    • Anne Roy sur 4 mai 2009 à 9 h 30 min\n\n      Près de Chicoutimi.\n\n"
        "      Réponse\n\nSoumettre un commentaire\n"
    )
    first, second = document.comments
    assert document.author == "Anne Roy"
    assert document.date is not None
    assert document.date.value == "2009-05-03"
    assert (second.depth, second.parent_id, second.is_post_author) == (1, first.comment_id, True)
    assert comment_texts(document) == ["Où est-ce ?", "Près de Chicoutimi."]
    assert document.passages[-1].role is Role.REPLY


def test_a_comment_keeps_its_paragraphs_lists_and_quoted_error() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\nOne Comment\n\n  1. Voici mon souci avec votre code :\n\n"
        "    Warning: include(a.php) failed to open stream in /home/moi/a.php on line 3\n\n"
        "    – premier essai\n    – second essai\n\n    Lire la suite de ce mystère chez moi.\n\n"
        "    Marie Côté\n\nLaisser un commentaire\n"
    )
    (comment,) = document.comments
    assert comment.author == "Marie Côté"
    texts = [p.text for p in document.passages if p.comment_id]
    assert texts[1].startswith("Warning: include")
    assert [p.kind for p in document.passages if p.comment_id][2:4] == [PassageKind.LIST_ITEM] * 2
    assert texts[-1] == "Lire la suite de ce mystère chez moi."


def test_pingbacks_deleted_and_moderated_comments_are_told() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n4 commentaires\n\n  1. […] un beau récit de lac chez Anne […]\n\n"
        "  2. Pingback : Le blogue de Luc\n\n    Un beau récit.\n\n"
        "  3. Ce commentaire a été supprimé par l’auteur.\n\n  4. Merci !\n\nLeave a Reply\n"
    )
    assert [c.kind for c in document.comments] == [
        CommentKind.PINGBACK,
        CommentKind.PINGBACK,
        CommentKind.COMMENT,
        CommentKind.COMMENT,
    ]
    assert document.comments[2].state is CommentState.DELETED
    assert document.n_comments_declared == 4


def test_a_numbered_list_in_the_post_is_no_thread() -> None:
    document = read(f"Ma recette\n\n{PROSE}\n\n  1. Casser les œufs.\n  2. Fouetter longtemps.\n")
    assert document.comments == ()
    assert [p.kind for p in document.passages][1:] == [PassageKind.LIST_ITEM] * 2


def test_teasers_go_with_their_titles_and_the_author_keeps_his_ellipsis() -> None:
    document = read(
        "Un autre billet\n\nLe début d’un autre billet qui se coupe en plein mil...\n"
        f"Lire la suite\n\nLe lac\n\n{PROSE}\n\nEt puis, plus rien…\n"
    )
    assert document.title == "Le lac"
    assert [p.text for p in document.passages] == [PROSE, "Et puis, plus rien…"]


def test_a_server_error_goes_and_a_quoted_one_stays() -> None:
    error = "Warning: mysql_connect(): Access denied in /home/x/db.php on line 12"
    document = read(f"Le lac\n\n{error}\n\n{PROSE}\n\nVoici l’erreur obtenue :\n{error}\n")
    assert [entry.rule for entry in document.drops] == ["erreur-php"]
    assert document.passages[-1].text.endswith(error)


@pytest.mark.parametrize(
    ("header", "date", "author"),
    [
        ("4 mai 2009\n\nLe lac\n\n", "2009-05-04", None),
        ("Le lac\n\n4 mai 2009\n\n", "2009-05-04", None),
        ("Le lac\n\nPosted by Anne Roy on 23 Jul 2012 in Nature | 4 comments\n\n", "2012-07-23",
         "Anne Roy"),
        ("Le lac\n\nPublié le 4 mai 2009 par Anne Roy\n\n", "2009-05-04", "Anne Roy"),
        ("Le lac\n\nPUBLIÉ LE :\n\n", None, None),
        ("Le lac\n\n", None, None),
    ],
)  # fmt: skip
def test_the_header_gives_title_date_and_author(
    header: str, date: str | None, author: str | None
) -> None:
    document = read(f"{header}{PROSE}\n\n{PROSE}\n")
    assert document.title == "Le lac"
    assert (document.date.value if document.date else None) == date
    assert document.author == author
    assert [p.text for p in document.passages] == [PROSE, PROSE]


def test_a_page_of_menus_is_refused() -> None:
    with pytest.raises(ExtractionError) as caught:
        read("Aller au contenu\n\nLire la suite\n\nLaisser un commentaire\n\n*\n")
    assert caught.value.slug == "aucun-texte"


def covers(text: str, document: Document) -> None:
    seen = [0] * len(text)
    for entry in document.ledger:
        assert text[entry.start : entry.end] == entry.text
        assert entry.rule
        assert entry.reason
        for place in range(entry.start, entry.end):
            seen[place] += 1
    assert max(seen, default=0) <= 1
    assert not "".join(sign for sign, n in zip(text, seen, strict=True) if not n).strip()
    kept = [entry.passage_id for entry in document.ledger if entry.action is Action.KEPT]
    assert kept == [p.passage_id for p in sorted(document.passages, key=lambda p: p.start)]
    for passage in document.passages:
        assert text[passage.start : passage.end] == passage.text


LINES = st.sampled_from(
    [
        "", "", "Le lac", PROSE, "Lire la suite", "Un extrait coupé...", "4 mai 2009", "Commentaires",
        "2 commentaires", "  1. Paul dit :", "    5 mai 2009 à 11 h 02", "    Bonjour.", "  2. lili",
        "  • ", "  • Sam 19/05/2014 at 12:44", "    • a", "Laisser un commentaire", "*", "1", "2", "3",
        "Paul Roy", "– un", "Notice: Undefined variable: x in /a/b.php on line 3", "A propos de l'auteur",
        "Tags: a, b", "Source: www.exemple.com", "Une légende", "🙂", "Articles similaires", "x = f(1);",
        "Répondre", "[…] extrait […]", "  3.", "\t\u00a0Texte", "Posté par Anne, le 3 mai 2009",
    ]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, max_size=25))
def test_the_ledger_covers_any_page(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        document = read(text)
    except ExtractionError:
        return
    covers(text, document)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_the_ledger_covers_any_text(text: str) -> None:
    try:
        document = read(text)
    except ExtractionError:
        return
    covers(text, document)


@pytest.mark.parametrize(
    "head",
    [
        "Le lac\n\nPar Anne Roy\n\nVoyages\n\n4 mai 2009",
        "Le lac\nVoyages\n4 mai 2009",
        "Le lac\n\nVoyages, Neige\n\nle 4 mai 2009 à 10:38",
        "Le lac\n\nRécit\n\n04.05.2009",
        "4 mai 2009\n\nLe lac",
    ],
)
def test_a_date_over_the_first_paragraph_is_the_date_of_the_post(head: str) -> None:
    document = read(f"{head}\n\n{PROSE}\n\n{PROSE}\n")
    assert document.date is not None
    assert document.date.value.startswith("2009-05-04")
    assert all("2009" not in (p.heading or "") for p in document.passages)
    assert document.title == "Le lac"


def test_the_dates_of_a_diary_are_headings() -> None:
    document = read(f"Le lac\n\n{PROSE}\n\n4 mai 2009\n\n{PROSE}\n\n5 mai 2009\n\n{PROSE}\n")
    assert [p.heading for p in document.passages] == [None, "4 mai 2009", "5 mai 2009"]
