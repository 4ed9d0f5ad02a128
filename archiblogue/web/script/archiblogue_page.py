"""The page as Streamlit reads it: imported for the application, then run for every view."""

from __future__ import annotations

from archiblogue.web.page import render_page

if __name__ == "__main__":
    render_page()
else:
    import streamlit as st

    from archiblogue.web.application import application_options

    app = st.App(__file__, **application_options())
