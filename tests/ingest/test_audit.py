"""The audit compares each page's own count with what was found, the worst page first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingest.audit import audit_documents
from ingest.model import Action, Comment, CommentKind, Document, LedgerEntry, Page
from ingest.pipeline import read_page


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


def paged(name: str, n_declared: int, kinds: str) -> Document:
    link = LedgerEntry(Action.DROPPED, "pages-du-fil", "", "« Commentaires plus anciens", 0, 27)
    return replace(document(name, n_declared, kinds), ledger=(link,))


def test_a_part_of_a_thread_on_several_pages_is_not_compared() -> None:
    report = audit_documents(
        [paged("a", 52, "cc"), paged("b", 3, "ccc"), document("c", 5, "c"), paged("d", 1, "cc")]
    )
    assert [row.doc_id for row in report.paged] == ["a"]
    assert [(row.doc_id, row.n_missing) for row in report.rows] == [("c", 4), ("d", -1), ("b", 0)]
    assert report.share == 1 / 3


def test_the_second_page_of_a_thread_is_told_by_its_link(repository: Path) -> None:
    path = repository / "tests" / "pages" / "html" / "wp_page2.html"
    read = read_page(Page(path.name, path.read_bytes()))
    assert isinstance(read, Document)
    report = audit_documents([read])
    assert [(row.n_extracted, row.n_declared) for row in report.paged] == [(2, 52)]
    assert report.share is None
