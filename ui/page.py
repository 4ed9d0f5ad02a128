"""The frame of every view: name, navigation, language, and errors as sentences."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

import streamlit as st

from ingest.errors import ArchiveError, ArchiveNotFoundError
from ui import url_state
from ui.archive import archive_path
from ui.html import element
from ui.strings import LANGUAGES, Language, Words

_STYLE: Final = Path(__file__).with_name("style.css")
_ICON: Final = Path(__file__).with_name("icon.svg")
_LOGGER: Final = logging.getLogger(__name__)


def render_page() -> None:
    """Draw the page that the address asks for."""
    words = Words(_language())
    pages = _pages(words)
    current = st.navigation(list(pages.values()), position="hidden")
    question = st.query_params.get("q", "").strip()[:60] if current is pages["search"] else ""
    st.set_page_config(
        page_title=f"{question or current.title} · Archiblogue",
        page_icon=str(_ICON),
        layout="wide",
        initial_sidebar_state="collapsed",
        menu_items={"Get help": None, "Report a bug": None, "About": None},
    )
    st.html(_STYLE)
    _render_masthead(pages, words)
    with st.container(key="view"):
        _run(current.run, words)
    st.html(element("footer", element("p", words("footer")), lang=words.language))


def on_unexpected(error: Exception) -> bool:
    """Show a sentence in place of an unexpected error, and log it; True says that it is shown."""
    _LOGGER.error("unexpected error in the page", exc_info=error)
    words = Words(_language())
    _show_error(words("error.unexpected"), words("error.unexpected.detail"))
    return True


def _pages(words: Words) -> dict[str, st.Page]:
    def search() -> None:
        from ui.search import render_search

        render_search(words, pages["document"])

    def document() -> None:
        from ui.document import render_document

        render_document(words, pages["search"])

    def corpus() -> None:
        from ui.corpus import render_corpus

        render_corpus(words)

    def method() -> None:
        from ui.method import render_method

        render_method(words)

    pages = {
        "search": st.Page(search, title=words("nav.search"), default=True),
        "corpus": st.Page(corpus, title=words("nav.corpus"), url_path="corpus"),
        "method": st.Page(method, title=words("nav.method"), url_path="methode"),
        "document": st.Page(document, title=words("nav.document"), url_path="billet"),
    }
    return pages


def _render_masthead(pages: dict[str, st.Page], words: Words) -> None:
    with st.container(key="masthead", horizontal=True, vertical_alignment="bottom"):
        st.html(
            element(
                "header",
                element("p", "Archiblogue", class_="wordmark"),
                element("p", words("tagline"), class_="tagline"),
            )
        )
        with st.container(key="nav", horizontal=True, horizontal_alignment="right"):
            for name in ("search", "corpus", "method"):
                st.page_link(pages[name], query_params=url_state.link(words.language))
            chosen = st.segmented_control(
                words("language"),
                LANGUAGES,
                format_func=lambda code: code.upper(),
                required=True,
                key="language-choice",
                label_visibility="collapsed",
            )
            url_state.publish("lang", ["en"] if chosen == "en" else [])


def _language() -> Language:
    """The language that the address and the switch say; French where neither does."""
    url_state.adopt("lang", "language-choice", LANGUAGES, default="fr")
    return "en" if st.session_state["language-choice"] == "en" else "fr"


def _run(view: Callable[[], None], words: Words) -> None:
    try:
        view()
    except ArchiveNotFoundError:
        detail = words("error.no_archive.detail", path=str(archive_path()))
        _show_error(words("error.no_archive"), detail)
    except ArchiveError as error:
        _show_error(words("error.heading"), str(error))


def _show_error(heading: str, detail: str) -> None:
    st.html(
        element(
            "div",
            element("h1", heading),
            element("p", detail),
            class_="notice alert",
            role="alert",
        )
    )
