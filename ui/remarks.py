"""What a reader should know beside the hits: how the question was read, widened, moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from index.query.language import parse
from ui.feedback import Feedback, render_feedback
from ui.filters import EXACT
from ui.html import Markup, element, join
from ui.strings import Words

if TYPE_CHECKING:
    from index.model import Expansion, SearchResult
    from index.search import Archive


def render_remarks(
    archive: Archive, result: SearchResult, feedback: Feedback, words: Words
) -> None:
    """Draw the remarks of a result, each with the way to undo what it says."""
    for notice in parse(result.query.text).notices:
        st.html(notice_html(None, element("span", notice, lang="fr")))
    if result.n_undated_excluded:
        text = words.count("results.undated", result.n_undated_excluded)
        st.html(notice_html(None, join(text)))
    if result.expansions:
        _render_switch(_added(result.expansions, words), "results.unexpanded", words, exact=True)
    elif not result.query.expand and archive.lexicon.expand(result.query.text):
        _render_switch(words("results.exact"), "results.expand", words, exact=False)
    render_feedback(feedback, words)


def notice_html(heading: str | None, body: Markup, *, is_alert: bool = False) -> Markup:
    """A remark beside the results; an alert is read aloud and carries a heading."""
    return element(
        "div",
        element("h2", heading) if heading else None,
        element("div", body),
        class_="notice alert" if is_alert else "notice",
        role="alert" if is_alert else "note",
    )


def _added(expansions: tuple[Expansion, ...], words: Words) -> str:
    """The words that the lexicon added, in the page's language."""
    forms = dict.fromkeys(one.form for one in expansions)
    return words("results.expanded", forms=", ".join(forms))


def _render_switch(sentence: str, button: str, words: Words, *, exact: bool) -> None:
    with st.container(key="lexicon", horizontal=True, vertical_alignment="center"):
        st.html(element("p", sentence, class_="remark"))
        st.button(
            words(button),
            key="unexpand",
            type="tertiary",
            on_click=_set,
            kwargs={"exact": exact},
        )


def _set(*, exact: bool) -> None:
    st.session_state[EXACT] = exact
