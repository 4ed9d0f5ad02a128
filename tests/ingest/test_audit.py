"""The audit compares each page's own count with what was found, the worst page first."""

from __future__ import annotations

from ingest.audit import audit_documents
from ingest.model import Comment, CommentKind, Document


def document(
    name: str, n_declared: int | None, kinds: str, platform: str | None = None
) -> Document:
    comments = tuple(
        Comment(f"{name}#c{n}", n, CommentKind.PINGBACK if kind == "p" else CommentKind.COMMENT)
        for n, kind in enumerate(kinds, 1)
    )
    return Document(
        name, f"{name}.html", (), comments, n_comments_declared=n_declared, platform=platform
    )


def test_worst_pages_come_first_and_pingbacks_may_count() -> None:
    report = audit_documents(
        [
            document("a", 2, "ccp", "wordpress"),
            document("b", 5, "c", "spip"),
            document("c", 3, "ccp", "wordpress"),
            document("d", None, "c", "spip"),
        ]
    )
    assert [(row.doc_id, row.n_missing) for row in report.rows] == [("b", 4), ("a", 0), ("c", 0)]
    assert report.share == 2 / 3
    assert [(t.template, t.n_pages, t.n_stated, t.share) for t in report.templates] == [
        ("spip", 2, 1, 0.0),
        ("wordpress", 2, 2, 1.0),
    ]


def test_no_statement_no_share() -> None:
    assert audit_documents([document("a", None, "")]).share is None
