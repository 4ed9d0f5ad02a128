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
from archiblogue.web.paths import CONCORDANCE, CORPUS, METHOD, SEARCH, VIEWS
from archiblogue.web.texts import Language, Words
from ingest.errors import ArchiveError, ArchiveNotFoundError

_ICON: Final = Path(__file__).with_name("icon.svg")
_TITLES: Final = MappingProxyType(
    {
        SEARCH: "nav.search",
        CONCORDANCE: "nav.concordance",
        CORPUS: "nav.corpus",
        METHOD: "nav.method",
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
    with st.container(key="masthead"):
        st.html(masthead_html(current.url_path, words, _other_language(words)))
    with st.container(key=f"view-{current.url_path or 'search'}"):
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

    def concordance() -> None:
        from archiblogue.web.views.concordance import render_concordance

        render_concordance(words)

    def corpus() -> None:
        from archiblogue.web.views.corpus import render_corpus

        render_corpus(words)

    def method() -> None:
        from archiblogue.web.views.method import render_method

        render_method(words)

    return {SEARCH: search, CONCORDANCE: concordance, CORPUS: corpus, METHOD: method}


def _pages(words: Words) -> list[st.Page]:
    return [
        st.Page(view, title=words(_TITLES[path]), url_path=path, default=not path)
        for path, view in _views(words).items()
    ]


def masthead_html(current_path: str, words: Words, other_language: str) -> Markup:
    """The name of the page, its views, and the link to the other language at this address."""
    code = "en" if words.language == "fr" else "fr"
    switch = element(
        "a",
        element("span", words("language.switch"), class_="sr-only"),
        element("span", code.upper(), aria_hidden="true"),
        href=other_language,
        hreflang=code,
        lang=code,
        class_="language",
    )
    return element(
        "header",
        element("p", "Archiblogue", class_="wordmark"),
        element("p", words("tagline"), class_="tagline"),
        nav_html(current_path, words),
        switch,
        class_="masthead",
    )


def nav_html(current_path: str, words: Words) -> Markup:
    """The links to the views. Plain links: the browser's history then holds each view once."""
    links = (
        element(
            "a",
            words(_TITLES[path]),
            href=f"./{path}?{urlencode(url_state.in_language(words.language))}".rstrip("?"),
            aria_current="page" if path == current_path else None,
        )
        for path in VIEWS
    )
    leave = _logout_link(words) if load_settings().password_hash else None
    return element("nav", *links, leave, aria_label=words("nav"))


def _logout_link(words: Words) -> Markup:
    query = f"?{urlencode(url_state.in_language(words.language))}".rstrip("?")
    return element("a", words("nav.logout"), href=f".{LOGOUT_PATH}{query}")


def _language() -> Language:
    """The language that the address says; French where it says none."""
    return "en" if st.query_params.get("lang") == "en" else "fr"


def _other_language(words: Words) -> str:
    """This very address in the other language."""
    kept = {
        name: st.query_params.get_all(name) for name in st.query_params.to_dict() if name != "lang"
    }
    asked = {**kept, "lang": ["en"]} if words.language == "fr" else kept
    return f"?{urlencode(asked, doseq=True)}"


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
