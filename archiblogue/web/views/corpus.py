"""What the archive holds: counts, years, sites, authors, posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from archiblogue.typography import format_date, format_number
from archiblogue.web import url_state
from archiblogue.web.archive import iter_documents, open_current
from archiblogue.web.desk.component import mount_map
from archiblogue.web.html import Markup, element, join, local_link
from archiblogue.web.texts import Words
from archiblogue.web.views.coverage import coverage_html

if TYPE_CHECKING:
    from index.archive import Archive, ArchiveInfo

_MAX_ROWS: Final = 12
_MAX_SOURCES: Final = 200
_YEARS: Final = "annee"
# Heading, facet, parameter of the address, prefix of the labels.
_SPREADS: Final = (
    ("years", "year", _YEARS, None),
    ("roles", "role", "role", "roles"),
    ("sites", "site", "site", None),
    ("authors", "author", "auteur", None),
    ("languages", "language", "langue", "language"),
)
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
    with st.container(key="figures"):
        st.html(figures_html(info, words))
    with st.container(key="map"):
        mount_map(words, info.content_hash[:12])
    st.html(overview_html(archive.facets(), words))
    st.html(coverage_html(archive, words))
    st.html(sources_html(_sources(archive), info.counts.get("n_documents", 0), words))
    st.html(archive_html(info, words))


def figures_html(info: ArchiveInfo, words: Words) -> Markup:
    """How much the archive holds, in a few figures."""
    figures = []
    for name, label in _COUNTS:
        if name in info.counts:
            number = format_number(info.counts[name], words.language)
            figures.append(element("div", element("dt", words(label)), element("dd", number)))
    return element(
        "section",
        element("h1", words("corpus.heading")),
        element("dl", *figures, class_="figures"),
        class_="sheet",
    )


def overview_html(facets: Mapping[str, Mapping[str | None, int]], words: Words) -> Markup:
    """How the passages spread over years, roles, sites, authors, languages; each leads to them."""
    return element(
        "section",
        element("h2", words("corpus.spread"), class_="sr-only"),
        element("p", words("corpus.unit"), class_="legend"),
        *(
            _bars(Bars(name, parameter, labels), facets[facet], words)
            for name, facet, parameter, labels in _SPREADS
        ),
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


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart: its heading, the parameter that its values are in an address, their labels."""

    name: str
    parameter: str
    labels: str | None


def _bars(bars: Bars, counts: Mapping[str | None, int], words: Words) -> Markup | None:
    """A bar chart as a list: each value, which leads to its passages, a bar, a number.

    Years come in order, the rest by size; what is not known comes last.
    """
    is_timeline = bars.parameter == _YEARS
    known = [(value, n) for value, n in counts.items() if value]
    known.sort(key=lambda pair: (0 if is_timeline else -pair[1], pair[0]))
    if not known:
        return None
    shown = known if is_timeline else known[:_MAX_ROWS]
    largest = max(n for _, n in counts.items())
    rows = [_bar(_link(bars, value, words), n, largest, words) for value, n in shown]
    n_unknown = sum(n for value, n in counts.items() if not value)
    if n_unknown:
        unknown = element("bdi", words("corpus.unknown"))
        undated = {"sansdate": "true", **url_state.in_language(words.language)}
        label = local_link(words("corpus.undated"), "", **undated) if is_timeline else unknown
        rows.append(_bar(label, n_unknown, largest, words))
    others = len(known) - len(shown)
    return element(
        "section",
        element("h2", words(f"corpus.{bars.name}")),
        element(
            "ul",
            *rows,
            element("li", words("corpus.others", n=others)) if others > 0 else None,
            class_="bars",
        ),
    )


def _link(bars: Bars, value: str, words: Words) -> Markup:
    """The value, which leads to the passages that have it, by date."""
    label = words(f"{bars.labels}.{value}") if bars.labels else value
    bounds = {"apres": value, "avant": value} if bars.parameter == _YEARS else {}
    chosen = bounds or {bars.parameter: value}
    return local_link(element("bdi", label), "", **url_state.in_language(words.language, **chosen))


def _bar(label: Markup, number: int, largest: int, words: Words) -> Markup:
    return element(
        "li",
        label,
        element("span", class_="bar", style=f"--share: {round(100 * number / largest)}%"),
        element("span", format_number(number, words.language), class_="number"),
    )
