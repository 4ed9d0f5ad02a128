"""Relevance feedback: passages that a person wants more of, or less of, kept in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from archiblogue.web.html import element
from archiblogue.web.texts import Words

if TYPE_CHECKING:
    from index.archive import Archive
    from index.model import Query, SearchResult

PLUS: Final = "plus"
MINUS: Final = "moins"
# More would drown the question.
MOST: Final = 20
_QUESTION: Final = "feedback-question"


@dataclass(frozen=True, slots=True)
class Feedback:
    """The passages to move the question towards, and those to move it away from, by id."""

    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the question stays where it is."""
        return not self.plus and not self.minus


def read_feedback(archive: Archive, question: str) -> Feedback:
    """What the address says, as far as the archive knows it; another question forgets it."""
    if st.session_state.get(_QUESTION, question) != question:
        forget()
    st.session_state[_QUESTION] = question
    plus, minus = (
        [one for one in dict.fromkeys(st.query_params.get_all(name)) if archive.holds(one)][:MOST]
        for name in (PLUS, MINUS)
    )
    return Feedback(tuple(plus), tuple(one for one in minus if one not in plus))


def ask(archive: Archive, query: Query, feedback: Feedback) -> SearchResult:
    """The answer to the question, moved by what was said of its hits.

    Raises:
        UsageError: the question cannot be read.
    """
    if feedback.is_empty:
        return archive.search(query)
    return archive.refine(query, plus=feedback.plus, minus=feedback.minus)


def toggle(name: str, passage_id: str) -> None:
    """Say `name` (PLUS or MINUS) of the passage, or take it back."""
    other = MINUS if name == PLUS else PLUS
    _write(other, [one for one in st.query_params.get_all(other) if one != passage_id])
    said = st.query_params.get_all(name)
    is_said = passage_id in said
    kept = [one for one in said if one != passage_id]
    _write(name, kept if is_said else [*kept, passage_id][-MOST:])


def forget() -> None:
    """Back to the question as it was typed."""
    _write(PLUS, [])
    _write(MINUS, [])


def render_feedback(feedback: Feedback, words: Words) -> None:
    """Draw how the question was moved, and the way back."""
    if feedback.is_empty:
        return
    parts = [
        words.count(key, len(ids))
        for key, ids in (("feedback.plus", feedback.plus), ("feedback.minus", feedback.minus))
        if ids
    ]
    sentence = words("feedback.moved", how=words("feedback.and").join(parts))
    with st.container(key="feedback", horizontal=True, vertical_alignment="center"):
        st.html(element("p", sentence, class_="remark", role="status"))
        st.button(words("feedback.forget"), key="forget", type="tertiary", on_click=forget)


def _write(name: str, ids: list[str]) -> None:
    if ids:
        st.query_params[name] = ids
    else:
        st.query_params.pop(name, None)
