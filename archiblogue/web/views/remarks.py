"""What a reader should know beside the hits: how the question was read, widened, moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import streamlit as st

from archiblogue.web.html import Markup, element, join
from archiblogue.web.texts import Words
from archiblogue.web.views.examples import plain_label
from archiblogue.web.views.feedback import Feedback, render_feedback
from archiblogue.web.views.filters import EXACT, REMOVED
from index.notices import Notice, QuestionError
from index.query.parser import parse

if TYPE_CHECKING:
    from index.archive import Archive
    from index.model import Expansion, SearchResult

# More forms than a lexicon adds to one question.
_MOST_REMOVED: Final = 20
_LONGEST_FORM: Final = 80


def render_remarks(
    archive: Archive, result: SearchResult, feedback: Feedback, words: Words
) -> None:
    """Draw the remarks of a result, each with the way to undo what it says."""
    for notice in parse(result.query.text).notices:
        st.html(notice_html(None, join(phrase(notice, words))))
    if result.n_undated_excluded:
        text = words.count("results.undated", result.n_undated_excluded)
        st.html(notice_html(None, join(text)))
    if result.expansions or result.left_out:
        _render_lexicon(result, words)
    elif not result.query.expand and archive.lexicon.expand(result.query.text):
        with _row("lexicon"):
            st.html(element("p", words("results.exact"), class_="remark"))
            _render_switch("results.expand", words, exact=False)
    render_feedback(feedback, words)


def phrase(notice: Notice, words: Words) -> str:
    """What the engine says of a question, in the page's language."""
    return words(f"notice.{notice.slug}", **notice.values)


def error_html(error: Exception, words: Words) -> Markup:
    """Why a question cannot be answered, in the page's language where the engine gave facts."""
    if isinstance(error, QuestionError):
        body = join(" ".join(phrase(notice, words) for notice in error.notices))
    else:
        body = element("span", str(error), lang="fr")
    return notice_html(words("error.query"), body, is_alert=True)


def read_removed() -> tuple[str, ...]:
    """The forms that the address takes out of what the lexicon adds."""
    given = dict.fromkeys(form[:_LONGEST_FORM] for form in st.query_params.get_all(REMOVED))
    return tuple(given)[:_MOST_REMOVED]


def notice_html(heading: str | None, body: Markup, *, is_alert: bool = False) -> Markup:
    """A remark beside the results; an alert is read aloud and carries a heading."""
    return element(
        "div",
        element("h2", heading) if heading else None,
        element("div", body),
        class_="notice alert" if is_alert else "notice",
        role="alert" if is_alert else "note",
    )


def _render_lexicon(result: SearchResult, words: Words) -> None:
    """What the lexicon added and what was left out of it; opened, each form with its switch."""
    said = [
        words(key, forms=", ".join(_forms(expansions)))
        for key, expansions in (
            ("results.expanded", result.expansions),
            ("results.removed", result.left_out),
        )
        if expansions
    ]
    with st.expander(plain_label(" ".join(said)), key="lexicon-forms"), _row("lexicon"):
        _render_forms("results.expanded.remove", result.expansions, _remove, words)
        _render_forms("results.removed.add", result.left_out, _restore, words)
        if result.expansions:
            _render_switch("results.unexpanded", words, exact=True)


def _forms(expansions: Sequence[Expansion]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.form for one in expansions))


def _row(key: str) -> st.delta_generator.DeltaGenerator:
    return st.container(key=key, horizontal=True, vertical_alignment="center")


def _render_forms(
    key: str, expansions: Sequence[Expansion], change: Callable[[str], None], words: Words
) -> None:
    for form in _forms(expansions):
        st.button(
            plain_label(words(key, form=form)),
            key=f"form-{form}",
            type="tertiary",
            on_click=change,
            args=(form,),
        )


def _remove(form: str) -> None:
    _write([*read_removed(), form][-_MOST_REMOVED:])


def _restore(form: str) -> None:
    _write([one for one in read_removed() if one != form])


def _write(forms: list[str]) -> None:
    if forms:
        st.query_params[REMOVED] = forms
    else:
        st.query_params.pop(REMOVED, None)


def _render_switch(button: str, words: Words, *, exact: bool) -> None:
    st.button(
        words(button), key="unexpand", type="tertiary", on_click=_set, kwargs={"exact": exact}
    )


def _set(*, exact: bool) -> None:
    st.session_state[EXACT] = exact
