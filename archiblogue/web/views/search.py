"""The first view: the question, the filters, and the passages that answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import streamlit as st

from archiblogue.web.archive import is_superseded, open_current
from archiblogue.web.html import Markup, element, join
from archiblogue.web.texts import Words
from archiblogue.web.views.card import render_card
from archiblogue.web.views.downloads import render_downloads
from archiblogue.web.views.examples import examples, plain_label
from archiblogue.web.views.facets import render_active, render_facets
from archiblogue.web.views.feedback import ask, read_feedback
from archiblogue.web.views.filters import Choices, choose, years_of
from archiblogue.web.views.panels import Asked
from archiblogue.web.views.question_box import QuestionBox, ask_in
from archiblogue.web.views.remarks import error_html, notice_html, read_removed, render_remarks
from index.model import Hit, Query, SearchResult
from ingest.errors import UsageError

if TYPE_CHECKING:
    from index.archive import Archive

# Beyond it the box takes nothing more. What is longer than a question may be is cut by the reader
# of questions, which says so: the box itself would refuse a long paste without a word.
MAX_CHARACTERS: Final = 8000
_BOX: Final = QuestionBox("q", "question", "question.placeholder", MAX_CHARACTERS)
LARGEST_K: Final = 100
# How often an open page looks for a newer build: two small files are read.
WATCH_S: Final = 8.0


def render_search(words: Words) -> None:
    """Draw the view for the question that the address holds."""
    archive = open_current()
    st.html(element("h1", words("search.heading"), class_="sr-only"))
    with st.container(key="question"):
        question = ask_in(_BOX, words)
        choices = choose(archive.facets(), words)
    if not question:
        _render_home(archive, words)
        return
    query = Query(
        question,
        k=choices.k,
        mode=choices.mode,
        filters=choices.filters,
        expand=choices.expand,
        without=read_removed(),
    )
    feedback = read_feedback(archive, question)
    try:
        result = ask(archive, query, feedback)
    except UsageError as error:
        st.html(error_html(error, words))
        return
    _render_result(archive, result, Asked(query, feedback, shown_ids(result)), choices, words)


def _render_result(
    archive: Archive, result: SearchResult, asked: Asked, choices: Choices, words: Words
) -> None:
    render_active(choices, words)
    render_remarks(archive, result, asked.feedback, words)
    if not result.hits:
        st.html(_nothing_html(result.query, choices, words))
        return
    if result.confident is False:
        detail = words("results.not_confident.detail")
        st.html(notice_html(words("results.not_confident"), join(detail), is_alert=True))
    with st.container(key="results-bar", horizontal=True, vertical_alignment="bottom"):
        st.html(_count_html(result.hits, words))
        render_downloads(archive, result, asked.feedback, words)
    render_facets(archive, result.query, words)
    _watch(archive, words)
    for hit in result.hits:
        render_card(hit, asked, words)
    if any(hit.matches or hit.best_sentence for hit in result.hits):
        st.html(element("p", words("results.legend"), class_="legend"))
    if len(result.hits) == choices.k < LARGEST_K:
        st.button(words("results.more"), key="more", on_click=_show_more, args=(choices.k,))


@st.fragment(run_every=WATCH_S)
def _watch(archive: Archive, words: Words) -> None:
    """Say when a newer build answers; the passages do not move under the reader's eyes."""
    if not is_superseded(archive):
        return
    with st.container(key="superseded"):
        st.html(notice_html(None, join(words("results.superseded"))))
        if st.button(words("results.refresh"), key="refresh"):
            st.rerun(scope="app")


def _render_home(archive: Archive, words: Words) -> None:
    found = examples(archive)
    st.html(element("p", _census(archive, words), class_="census"))
    if not found.texts:
        return
    key = "home.examples" if found.are_questions else "home.examples.titles"
    with st.container(key="examples"):
        st.html(element("h2", words(key)))
        for number, text in enumerate(found.texts):
            st.button(
                plain_label(text),
                key=f"example-{number}",
                on_click=_ask_example,
                args=(text,),
                type="tertiary",
            )


def _census(archive: Archive, words: Words) -> str:
    counts = archive.generation.manifest.counts
    years = years_of(archive.facets())
    if not years:
        span = ""
    elif years[0] == years[-1]:
        span = words("home.year", first=str(years[0]))
    else:
        span = words("home.years", first=str(years[0]), last=str(years[-1]))
    return words(
        "home.census",
        documents=words.count("home.documents", counts.get("n_documents", 0)),
        comments=words.count("home.comments", counts.get("n_comments", 0)),
        years=span,
    )


def _ask_example(text: str) -> None:
    st.session_state["q"] = text


def _show_more(k: int) -> None:
    st.session_state["k"] = min(LARGEST_K, {10: 20, 20: 50}.get(k, LARGEST_K))


def shown_ids(result: SearchResult) -> frozenset[str]:
    """The passages on the screen, by id."""
    return frozenset(hit.passage_id for hit in result.hits)


def _count_html(hits: tuple[Hit, ...], words: Words) -> Markup:
    n_documents = len({hit.doc_id for hit in hits})
    return element(
        "div",
        element("h2", words("results.heading"), class_="sr-only"),
        element(
            "p",
            element("strong", words.count("results.count", len(hits))),
            " ",
            words.count("results.documents", n_documents),
            element("span", words("results.order"), class_="order"),
            role="status",
            tabindex="-1",
        ),
        class_="count",
    )


def _nothing_html(query: Query, choices: Choices, words: Words) -> Markup:
    advice = [words("results.none.words")]
    if choices.n_active:
        advice.append(words.count("results.none.filters", choices.n_active))
    if re.search(r'["«“]|(?<!\S)-\w', query.text):
        advice.append(words("results.none.quotes"))
    if query.mode != "hybrid":
        advice.append(words("results.none.mode"))
    advice.append(words("results.none.corpus"))
    body = join(
        element("p", words("results.none.detail")),
        element("ul", *(element("li", line) for line in advice)),
    )
    return notice_html(words("results.none"), body, is_alert=True)
