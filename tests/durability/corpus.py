"""Small documents made for these tests, from one seed: every one has words of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ingest.model import (
    Action,
    Comment,
    Document,
    LedgerEntry,
    Passage,
    PassageKind,
    PublicationDate,
    Role,
)

SYLLABLES = ("ba", "ri", "to", "lu", "me", "na", "po", "si", "vé", "çon")


def word(*seed: object) -> str:
    """A word that only this seed gives, of eight syllables."""
    digest = hashlib.sha256(repr(seed).encode()).digest()
    return "".join(SYLLABLES[byte % len(SYLLABLES)] for byte in digest[:8])


@dataclass(frozen=True)
class Blog:
    """Makes posts that look like a blog's, with a word of their own in each paragraph."""

    n_passages: int = 2
    n_comments: int = 2

    def post(self, n: int, *, edition: int = 0) -> Document:
        """The n-th post; another edition has another last paragraph."""
        url = f"https://carnet.example/2009/{n:04d}"
        doc_id = "d-" + hashlib.sha256(f"url:{url[8:]}".encode()).hexdigest()[:16]
        lines: list[str] = []
        passages: list[Passage] = []
        for i in range(1, self.n_passages + 1):
            own = word(n, i, edition if i == self.n_passages else 0)
            text = f"Billet {n}, paragraphe {i}\u00a0: voici ce que dit le mot {own} de ce carnet."
            passages.append(self._passage(doc_id, f"#p{i}", text, lines, None))
        comments = []
        for c in range(1, self.n_comments + 1):
            comment = Comment(
                comment_id=f"{doc_id}#c{c}",
                number=c,
                author=f"Lectrice {word('nom', n, c).capitalize()}",
                date=PublicationDate(f"2009-05-{c:02d}", "day", "text", f"{c} mai 2009 {n}"),
                url=f"{url}#comment-{n}{c}",
            )
            comments.append(comment)
            text = f"Commentaire {c}\u00a0: je réponds {word(n, 'c', c)} à ce billet numéro {n}."
            passages.append(self._passage(doc_id, f"#c{c}.p1", text, lines, comment.comment_id))
        return Document(
            doc_id=doc_id,
            source_path=f"{n:04d}.html",
            passages=tuple(passages),
            comments=tuple(comments),
            ledger=self._ledger(passages, comments),
            title=f"Titre {word('titre', n)}",
            author=f"Auteur {word('auteur', n % 3)}",
            date=PublicationDate(f"{2005 + n % 8}-05-04", "day", "text", "4 mai"),
            site="carnet.example",
            url=url,
            language="fr",
        )

    def posts(self, n: int) -> list[Document]:
        """The first n posts."""
        return [self.post(i) for i in range(n)]

    def _passage(
        self, doc_id: str, suffix: str, text: str, lines: list[str], comment_id: str | None
    ) -> Passage:
        start = sum(len(line) + 40 for line in lines)
        lines.append(text)
        return Passage(
            passage_id=f"{doc_id}{suffix}",
            doc_id=doc_id,
            ordinal=len(lines) - 1,
            role=Role.COMMENT if comment_id else Role.POST,
            kind=PassageKind.PARAGRAPH,
            text=text,
            start=start,
            end=start + len(text),
            comment_id=comment_id,
            language="fr",
        )

    def _ledger(self, passages: list[Passage], comments: list[Comment]) -> tuple[LedgerEntry, ...]:
        entries = [
            LedgerEntry(Action.KEPT, "texte", "Texte.", p.text, p.start, p.end, p.passage_id)
            for p in passages
        ]
        starts = {p.comment_id: p.start for p in passages if p.comment_id}
        for comment in comments:
            header = f"{comment.number}. {comment.author} le {comment.date.raw}"  # type: ignore[union-attr]
            end = starts[comment.comment_id] - 2
            entries.append(
                LedgerEntry(Action.METADATA, "en-tête", "En-tête.", header, end - len(header), end)
            )
        return tuple(sorted(entries, key=lambda entry: entry.start))
