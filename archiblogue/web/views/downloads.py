"""The passages on the screen as files: two at hand, the other formats behind a choice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import streamlit as st

from archiblogue.web.texts import Words
from archiblogue.web.views.feedback import Feedback
from index.export import FORMATS, Asked, Format, Manner, Request, export_bytes
from index.export.run import DEFAULT_PAGE
from index.model import SearchResult
from ingest.text import fold

if TYPE_CHECKING:
    from index.archive import Archive

_AT_HAND: Final = ("csv", "jsonl")
_QUESTION_ID: Final = "q1"


def render_downloads(
    archive: Archive, result: SearchResult, feedback: Feedback, words: Words
) -> None:
    """Draw the buttons; a file is made when it is asked for, from the hits that were drawn."""
    asked = Asked(_QUESTION_ID, result.query, feedback.plus, feedback.minus)
    request = Request("question", (asked,), hits=result.hits)
    for name in _AT_HAND:
        _button(archive, request, FORMATS[name], words(f"download.{name}"))
    with st.popover(words("download.more")):
        others = [name for name in FORMATS if name not in _AT_HAND]
        chosen = st.selectbox(words("download.format"), others, key="download-format")
        if words.language == "fr":
            st.caption(FORMATS[chosen].summary)
        _button(archive, request, FORMATS[chosen], words("download.file"))


def _button(archive: Archive, request: Request, chosen: Format, label: str) -> None:
    st.download_button(
        label,
        data=_file_of(archive, request, chosen),
        file_name=f"archiblogue-{slug(request.questions[0].query.text)}.{chosen.extension}",
        mime=chosen.media_type,
        key=f"download-{chosen.name}",
        on_click="ignore",
    )


def _file_of(archive: Archive, request: Request, chosen: Format) -> Callable[[], bytes]:
    manner = Manner(page=_page_address())
    return lambda: export_bytes(archive, request, chosen, manner)


def _page_address() -> str:
    """Where this page is served, for the permalinks."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else DEFAULT_PAGE


def slug(text: str) -> str:
    """The text as a part of a file name: ASCII letters, digits and hyphens, 40 at most."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:40].strip("-") or "recherche"
