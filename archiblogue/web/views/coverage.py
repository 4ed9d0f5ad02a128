"""What became of the pages: the comments that they announce and those read, the pages set aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import streamlit as st

from archiblogue.building import EXPECTED_SLUGS
from archiblogue.typography import format_number
from archiblogue.web import url_state
from archiblogue.web.html import Markup, element, local_link
from archiblogue.web.texts import Words
from index.withdrawals.generations import iter_documents
from ingest.audit import AuditReport, AuditRow, audit_documents

if TYPE_CHECKING:
    from index.archive import Archive
    from ingest.model import Rejection

# All documents are read to compare: beyond, the command does it.
MOST_AUDITED: Final = 2_000
MOST_ROWS: Final = 100
"""Rows of a list; the commands `audit` and `rejections` give all of them."""


def coverage_html(archive: Archive, words: Words) -> Markup:
    """The audit of the comments and the rejected pages, with the reason of each."""
    return element(
        "section",
        element("h2", words("coverage.heading")),
        _audit_html(archive, words),
        rejections_html(archive.store.rejections(), words),
        class_="sheet",
    )


def audit_html(report: AuditReport, words: Words) -> Markup:
    """How many pages announce a number of comments, how many match, and those that do not."""
    if report.share is None:
        return element("p", words("coverage.no_count"))
    n_matched = sum(row.is_matched for row in report.rows)
    wrong = [row for row in report.rows if not row.is_matched]
    said = words("coverage.audit", stated=len(report.rows), matched=n_matched)
    return element(
        "div",
        element("p", said),
        _list(words.count("coverage.gaps", len(wrong)), [_gap(row, words) for row in wrong], words),
        _list(
            words.count("coverage.paged", len(report.paged)),
            [_gap(row, words) for row in report.paged],
            words,
        ),
    )


def rejections_html(rejections: Sequence[Rejection], words: Words) -> Markup:
    """The pages that gave no post, by reason: those to look at first."""
    if not rejections:
        return element("p", words("coverage.none_rejected"))
    by_slug: dict[str, list[Rejection]] = defaultdict(list)
    for one in rejections:
        by_slug[one.slug].append(one)
    order = sorted(by_slug, key=lambda slug: (slug in EXPECTED_SLUGS, -len(by_slug[slug]), slug))
    return element(
        "div",
        element("p", words.count("coverage.rejected", len(rejections))),
        *(
            _list(
                words(
                    "coverage.expected" if slug in EXPECTED_SLUGS else "coverage.failed",
                    slug=slug,
                    n=len(by_slug[slug]),
                ),
                [_rejected(one) for one in by_slug[slug]],
                words,
            )
            for slug in order
        ),
    )


def _audit_html(archive: Archive, words: Words) -> Markup:
    n_documents = archive.generation.manifest.counts.get("n_documents", 0)
    if n_documents > MOST_AUDITED:
        return element("p", words("coverage.too_many", n=MOST_AUDITED))
    return audit_html(_audit(archive, archive.generation.manifest.content_hash), words)


@st.cache_data(max_entries=4, show_spinner=False)
def _audit(_archive: Archive, content_hash: str) -> AuditReport:  # noqa: ARG001 - the key
    return audit_documents(iter_documents(_archive.generation))


def _gap(row: AuditRow, words: Words) -> Markup:
    return element(
        "li",
        local_link(
            element("bdi", row.source_path),
            "billet",
            **url_state.in_language(words.language, id=row.doc_id),
        ),
        " ",
        element(
            "span",
            words("coverage.gap", read=row.n_extracted, stated=row.n_declared),
            class_="circumstances",
        ),
    )


def _rejected(one: Rejection) -> Markup:
    return element(
        "li",
        element("bdi", one.source_path),
        " ",
        element("span", one.detail, lang="fr", class_="circumstances"),
    )


def _list(summary: str, rows: Sequence[Markup], words: Words) -> Markup | None:
    if not rows:
        return None
    beyond = len(rows) - MOST_ROWS
    more = words("coverage.beyond", n=format_number(beyond, words.language)) if beyond > 0 else None
    return element(
        "details",
        element("summary", summary),
        element("ul", *rows[:MOST_ROWS], class_="plain"),
        element("p", more, class_="legend") if more else None,
        class_="listed",
    )
