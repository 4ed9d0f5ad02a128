"""Choices that live in the page's address under stable names, whatever the language shows.

Streamlit's own `bind="query-params"` writes the label that is shown; a permalink must not depend
on the language, so choices with translated labels are kept here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

_WRITTEN: Final = "url-written:{}"


def read_choices(name: str, allowed: Sequence[str]) -> list[str]:
    """The values of this parameter that are allowed, in the allowed order."""
    given = set(st.query_params.get_all(name))
    return [value for value in allowed if value in given]


def adopt(name: str, key: str, allowed: Sequence[str], *, default: str | None = None) -> None:
    """Set the widget `key` from the address when the address changed by itself.

    That is at the first run, and when a person goes back in the browser's history. With a
    `default` the widget holds one value, without one a list.
    """
    in_address = read_choices(name, allowed)
    if st.session_state.get(_WRITTEN.format(name)) == in_address and key in st.session_state:
        return
    if default is None:
        st.session_state[key] = in_address
    else:
        st.session_state[key] = in_address[0] if in_address else default
    st.session_state[_WRITTEN.format(name)] = in_address


def publish(name: str, values: Sequence[str]) -> None:
    """Write the values to the address; none removes the parameter."""
    if list(values) != st.query_params.get_all(name):
        if values:
            st.query_params[name] = list(values)
        else:
            st.query_params.pop(name, None)
    st.session_state[_WRITTEN.format(name)] = list(values)


def in_language(language: str, **parameters: str) -> dict[str, str]:
    """The parameters of a link to another view: those given, and the language unless French."""
    return parameters if language == "fr" else {**parameters, "lang": language}
