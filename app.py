"""The web door for `streamlit run app.py`, from a checkout; `archiblogue serve` has its own copy.

Streamlit reads this file twice: the server imports it for the application, then runs it as a
script for every view. It looks for `st.App` in the text of the file itself.
"""

from __future__ import annotations

from archiblogue.web.page import render_page

if __name__ == "__main__":
    render_page()
else:
    import streamlit as st

    from archiblogue.web.application import application_options

    app = st.App(__file__, **application_options())
