"""Every occurrence of a word or an expression in its context, line by line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import streamlit as st

from archiblogue.typography import format_date
from archiblogue.web import url_state
from archiblogue.web.archive import open_current
from archiblogue.web.desk.remarks import phrase
from archiblogue.web.html import Markup, element, join, local_link
from archiblogue.web.notices import error_html, notice_html
from archiblogue.web.texts import Words
from archiblogue.web.views.question_box import QuestionBox, ask_in
from archiblogue.web.views.words_numbers import numbers_html
from index.export import write_concordance_csv
from index.query.parser import parse
from index.views.concordance import Concordance, ConcordanceOptions, Sort
from ingest.errors import UsageError

if TYPE_CHECKING:
    from index.model import Hit
    from index.views.concordance import Line

MAX_CHARACTERS: Final = 200
MOST_LINES: Final = 200
_BOX: Final = QuestionBox("e", "concordance.expression", "concordance.placeholder", MAX_CHARACTERS)
_WIDTH: Final = 70


def render_concordance(words: Words) -> None:
    """Draw the expression that the address names, in all its contexts."""
    archive = open_current()
    st.html(element("h1", words("concordance.heading"), class_="sr-only"))
    with st.container(key="question"):
        expression = ask_in(_BOX, words)
        sort = _choose_sort(words)
    if not expression:
        st.html(element("p", words("concordance.detail"), class_="census"))
        return
    options = ConcordanceOptions(width=_WIDTH, sort=sort, limit=MOST_LINES)
    try:
        found = archive.concordance(expression, options)
    except UsageError as error:
        st.html(error_html(error, words))
        return
    for notice in parse(expression).notices:
        st.html(notice_html(None, join(phrase(notice, words))))
    if found.n_undated_excluded:
        text = words.count("results.undated", found.n_undated_excluded)
        st.html(notice_html(None, join(text)))
    if not found.lines:
        body = join(words("concordance.none.detail"))
        st.html(notice_html(words("concordance.none"), body, is_alert=True))
        return
    with st.container(key="results-bar", horizontal=True, vertical_alignment="bottom"):
        st.html(_count_html(found, words))
        st.download_button(
            words("download.csv"),
            data=_table_of(found),
            file_name="archiblogue-concordance.csv",
            mime="text/csv",
            key="download-concordance",
            on_click="ignore",
        )
    st.html(lines_html(found, words))
    st.html(numbers_html(archive, expression, words))


def _choose_sort(words: Words) -> Sort:
    names = [sort.value for sort in Sort]
    url_state.adopt("tri", "tri-choice", names, default=Sort.RIGHT.value)
    chosen = st.segmented_control(
        words("concordance.sort"),
        names,
        format_func=lambda name: words(f"concordance.sort.{name}"),
        required=True,
        key="tri-choice",
    )
    url_state.publish("tri", [] if chosen in {None, Sort.RIGHT.value} else [str(chosen)])
    return Sort(chosen or Sort.RIGHT)


def lines_html(found: Concordance, words: Words) -> Markup:
    """The lines as a table: what is before, the expression, what is after, and where."""
    head = element(
        "tr",
        *(
            element("th", words(f"concordance.{name}"), scope="col")
            for name in ("left", "keyword", "right", "source")
        ),
    )
    return element(
        "table",
        element("thead", head),
        element("tbody", *(_row(line, words) for line in found.lines)),
        class_="kwic",
    )


def _row(line: Line, words: Words) -> Markup:
    passage = line.passage
    date = format_date(passage.date, words.language) if passage.date else words("card.undated")
    source = element("bdi", passage.title or words("card.untitled"))
    facts = [fact for fact in (passage.author, date) if fact]
    return element(
        "tr",
        element("td", element("bdi", line.left), class_="left"),
        element("td", element("mark", line.keyword), class_="keyword"),
        element("td", element("bdi", line.right), class_="right"),
        element(
            "td",
            _passage_link(source, passage, words),
            element("span", " · ".join(facts), class_="circumstances"),
            class_="where",
        ),
    )


def _passage_link(label: str, passage: Hit, words: Words) -> Markup:
    parameters = url_state.in_language(words.language, id=passage.doc_id, p=passage.passage_id)
    return local_link(label, "billet", **parameters)


def _count_html(found: Concordance, words: Words) -> Markup:
    shown = words("concordance.shown", n=len(found.lines))
    return element(
        "div",
        element("h2", words("concordance.lines"), class_="sr-only"),
        element(
            "p",
            element("strong", words.count("concordance.count", found.n_lines)),
            " ",
            words.count("concordance.passages", found.n_passages),
            element("span", shown, class_="order") if len(found.lines) < found.n_lines else None,
            role="status",
            tabindex="-1",
        ),
        class_="count",
    )


def _table_of(found: Concordance) -> Callable[[], bytes]:
    """Makes the file when it is asked for, of the very lines that were drawn."""
    return lambda: b"".join(write_concordance_csv(found))
