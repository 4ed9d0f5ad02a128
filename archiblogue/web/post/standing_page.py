"""A whole page of HTML beside the views that Streamlit draws: no script, a policy of its own."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from archiblogue.web.html import Markup, element, escape, join
from archiblogue.web.paths import STYLE
from archiblogue.web.style import style_version
from archiblogue.web.texts import Words

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
"""What a browser may do with these pages: read our style sheet, nothing else."""


def standing_page(title: str, main: Markup, words: Words) -> str:
    """The page of that title around its main part, with the way to the search."""
    language = "fr-CA" if words.language == "fr" else "en"
    home = "/" if words.language == "fr" else f"/?{urlencode({'lang': words.language})}"
    back = words("document.back")
    header = (
        f'<header class="masthead"><p class="wordmark"><a href="{home}">Archiblogue</a></p>'
        f'<nav aria-label="{escape(words("nav"))}"><a href="{home}">'
        f"{escape(back)}</a></nav></header>"
    )
    footer = element("footer", element("p", words("footer")))
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow">'
        f"<title>{escape(title)} · Archiblogue</title>"
        f'<link rel="stylesheet" href="{STYLE}?v={style_version()}"></head>'
        f'<body class="standing stApp stHtml">{header}<main>{join(main)}</main>{footer}'
        "</body></html>"
    )


def missing_page(heading: str, detail: str, words: Words) -> str:
    """The page that says that an address leads nowhere, and what to do."""
    notice = element("div", element("h1", heading), element("p", detail), class_="notice")
    return standing_page(heading, notice, words)
