"""The web door: `streamlit run app.py`, or `archiblogue serve`.

Streamlit reads this file twice: the server imports it for the application (`app`, with our
headers and our door), then runs it as a script for every view.
"""

from __future__ import annotations

from ui.page import on_unexpected, render_page

if __name__ == "__main__":
    render_page()
else:
    import streamlit as st
    from starlette.middleware import Middleware

    from settings import load_settings
    from ui.access import AccessGuard, access_policy
    from ui.web import PageMiddleware

    app = st.App(
        __file__,
        middleware=[
            Middleware(PageMiddleware),
            Middleware(AccessGuard, policy=access_policy(load_settings())),
        ],
        on_script_error=on_unexpected,
    )
