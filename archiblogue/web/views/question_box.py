"""The box that a view's question is typed in, with its button; the address keeps the question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from archiblogue.web.texts import Words


@dataclass(frozen=True, slots=True)
class QuestionBox:
    """A box: its name in the address, what it says, and how many characters it takes."""

    name: Literal["q", "e"]
    label: str
    placeholder: str
    max_characters: int


def ask_in(box: QuestionBox, words: Words) -> str:
    """Draw the box; what is typed in it, without the spaces around."""
    with st.container(key="ask", horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(
            words(box.label),
            key=box.name,
            bind="query-params",
            type="search",
            max_chars=box.max_characters,
            placeholder=words(box.placeholder),
            label_visibility="collapsed",
        )
        st.button(words("question.button"), type="primary", key="go")
    return (typed or "").strip()
