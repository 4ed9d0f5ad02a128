"""What the archive holds: counts, years, sites, authors, posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import streamlit as st

from archiblogue.typography import format_date, format_number
from archiblogue.web import url_state
from archiblogue.web.archive import iter_documents, open_current
from archiblogue.web.html import Markup, element, join, local_link
from archiblogue.web.texts import Words

if TYPE_CHECKING:
    from index.archive import Archive, ArchiveInfo

_MAX_ROWS: Final = 12
_MAX_SOURCES: Final = 200
_COUNTS: Final = (
    ("n_documents", "corpus.documents"),
    ("n_passages", "corpus.passages"),
    ("n_comments", "corpus.comments"),
    ("n_rejected_pages", "corpus.rejections"),
)


def render_corpus(words: Words) -> None:
    """Draw the inventory of the archive."""
    archive = open_current()
    info = archive.info()
    st.html(overview_html(info, archive.facets(), words))
    st.html(sources_html(_sources(archive), info.counts.get("n_documents", 0), words))
    st.html(archive_html(info, words))


def overview_html(
    info: ArchiveInfo, facets: Mapping[str, Mapping[str | None, int]], words: Words
) -> Markup:
    """The figures and how the passages spread over years, roles, sites, authors, languages."""
    figures = []
    for name, label in _COUNTS:
        if name in info.counts:
            number = format_number(info.counts[name], words.language)
            figures.append(element("div", element("dt", words(label)), element("dd", number)))
    roles: dict[str | None, int] = {
        words(f"roles.{role}"): number for role, number in facets["role"].items()
    }
    languages = {
        words(f"language.{code}") if code else None: number
        for code, number in facets["language"].items()
    }
    unknown = words("corpus.unknown")
    return element(
        "section",
        element("h1", words("corpus.heading")),
        element("dl", *figures, class_="figures"),
        element("p", words("corpus.unit"), class_="legend"),
        _bars(words("corpus.years"), list(facets["year"].items()), words("corpus.undated"), words),
        _bars(words("corpus.roles"), _by_size(roles), unknown, words),
        _bars(words("corpus.sites"), _by_size(facets["site"]), unknown, words),
        _bars(words("corpus.authors"), _by_size(facets["author"]), unknown, words),
        _bars(words("corpus.languages"), _by_size(languages), unknown, words),
        class_="sheet",
    )


def archive_html(info: ArchiveInfo, words: Words) -> Markup:
    """Where the figures come from: generation, date, model, size."""
    size = max(1, round(sum(info.sizes.values()) / 1_000_000))
    facts = {
        "corpus.generation": str(info.generation),
        "corpus.built": f"{format_date(info.created_at, words.language)} (UTC)",
        "corpus.encoder": f"{info.encoder.name} ({info.encoder.revision[:12]})",
        "corpus.size": words("corpus.megabytes", n=size),
    }
    rows = (
        cell
        for key, value in facts.items()
        for cell in (element("dt", words(key)), element("dd", value))
    )
    return element(
        "section",
        element("h2", words("corpus.archive")),
        element("dl", *rows, class_="facts"),
        class_="sheet",
    )


def sources_html(
    sources: Sequence[tuple[str, str | None, str | None]], n_documents: int, words: Words
) -> Markup:
    """The posts, each a link to its own view: (doc_id, title, site or path of the source)."""
    rows = (
        element(
            "li",
            local_link(
                join(
                    element("bdi", title or words("card.untitled")),
                    element("span", site, class_="circumstances") if site else None,
                ),
                "billet",
                **url_state.in_language(words.language, id=doc_id),
            ),
        )
        for doc_id, title, site in sources
    )
    shown = words("corpus.sources.shown", n=len(sources))
    return element(
        "section",
        element("h2", words("corpus.sources")),
        element("p", shown, class_="legend") if len(sources) < n_documents else None,
        element("ul", *rows, class_="sources"),
        class_="sheet",
    )


def _sources(archive: Archive) -> tuple[tuple[str, str | None, str | None], ...]:
    return _sources_of_generation(archive, archive.generation.manifest.content_hash)


@st.cache_data(max_entries=4, show_spinner=False)
def _sources_of_generation(
    _archive: Archive,
    content_hash: str,  # noqa: ARG001 - the key
) -> tuple[tuple[str, str | None, str | None], ...]:
    firsts = (passages[0] for passages in iter_documents(_archive, _MAX_SOURCES) if passages)
    return tuple((one.doc_id, one.title, one.site or one.source_path) for one in firsts)


def _by_size(counts: Mapping[str | None, int]) -> list[tuple[str | None, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0] or ""))


def _bars(
    heading: str, counts: Sequence[tuple[str | None, int]], unknown: str, words: Words
) -> Markup | None:
    """A bar chart as a list: each label, a bar, a number. What is not known comes last."""
    known = [(label, number) for label, number in counts if label]
    n_unknown = sum(number for label, number in counts if not label)
    if not known:
        return None
    is_timeline = known == sorted(known) and all(str(label).isdigit() for label, _ in known)
    limit = len(known) if is_timeline else _MAX_ROWS
    rows: list[tuple[str, int]] = [(str(label), number) for label, number in known[:limit]]
    if n_unknown:
        rows.append((unknown, n_unknown))
    largest = max(number for _, number in rows)
    others = len(known) - limit
    return element(
        "section",
        element("h2", heading),
        element(
            "ul",
            *(_bar(label, number, largest, words) for label, number in rows),
            element("li", words("corpus.others", n=others)) if others > 0 else None,
            class_="bars",
        ),
    )


def _bar(label: str, number: int, largest: int, words: Words) -> Markup:
    return element(
        "li",
        element("bdi", label),
        element("span", class_="bar", style=f"--share: {round(100 * number / largest)}%"),
        element("span", format_number(number, words.language), class_="number"),
    )
