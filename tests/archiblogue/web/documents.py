"""Three posts of our own writing; one attacks the page that shows it."""

from __future__ import annotations

from typing import Any

from ingest.model import (
    Action,
    Comment,
    CommentKind,
    Document,
    LedgerEntry,
    Passage,
    PassageKind,
    PublicationDate,
    Role,
)

HOSTILE = (
    "<script>alert('x')</script> <img src=x onerror=alert(1)> **gras** [lien](javascript:x) "
    ":red[rouge] $x^2$ &lt;b&gt; =CMD()"
)


def _passage(doc_id: str, n: int, text: str, **fields: Any) -> Passage:
    comment_id = fields.pop("comment_id", None)
    name = f"{comment_id}.p1" if comment_id else f"{doc_id}#p{n}"
    fields = {"role": Role.POST, "kind": PassageKind.PARAGRAPH, "language": "fr", **fields}
    return Passage(
        passage_id=name,
        doc_id=doc_id,
        ordinal=n - 1,
        text=text,
        start=100 * n,
        end=100 * n + len(text),
        comment_id=comment_id,
        **fields,
    )


def documents() -> tuple[Document, ...]:
    """Three posts: one dated with a thread, one undated, one that attacks the page."""
    return (_gardens(), _bread(), attack())


def _gardens() -> Document:
    doc = "d-1111111111111111"
    author_reply = {"role": Role.REPLY, "comment_id": f"{doc}#c2"}
    return Document(
        doc_id=doc,
        source_path="jardins.txt",
        title="Des potagers sur les toits",
        author="Maud Verdier",
        date=PublicationDate("2009-09-21T10:38", "minute", "text", "21 septembre 2009 10:38"),
        site="toits.example.org",
        url="https://toits.example.org/potagers",
        language="fr",
        categories=("Ville",),
        passages=(
            _passage(doc, 1, "Les tomates mûrissent bien sur les toits de la ville."),
            _passage(
                doc, 2, "Qui doit arroser les potagers pendant les vacances ?", heading="Arroser"
            ),
            _passage(doc, 3, "un seau par jour", kind=PassageKind.LIST_ITEM, heading="Arroser"),
            _passage(doc, 4, "deux seaux en août", kind=PassageKind.LIST_ITEM, heading="Arroser"),
            _passage(
                doc,
                5,
                "Chez nous, la voisine arrose les tomates en août.",
                role=Role.COMMENT,
                comment_id=f"{doc}#c1",
            ),
            _passage(doc, 6, "Merci, je transmets à la voisine.", **author_reply),
        ),
        comments=(
            Comment(
                f"{doc}#c1",
                1,
                author="Basile",
                date=PublicationDate("2009-09", "month", "text", "sept. 2009"),
            ),
            Comment(
                f"{doc}#c2",
                2,
                author="Maud Verdier",
                parent_id=f"{doc}#c1",
                depth=1,
                is_post_author=True,
            ),
        ),
        ledger=(
            LedgerEntry(
                Action.DROPPED,
                "formulaire-commentaire",
                "C’est le formulaire de commentaire.",
                "Laisser un commentaire",
                0,
                22,
            ),
        ),
        n_comments_declared=3,
    )


def _bread() -> Document:
    doc = "d-2222222222222222"
    return Document(
        doc_id=doc,
        source_path="pain.txt",
        title="Le pain du dimanche",
        language="fr",
        passages=(
            _passage(
                doc,
                1,
                "La farine de sarrasin donne un pain dense et parfumé. Combien de temps faut-il "
                "le laisser reposer ?",
            ),
        ),
    )


def attack() -> Document:
    """A post that tries to run, format or address whatever it can."""
    doc = "d-3333333333333333"
    return Document(
        doc_id=doc,
        source_path="attaque.txt",
        title=f"Titre {HOSTILE}",
        author=f"Auteur {HOSTILE}",
        site="<b>site</b>",
        url="javascript:alert(1)",
        date=PublicationDate("2012", "year", "text", "2012"),
        passages=(
            _passage(doc, 1, f"Une attaque par le texte : {HOSTILE}", heading=HOSTILE),
            _passage(
                doc,
                2,
                "=SOMME(A1:A9) dans un commentaire d’attaque",
                role=Role.COMMENT,
                comment_id=f"{doc}#c1",
            ),
        ),
        comments=(Comment(f"{doc}#c1", 1, author="@formule", kind=CommentKind.PINGBACK),),
    )
