"""Documents whose names and texts two ways of folding read differently: ligatures, underscores.

`former_register.zip` is an archive of them that version 0.1 made before `ingest/text.py` was: its
generation was put back after the withdrawals of `WITHDRAWN`, as from a backup, beside the register.
"""

from __future__ import annotations

from ingest.identity import comment_id, comment_passage_id, document_id, post_passage_id
from ingest.model import Comment, Document, Passage, PassageKind, PublicationDate, Role

Said = tuple[str, str]
"""A name and what it wrote."""

LONG = "où l’on parle longuement de ce que chacun trouve dans les carnets des autres"
SECRETS = ("serrurier", "palimpseste", "girouette", "bilboquet", "cordelette", "tournesol")
"""A word of each text that was withdrawn."""


def document(url: str, post: Said, *comments: Said, title: str = "Un billet") -> Document:
    """A post of one paragraph with its comments."""
    doc_id = document_id(url, "")
    author, body = post
    texts = [(post_passage_id(doc_id, 1), body, None)]
    texts += [
        (comment_passage_id(doc_id, n, 1), text, comment_id(doc_id, n))
        for n, (_, text) in enumerate(comments, start=1)
    ]
    return Document(
        doc_id=doc_id,
        source_path=f"{doc_id}.html",
        passages=tuple(
            Passage(
                passage_id=passage_id,
                doc_id=doc_id,
                ordinal=n,
                role=Role.COMMENT if of_comment else Role.POST,
                kind=PassageKind.PARAGRAPH,
                text=text,
                start=1000 * n,
                end=1000 * n + len(text),
                comment_id=of_comment,
                language="fr",
            )
            for n, (passage_id, text, of_comment) in enumerate(texts)
        ),
        comments=tuple(
            Comment(
                comment_id=comment_id(doc_id, n),
                number=n,
                author=name,
                date=PublicationDate(f"2009-05-{n:02d}", "day", "text", f"{n} mai 2009"),
            )
            for n, (name, _) in enumerate(comments, start=1)
        ),
        ledger=(),
        title=title,
        author=author,
        date=PublicationDate("2009-05-01", "day", "text", "1er mai 2009"),
        site="carnet.example",
        url=url,
        language="fr",
    )


NUN = document(
    "https://carnet.example/2009/coeur",
    ("Sœur Émilie", f"Mon cœur de serrurier bat encore, {LONG}."),
    ("Zoé", "Une réponse de passage, qui reste."),
)
THREAD = document(
    "https://carnet.example/2009/fil",
    ("Zoé", f"Un billet qui reste, {LONG}."),
    ("Sœur Émilie", "Je signe ici un palimpseste."),
    ("Ève_Marie", "Ma girouette et l’œuvre_bleue."),
    ("Hélène", f"Le bilboquet de ma sœur, {LONG}."),
)
WHOLE = document(
    "https://carnet.example/2009/entier",
    ("Paul", f"Une cordelette pour les œufs, {LONG}."),
)
PART = document(
    "https://carnet.example/2009/partie",
    ("Paul", "Le tournesol_jaune et son vœu."),
    ("Zoé", "Un commentaire qui reste."),
)
DOCUMENTS = (NUN, THREAD, WHOLE, PART)
WITHDRAWN = (
    ("author", "Sœur Émilie"),
    ("id", THREAD.comments[1].comment_id),
    ("id", THREAD.comments[2].comment_id),
    ("url", WHOLE.url or ""),
    ("id", PART.passages[0].passage_id),
)
