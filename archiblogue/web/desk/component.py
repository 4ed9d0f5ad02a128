"""The desk and the map as a component of Streamlit: fed with JSON, drawn by `assets/page.js`.

The desk sends back what the address becomes; the map sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from archiblogue.web.texts import Words

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

NAME: Final = "archiblogue.desk"
"""The component of `archiblogue/pyproject.toml`, whose files Streamlit serves to the browser."""

KEY: Final = "desk"


def mount_desk(
    data: dict[str, Any], words: Words, go: Callable[[dict[str, list[str]]], None]
) -> None:
    """Draw the desk; `go` is told the parameters of the search that a click asks for."""

    def heard() -> None:
        wanted = st.session_state[KEY].get("go")
        if isinstance(wanted, dict):
            go({str(name): [str(one) for one in values] for name, values in wanted.items()})

    spoken = {**data, "words": words.under("desk"), "language": words.language}
    _component()(key=KEY, data=spoken, on_go_change=heard, height="content")


def mount_map(words: Words, stamp: str) -> None:
    """Draw the map of the archive; `stamp` changes when the archive does."""
    data = {
        "kind": "map",
        "generation": stamp,
        "words": words.under("map"),
        "language": words.language,
    }
    _component()(key="map-drawn", data=data, height="content")


def _component() -> ComponentRenderer:
    """The component, registered once in each running server."""
    return st.components.v2.component(NAME, js="page.js", isolate_styles=False)
