"""The first view: the question, typed into Streamlit's box, and the desk that answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from archiblogue.web.archive import is_superseded, open_current
from archiblogue.web.desk.address import of_another_question, read_wanted
from archiblogue.web.desk.answer import answer_json
from archiblogue.web.desk.component import mount_desk
from archiblogue.web.desk.files import formats_json
from archiblogue.web.desk.home import home_json
from archiblogue.web.html import join
from archiblogue.web.memory import settle_memory
from archiblogue.web.notices import notice_html
from archiblogue.web.texts import Words

if TYPE_CHECKING:
    from index.archive import Archive

# Beyond it the box takes nothing more. What is longer than a question may be is cut by the reader
# of questions, which says so: the box itself would refuse a long paste without a word.
MAX_CHARACTERS: Final = 8000
# How often an open page looks for a newer build: two small files are read.
WATCH_S: Final = 8.0
_BOX: Final = "q"
_FOLLOWED: Final = "question-followed"


def render_search(words: Words) -> None:
    """Draw the view for the question that the address holds."""
    archive = open_current()
    question = _ask(words)
    parameters = current_parameters()
    is_asked = bool(question) or read_wanted(parameters, archive.facets()).n_filters > 0
    data = (answer_json if is_asked else home_json)(archive, parameters, words)
    generation = archive.generation.manifest.content_hash[:12]
    formats = formats_json(is_french=words.language == "fr")
    if question:
        settle_memory(generation)  # the model is read by now
    mount_desk({**data, "generation": generation, "formats": formats}, words, _go)
    if is_asked:
        _watch(archive, words)


def current_parameters() -> dict[str, list[str]]:
    """The parameters of the page's address, each with its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params.to_dict()}


def _ask(words: Words) -> str:
    """Draw the box; the question in it, which the address then holds.

    The box follows the address when that changes by itself: at the first run, when a person goes
    back in the browser's history, when the desk asks another question.
    """
    in_address = st.query_params.get(_BOX, "").strip()
    if st.session_state.get(_FOLLOWED) != in_address or _BOX not in st.session_state:
        st.session_state[_BOX] = in_address
    with st.container(key="ask", horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(
            words("question"),
            key=_BOX,
            type="search",
            max_chars=MAX_CHARACTERS,
            placeholder=words("question.placeholder"),
            label_visibility="collapsed",
        )
        st.button(words("question.button"), type="primary", key="go")
    question = (typed or "").strip()
    if question != in_address:
        st.query_params.from_dict(of_another_question(current_parameters(), question))
    st.session_state[_FOLLOWED] = question
    return question


def _go(parameters: dict[str, list[str]]) -> None:
    """Write the search that the desk asks for into the address; the language stays."""
    language = st.query_params.get_all("lang")
    st.query_params.from_dict({**parameters, **({"lang": language} if language else {})})


@st.fragment(run_every=WATCH_S)
def _watch(archive: Archive, words: Words) -> None:
    """Say when a newer build answers; the passages do not move under the reader's eyes."""
    if not is_superseded(archive):
        return
    with st.container(key="superseded"):
        st.html(notice_html(None, join(words("results.superseded"))))
        if st.button(words("results.refresh"), key="refresh"):
            st.rerun(scope="app")
