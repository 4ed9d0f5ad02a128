"""The page's own count of comments against what was extracted, per page and per template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ingest.model import CommentKind, Document

__all__ = ["UNKNOWN_TEMPLATE", "AuditReport", "AuditRow", "TemplateAudit", "audit_documents"]

OTHER_PAGES_RULE: Final = "pages-du-fil"
UNKNOWN_TEMPLATE: Final = "inconnue"
"""The engine of posts that name none: texts, exports, feeds, hand-made pages."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One page that states how many comments it has.

    `n_extracted` counts what the statement can mean: themes count pingbacks or leave them out,
    so the nearer of the two numbers is taken. `n_missing` is negative where more were found
    than the page states.
    """

    doc_id: str
    source_path: str
    template: str
    n_declared: int
    n_extracted: int

    @property
    def n_missing(self) -> int:
        """Comments that the page states and that were not found."""
        return self.n_declared - self.n_extracted

    @property
    def is_matched(self) -> bool:
        """Whether the page's count is what was found."""
        return self.n_missing == 0


@dataclass(frozen=True, slots=True)
class TemplateAudit:
    """The pages of one engine: how many state a count, and how many of these match."""

    template: str
    n_pages: int
    n_stated: int
    n_matched: int
    n_declared: int
    n_extracted: int

    @property
    def share(self) -> float | None:
        """Matched pages among those that state a count, 0 to 1; None where none does."""
        return self.n_matched / self.n_stated if self.n_stated else None


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Rows with the worst page first, and one line a template, the worst first.

    `paged` are threads on several pages of which the archive has not all: the page counts the
    whole thread, so that nothing can be compared. They are not among `rows`.
    """

    rows: tuple[AuditRow, ...]
    templates: tuple[TemplateAudit, ...]
    paged: tuple[AuditRow, ...] = ()

    @property
    def share(self) -> float | None:
        """Matched pages among those that state a count, 0 to 1; None where none does."""
        return sum(row.is_matched for row in self.rows) / len(self.rows) if self.rows else None


def audit_documents(documents: Iterable[Document]) -> AuditReport:
    """The report over `documents`; those that state no count are only counted."""
    rows: list[AuditRow] = []
    paged: list[AuditRow] = []
    n_pages: dict[str, int] = {}
    for document in documents:
        template = document.platform or UNKNOWN_TEMPLATE
        n_pages[template] = n_pages.get(template, 0) + 1
        if document.n_comments_declared is not None:
            row = _row(document, template, document.n_comments_declared)
            is_part = row.n_missing > 0 and _has_other_pages(document)
            (paged if is_part else rows).append(row)
    for each in (rows, paged):
        each.sort(key=lambda row: (-abs(row.n_missing), row.source_path, row.doc_id))
    templates = [_template(name, n, rows) for name, n in n_pages.items()]
    templates.sort(key=lambda entry: (1.0 if entry.share is None else entry.share, entry.template))
    return AuditReport(tuple(rows), tuple(templates), tuple(paged))


def _has_other_pages(document: Document) -> bool:
    """Whether the page leads to older or newer comments of its thread."""
    return any(entry.rule == OTHER_PAGES_RULE for entry in document.ledger)


def _row(document: Document, template: str, n_declared: int) -> AuditRow:
    n_all = len(document.comments)
    n_written = sum(comment.kind is CommentKind.COMMENT for comment in document.comments)
    nearest = min((n_all, n_written), key=lambda n: abs(n_declared - n))
    return AuditRow(document.doc_id, document.source_path, template, n_declared, nearest)


def _template(name: str, n_pages: int, rows: list[AuditRow]) -> TemplateAudit:
    own = [row for row in rows if row.template == name]
    return TemplateAudit(
        template=name,
        n_pages=n_pages,
        n_stated=len(own),
        n_matched=sum(row.is_matched for row in own),
        n_declared=sum(row.n_declared for row in own),
        n_extracted=sum(row.n_extracted for row in own),
    )
