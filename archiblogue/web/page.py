"""The frame of every view: name, navigation, language, and errors as sentences."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from archiblogue.settings import load_settings
from archiblogue.web import url_state
from archiblogue.web.archive import archive_path
from archiblogue.web.guard.login_page import LOGOUT_PATH
from archiblogue.web.html import Markup, element
from archiblogue.web.texts import LANGUAGES, Language, Words
from ingest.errors import ArchiveError, ArchiveNotFoundError

_STYLE: Final = Path(__file__).with_name("style.css")
_ICON: Final = Path(__file__).with_name("icon.svg")
_TITLES: Final = MappingProxyType(
    {
        "": "nav.search",
        "concordance": "nav.concordance",
        "corpus": "nav.corpus",
        "methode": "nav.method",
        "billet": "nav.document",
    }
)
_LOGGER: Final = logging.getLogger(__name__)


def render_page() -> None:
    """Draw the page that the address asks for."""
    words = Words(_language())
    current = st.navigation(_pages(words), position="hidden")
    question = "" if current.url_path else st.query_params.get("q", "").strip()[:60]
    st.set_page_config(
        page_title=f"{question or current.title} · Archiblogue",
        page_icon=str(_ICON),
        layout="wide",
        initial_sidebar_state="collapsed",
        menu_items={"Get help": None, "Report a bug": None, "About": None},
    )
    st.html(_STYLE)
    _render_masthead(current.url_path, words)
    with st.container(key="view"):
        _run(current.run, words)
    st.html(element("footer", element("p", words("footer")), lang=words.language))


def on_unexpected(error: Exception) -> bool:
    """Show a sentence in place of an unexpected error, and log it; True says that it is shown."""
    _LOGGER.error("unexpected error in the page", exc_info=error)
    words = Words(_language())
    _show_error(words("error.unexpected"), words("error.unexpected.detail"))
    return True


def _views(words: Words) -> dict[str, Callable[[], None]]:
    """Each view by its path; its module is imported when it is drawn."""

    def search() -> None:
        from archiblogue.web.views.search import render_search

        render_search(words)

    def document() -> None:
        from archiblogue.web.views.document import render_document

        render_document(words)

    def concordance() -> None:
        from archiblogue.web.views.concordance import render_concordance

        render_concordance(words)

    def corpus() -> None:
        from archiblogue.web.views.corpus import render_corpus

        render_corpus(words)

    def method() -> None:
        from archiblogue.web.views.method import render_method

        render_method(words)

    return {
        "": search,
        "concordance": concordance,
        "corpus": corpus,
        "methode": method,
        "billet": document,
    }


def _pages(words: Words) -> list[st.Page]:
    return [
        st.Page(view, title=words(_TITLES[path]), url_path=path, default=not path)
        for path, view in _views(words).items()
    ]


def _render_masthead(current_path: str, words: Words) -> None:
    with st.container(key="masthead", horizontal=True, vertical_alignment="bottom"):
        st.html(
            element(
                "header",
                element("p", "Archiblogue", class_="wordmark"),
                element("p", words("tagline"), class_="tagline"),
            )
        )
        with st.container(key="nav", horizontal=True, horizontal_alignment="right"):
            st.html(nav_html(current_path, words))
            chosen = st.segmented_control(
                words("language"),
                LANGUAGES,
                format_func=lambda code: code.upper(),
                required=True,
                key="language-choice",
                label_visibility="collapsed",
            )
            url_state.publish("lang", ["en"] if chosen == "en" else [])


def nav_html(current_path: str, words: Words) -> Markup:
    """The links to the views. Plain links: the browser's history then holds each view once."""
    links = (
        element(
            "a",
            words(_TITLES[path]),
            href=f"./{path}?{urlencode(url_state.in_language(words.language))}".rstrip("?"),
            aria_current="page" if path == current_path else None,
        )
        for path in ("", "concordance", "corpus", "methode")
    )
    leave = _logout_link(words) if load_settings().password_hash else None
    return element("nav", *links, leave, aria_label=words("nav"))


def _logout_link(words: Words) -> Markup:
    query = f"?{urlencode(url_state.in_language(words.language))}".rstrip("?")
    return element("a", words("nav.logout"), href=f".{LOGOUT_PATH}{query}")


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
