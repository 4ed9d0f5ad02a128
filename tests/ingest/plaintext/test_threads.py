# ruff: noqa: E501  lines are given as pages print them
"""Threads in text: layouts of the great platforms, gaps, restarts, nesting, what has no place."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from ingest.model import Document, Page, Role
from ingest.plaintext.attribution import read_attribution
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


PLATFORMS = {
    "blogger, copied": (
        "2 commentaires:\n\nPaul Roy4 mai 2009 à 10 h 38\nQuel beau lac.\nRépondreEffacer\nRéponses\nRépondre\n"
        "lili5 mai 2009 à 11 h 02\nMerci pour le récit.\nRépondreEffacer\nAjouter un commentaire\n"
        "Charger la suite...\n\nArticle plus récent Article plus ancien Accueil\n"
    ),
    "blogger, a list": (
        "2 commentaires:\n\n  1. Paul Roy4 mai 2009 à 10:38\n\n    Quel beau lac.\n\n    RépondreSupprimer\n    Réponses\n"
        "    1. lili5 mai 2009 à 11:02\n\n      Merci pour le récit.\n\n      Supprimer\n    2. Répondre\n\nAjouter un commentaire\n"
    ),
    "canalblog": (
        "Commentaires sur Le lac\n\n  • Quel beau lac.\n\n    Posté par Paul Roy, 04 mai 2009 à 10:38 | Répondre\n\n"
        "  • Merci pour le récit.\n\n    Posté par lili, 05 mai 2009 à 11:02 | Répondre\n\nNouveau commentaire\n"
    ),
    "typepad": (
        "Commentaires\n\nQuel beau lac.\n\nRédigé par : Paul Roy | 04 mai 2009 à 10:38\n\nMerci pour le récit.\n\n"
        "Rédigé par : lili | 05 mai 2009 à 11:02\n\nLes commentaires sont fermés.\n"
    ),
    "over-blog, under the form's title": (
        "Commenter cet article\n\nPaul Roy 04/05/2009 10:38\nQuel beau lac.\nRépondre\n"
        "lili 05/05/2009 11:02\nMerci pour le récit.\n"
    ),
    "over-blog, signed below": (
        "Commentaires\n\nQuel beau lac.\nCommentaire n°1 posté par Paul Roy le 04/05/2009 à 10h38\n"
        "Merci pour le récit.\nCommentaire n°2 posté par lili le 05/05/2009 à 11h02\n"
    ),
    "dotclear 2.7": (
        "2 commentaires\n\n  • #1 Paul Roy a dit : 4 mai 2009 à 10:38\n\n    Quel beau lac.\n\n"
        "  • #2 lili a dit : 5 mai 2009 à 11:02\n\n    Merci pour le récit.\n"
    ),
    "wordpress, the date with its buttons": (
        "Commentaires (2)Trackbacks (0)Laisser un commentaire\n  1. Paul Roy\n    4 mai 2009 à 10:38 | #1\n    Répondre | Citer\n\n"
        "    Quel beau lac.\n\n  2. lili\n    5 mai 2009 à 11:02 | #2\n    Répondre | Citer\n\n    Merci pour le récit.\n\nLaisser un commentaire\n"
    ),
    "wordpress, the verb touches the name": (
        "2 réponses à « Le lac »\n\nPauldit :\n4 mai 2009 à 10h38\n\nQuel beau lac.\n\nRépondre\nlilidit :\n5 mai 2009 à 11h02\n\n"
        "Merci pour le récit.\n\nRépondrePar l’auteur/autrice de la publication\n\nLaisser un commentaire\n"
    ),
    "the date over the name": (
        "2 commentaires\n\n4 mai 2009 à 10:38\nPaul Roy\n\nQuel beau lac.\n\n5 mai 2009 à 11:02\nlili\n\nMerci pour le récit.\n\nAjouter un commentaire\n"
    ),
    "spip": (
        "2 Messages de forum\n\n  • Le lac4 mai 2009 10:38, par Paul Roy\n\n    Quel beau lac.\n\n    Répondre à ce message\n\n"
        "    • Le lac5 mai 2009 11:02, par lili\n\n      Merci pour le récit.\n"
    ),
    "text browser": (
        "   2 commentaires\n\n         1. Paul Roy dit :\n            4 mai 2009 à 10 h 38 min\n\n          Quel beau lac.\n\n            Répondre\n"
        "              + lili dit :\n                5 mai 2009 à 11 h 02 min\n\n                Merci pour le récit.\n\n                Répondre\n\n  Laisser un commentaire\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("platform", PLATFORMS)
def test_comments_of_platforms(platform: str) -> None:
    document = read(f"Le lac\n\n{PROSE}\n\n{PROSE}\n\n{PLATFORMS[platform]}")
    assert comment_texts(document) == ["Quel beau lac.", "Merci pour le récit."]
    assert [(c.author or "")[:4] for c in document.comments] == ["Paul", "lili"]
    assert [c.date and c.date.value for c in document.comments] == ["2009-05-04T10:38", "2009-05-05T11:02"]  # fmt: skip
    assert [p.text for p in document.passages if p.role is Role.POST] == [PROSE, PROSE]


@pytest.mark.parametrize(("seed", "n_comments"), [("001", 5), ("002", 6)])
def test_a_seed_without_one_of_its_comments_keeps_the_others(
    seeds: Path, seed: str, n_comments: int
) -> None:
    text = next(seeds.glob(f"{seed}*.txt")).read_text(encoding="utf-8")
    parts = re.split(r"(?m)^(?=  \d\. )", text)
    for gone in range(1, n_comments):
        document = read("".join(parts[:gone] + parts[gone + 1 :]))
        assert len(document.comments) == n_comments - 1
        assert not [e for e in document.drops if e.rule == "pied-de-page"]


NUMBERS = [(1, 2, 4, 5), (3, 7, 8, 40), (1, 2, 1, 2), (1, 1, 1, 1), (4, 3, 2, 1)]


@pytest.mark.parametrize(
    ("numbers", "indent"), [*itertools.product(NUMBERS, ["    "]), *((n, "") for n in NUMBERS[:2])]
)
def test_gaps_and_restarts_lose_no_comment(numbers: tuple[int, ...], indent: str) -> None:
    items = "".join(
        f"{indent[2:]}{number}. Texte {place} du fil.\n\n{indent}Sa suite {place}.\n\n"
        for place, number in enumerate(numbers)
    )
    document = read(f"Le lac\n\n{PROSE}\n\n4 commentaires\n\n{items}Laisser un commentaire\n")
    assert comment_texts(document) == [f"Texte {n} du fil. Sa suite {n}." for n in range(4)]


def test_a_list_in_a_comment_starts_no_comment_where_the_others_are_signed() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n2 commentaires\n\n1. Paul Roy 4 mai 2009 à 10:38\n\nTrois choses :\n\n"
        "1. le chemin est fermé,\n\n2. il neige encore.\n\n2. lili 5 mai 2009 à 11:02\n\nMerci.\n"
    )
    assert [c.author for c in document.comments] == ["Paul Roy", "lili"]
    assert "il neige encore" in comment_texts(document)[0]


def test_text_under_the_thread_is_kept_apart_without_a_name() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n1 commentaire\n\n  1. Paul dit :\n    4 mai 2009 à 10:38\n\n    Quel beau lac.\n\n"
        "Moi aussi j’y suis allée, et il pleuvait.\n\nLaisser un commentaire\n"
    )
    assert comment_texts(document) == [
        "Quel beau lac.",
        "Moi aussi j’y suis allée, et il pleuvait.",
    ]
    assert document.comments[1].author is None
    (entry,) = [e for e in document.ledger if e.rule == "texte-non-place"]
    assert entry.text.startswith("Moi aussi")


def test_a_sidebar_under_the_thread_is_no_comment() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n1 commentaire\n\n  1. Paul dit :\n    4 mai 2009 à 10:38\n\n    Quel beau lac.\n\n"
        "Un site de montagne\n\nAu hasard\n\n  • Le pont\n  • La cabane\n  • Les raquettes\n\nCommentaires\n\n"
        "  • Luc dans Le pont\n  • Zoé dans La cabane\n"
    )
    assert comment_texts(document) == ["Quel beau lac."]


def test_widgets_under_a_form_are_no_thread() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\nAucun commentaire pour l’instant.\n\nLaisser un commentaire\n\n"
        "Commentaires récents\n\n  • Luc dans Le pont\n  • Zoé dans La cabane\n"
    )
    assert document.comments == ()


def test_what_a_reader_quotes_from_a_server_stays() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n2 commentaires\n\n  1. Paul dit :\n    4 mai 2009 à 10:38\n\n    J’obtiens ceci\n\n"
        "    Internal Server Error\n\n    depuis hier.\n\n  2. lili dit :\n    5 mai 2009 à 11:02\n\n    *\n\n    Pareil.\n\nLaisser un commentaire\n"
    )
    assert comment_texts(document) == [
        "J’obtiens ceci Internal Server Error depuis hier.",
        "* Pareil.",
    ]


def test_numbered_sentences_are_no_list_of_links() -> None:
    """Under « Articles similaires » of a page whose thread has lost its title."""
    document = read(
        f"Le lac\n\n{PROSE}\n\nArticles similaires\n\n  2. Le chemin est fermé, je crois.\n\n"
        "  3. Il neige encore.\n"
    )
    texts = " ".join(p.text for p in document.passages)
    assert "Le chemin est fermé" in texts
    assert "Il neige encore" in texts


def test_menus_above_the_post_go_and_give_no_title() -> None:
    document = read(
        "  • Accueil\n  • Nos photos\n  • Où sommes-nous?\n\nLe lac\n\n  • Accueil\n  • Nos photos\n  • Où sommes-nous?\n\n"
        f"{PROSE}\n\n{PROSE}\n"
    )
    assert document.title == "Le lac"
    assert [p.text for p in document.passages] == [PROSE, PROSE]


def test_what_goes_into_a_dish_is_no_menu() -> None:
    document = read(
        f"La tourtière\n\n  • 3 œufs\n  • du lard\n  • un oignon\n\n{PROSE}\n\n{PROSE}\n"
    )
    assert [p.text for p in document.passages][:3] == ["3 œufs", "du lard", "un oignon"]


@pytest.mark.parametrize("labels", ["TwitterFacebookPinterest", "Tweet0Email0Like0Shares0", "Partager sur TwitterPartager sur Facebook"])  # fmt: skip
def test_share_labels_that_touch_a_sentence_leave_it(labels: str) -> None:
    document = read(f"Le lac\n\n{PROSE}\n\n{PROSE}{labels}\n")
    assert [p.text for p in document.passages] == [PROSE, PROSE]
    assert [e.rule for e in document.drops] == ["boutons-partage"]


@pytest.mark.parametrize(
    ("line", "author", "date"),
    [
        ("Anonyme12 août 2011 à 13 h 59", "Anonyme", "2011-08-12T13:59"),
        ("Jean9312 août 2011 à 10:00", "Jean93", "2011-08-12T10:00"),
        ("1BasileDimanche 12 Février 2012 à 17:08", "Basile", "2012-02-12T17:08"),
        ("Odile B.5 mars 2013 à 09:15", "Odile B.", "2013-03-05T09:15"),
        ("Basile12 Fév 2020Répondre", "Basile", "2020-02-12"),
        ("Lien vers le commentairemercredi, 12 février 2014 17:08Posté par Basile", "Basile", "2014-02-12T17:08"),
        ("Posté par Basile (site web personnel) le 12 février 2013 à 17:08. Évalué à 4.", "Basile", "2013-02-12T17:08"),
        ("mer 12/02/2020 - 17:08", None, "2020-02-12T17:08"),
        ("Sam 19/05/2014 at 12:44", "Sam", "2014-05-19T12:44"),
        ("Basile • Il y a 3 ans", "Basile", None),
        ("— Basile, 12 février, 17 h 08", "Basile", None),
    ],
)  # fmt: skip
def test_attributions(line: str, author: str | None, date: str | None) -> None:
    found = read_attribution(line)
    assert found is not None
    assert (found.author, found.date and found.date.value) == (author, date)


@pytest.mark.parametrize(
    "line",
    ["Interdit :", "Nous partons le 4 mars", "Avancées du 28 mai", "> Paul, le 4 mai 2009 à 10:38",
     "Le 3 février 1986, Paul a dit : « la glace tient ». Elle n’a pas tenu."],
)  # fmt: skip
def test_no_attributions(line: str) -> None:
    assert read_attribution(line) is None


GLUED = {
    "signed at the end of the text": (
        "Commentaires\n\nUne glace\n\nQuel beau lac ! Posté par Paul Roy, 4 mai 2009 à 10:38 | | Répondre\n\n"
        "Merci pour le récit. Posté par lili, 5 mai 2009 à 11:02 | | Répondre\n\nNouveau commentaire\n"
    ),
    "several on a line": (
        "Vos commentaires (2)\n\nPaul Roy 04/05/2009 à 10:38 Quel beau lac ! lili 05/05/2009 à 11:02\n\nMerci pour le récit.\n"
    ),
    "numbered on a line, with buttons": (
        "Commentaires\n\n#1 Paul Roy 2009-05-04 10:38 Quel beau lac ! Citer #2 lili 2009-05-05 11:02\n\nMerci pour le récit.\n"
    ),
    "numbered signatures": (
        "Commentaires\n\nQuel beau lac ! Commentaire n°1 posté par Paul Roy le 04/05/2009 à 10h38 Merci pour le récit. "
        "Commentaire n°2 posté par lili le 05/05/2009 à 11h02\n"
    ),
    "the date of one before the name of the next": (
        "2 commentaires:\n\nPaul Roy a dit…\n\nQuel beau lac !\n\n4 mai 2009 à 10:38Supprimer lili a dit…\n\n"
        "Merci pour le récit.\n\n5 mai 2009 à 11:02\n\nEnregistrer un commentaire\n"
    ),
    "the title of the thread after the signature of the post": (
        "Écrit par Jeanne le 3 mai 2009 10:12 Commentaires\n\nQuel beau lac !\n\nÉcrit par : Paul Roy le 4 mai 2009 10:38\n\n"
        "Merci pour le récit.\n\nÉcrit par : lili le 5 mai 2009 11:02 Poster un commentaire\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", GLUED)
def test_lines_that_hold_several_elements_are_cut(layout: str) -> None:
    document = read(f"Le lac\n\n{PROSE}\n\n{PROSE}\n\n{GLUED[layout]}")
    signed = [c for c in document.comments if c.author]
    assert [c.author for c in signed] == ["Paul Roy", "lili"]
    assert [c.date and c.date.value for c in signed] == ["2009-05-04T10:38", "2009-05-05T11:02"]
    texts = " ".join(comment_texts(document))
    assert "Quel beau lac !" in texts
    assert "Merci pour le récit." in texts
    assert [p.text for p in document.passages if p.role is Role.POST] == [PROSE, PROSE]


def test_a_date_in_a_sentence_or_in_code_cuts_nothing() -> None:
    said = "Le 3 mai 2009 à 10:38 il neigeait encore, et le 4 mai 2009 à 11:02 aussi."
    code = "datetime.strptime('2009-05-04 16:19:00', '%Y-%m-%d %H:%M:%S')"
    document = read(
        f"Le lac\n\n{PROSE}\n\n2 commentaires\n\n  1. Paul dit :\n\n    {said}\n\n  2. lili dit :\n\n    {code}\n"
    )
    assert comment_texts(document) == [said, code]


def test_subjects_stand_with_their_comments() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\nCommentaires\n\nLa glace\n\nSoumis par Luc le lun, 04/05/2009 - 10:38.\n\nQuel beau lac.\n\n"
        "Bravo\n\nSoumis par lili le mar, 05/05/2009 - 11:02.\n\nMerci pour le récit.\n"
    )
    assert comment_texts(document) == ["La glace Quel beau lac.", "Bravo Merci pour le récit."]
    assert [c.author for c in document.comments] == ["Luc", "lili"]


@pytest.mark.parametrize(("n_stated", "n_read"), [(2, 2), (3, 1)])
def test_texts_without_names_are_the_readers(n_stated: int, n_read: int) -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n{PROSE}\n\n{n_stated} commentaires\n\nQuel beau lac.\n\nMerci pour le récit.\n\nLaisser un commentaire\n"
    )
    assert [p.text for p in document.passages if p.role is Role.POST] == [PROSE, PROSE]
    assert len(document.comments) == n_read
    assert {c.author for c in document.comments} == {None}
    assert " ".join(comment_texts(document)) == "Quel beau lac. Merci pour le récit."


def test_a_counter_under_a_lead_stands_above_the_post() -> None:
    body = "\n\n".join([PROSE] * 4)
    document = read(f"Le lac\n\nUn lac, une marche.\n\n12 commentaires\n\n{body}\n")
    assert not document.comments


def test_answers_without_names_count_where_the_page_says_so() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n3 réponses à « Le lac »\n\n  1. Quel beau lac.\n\n    1. Merci.\n\n  2. Très beau.\n\nLaisser un commentaire\n"
    )
    assert comment_texts(document) == ["Quel beau lac.", "Merci.", "Très beau."]
    assert document.comments[1].parent_id == document.comments[0].comment_id


def test_names_over_texts_right_above_the_help_of_the_form() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n  • Paul\n\n    Quel beau lac.\n\n    • lili\n\n      Merci pour le récit.\n\n"
        "blog comments powered by Disqus\n"
    )
    assert [c.author for c in document.comments] == ["Paul", "lili"]
    assert comment_texts(document) == ["Quel beau lac.", "Merci pour le récit."]


def test_the_first_of_a_list_of_names_may_have_lost_its_own() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n3 commentaires\n\nQuel beau lac.\n\nlili\n\nMerci pour le récit.\n\nPaul\n\nDe rien.\n"
    )
    assert [c.author for c in document.comments] == [None, "lili", "Paul"]


@pytest.mark.parametrize(
    ("head", "name"),
    [("• 1 Paul", "Paul"), ("• Paul Paul", "Paul"), ("• Par Paul — hier", "Paul")],
)
def test_names_without_what_stands_beside_them(head: str, name: str) -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n1 commentaire\n\n  {head}\n    4 mai 2009 à 10:38\n\n    Quel beau lac.\n"
    )
    assert [c.author for c in document.comments] == [name]


def test_the_label_of_the_next_writer_is_no_text() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n2 commentaires\n\nPaul\nIl y a 2 ans\n\nQuel beau lac.\n\n0\nRépondre\nAuteur\nlili\n"
        "Il y a 2 ans\n\nMerci pour le récit.\n\n0\nRépondre\n"
    )
    assert comment_texts(document) == ["Quel beau lac.", "Merci pour le récit."]


def test_a_notice_of_the_form_in_a_list_is_no_readers() -> None:
    document = read(
        f"Le lac\n\nPar Ninon, le 4 mai 2009\n\n{PROSE}\n\n2 commentaires\n\n  1. Paul Roy dit :\n\n    Quel beau lac.\n\n"
        "  • lili dit :\n\n    Merci pour le récit :\n\n    • une île\n\n"
        "    • Merci de bien vouloir écrire convenablement, pour le respect de vos lecteurs.\n\n"
        "    Ajouter un commentaire\n\n    Votre adresse email ne sera pas publiée.\n"
    )
    assert [one.author for one in document.comments] == ["Paul Roy", "lili"]
    assert comment_texts(document) == ["Quel beau lac.", "Merci pour le récit : une île"]
    assert any(e.rule == "aide-formulaire" or "convenablement" in e.text for e in document.drops)


def test_what_a_reader_says_in_a_list_stays() -> None:
    document = read(
        f"Le lac\n\n{PROSE}\n\n1 commentaire\n\n  1. Paul Roy dit :\n\n    Une règle de forum :\n\n"
        "    • Merci de rester courtois\n\n    et c’est tout ce que j’en dis, après dix ans à lire ce carnet.\n"
    )
    assert "rester courtois" in " ".join(comment_texts(document))
