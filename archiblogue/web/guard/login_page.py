"""The two pages that stand before the archive: giving the password, and leaving. No script."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from archiblogue.web.html import escape
from archiblogue.web.texts import Words

LOGIN_PATH: Final = "/connexion"
LOGOUT_PATH: Final = "/deconnexion"
PASSWORD_FIELD: Final = "mot-de-passe"  # noqa: S105 - the name of a field
RETURN_FIELD: Final = "suite"

_STYLE: Final = """
:root { color-scheme: light dark; --paper: #eef1f0; --card: #fff; --ink: #1b2326; --line: #8a979b;
  --accent: #1f4e6b; --on-accent: #fff; --alert: #9c2c1d; }
@media (prefers-color-scheme: dark) { :root { --paper: #15191b; --card: #1f2528; --ink: #e6eaea;
  --line: #6b787d; --accent: #9ccbe4; --on-accent: #15191b; --alert: #f0a597; } }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.5 Seravek, "Gill Sans Nova", "Segoe UI", "Noto Sans", sans-serif; }
main { box-sizing: border-box; max-width: 26rem; margin: 10vh auto 0; padding: 1.5rem; }
.wordmark { margin: 0; font: 1.5rem Palatino, "URW Palladio L", "Noto Serif", Georgia, serif; }
h1 { font-size: 1.125rem; margin: .25rem 0 1.5rem; font-weight: 400; }
label { display: block; margin-bottom: .25rem; }
input, button { box-sizing: border-box; width: 100%; min-height: 2.75rem; font: inherit;
  border: 1px solid var(--line); border-radius: 3px; padding: 0 .75rem; }
input { background: var(--card); color: var(--ink); }
button { margin-top: 1rem; background: var(--accent); color: var(--on-accent);
  border-color: var(--accent); cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { display: inline-block; color: var(--accent); padding: .75rem 0; }
.alert { color: var(--alert); margin: .5rem 0 0; }
"""

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'sha256-"
        + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
        + "'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""What a browser may do with these pages: their own style, their own form, nothing else."""


def login_html(
    words: Words, return_to: str, *, alert: str | None = None, has_come_from_afar: bool = False
) -> str:
    """The form that asks for the password, and then leads to `return_to`.

    Args:
        words: the page's language.
        return_to: the path asked for.
        alert: what went wrong with the last try.
        has_come_from_afar: another site led here. The browser then keeps a strict cookie to
            itself; loaded once more from here, the page gets it.
    """
    notice = f'<p class="alert" role="alert">{escape(alert)}</p>' if alert else ""
    heading, label, button = words("login.heading"), words("login.password"), words("login.button")
    body = (
        f"<h1>{escape(heading)}</h1>"
        f'<form method="post" action="{LOGIN_PATH}{_language_query(words)}">'
        f'<input type="hidden" name="{RETURN_FIELD}" value="{escape(return_to)}">'
        f'<label for="{PASSWORD_FIELD}">{escape(label)}</label>'
        f'<input type="password" id="{PASSWORD_FIELD}" name="{PASSWORD_FIELD}" required autofocus '
        f'autocomplete="current-password">{notice}'
        f"<button>{escape(button)}</button></form>"
    )
    again = '<meta http-equiv="refresh" content="0">' if has_come_from_afar else ""
    return _page(words, words("login.title"), body, head=again)


def logout_html(words: Words) -> str:
    """The button that ends the session, and the way back."""
    heading, leave, back = words("logout.heading"), words("nav.logout"), words("logout.back")
    body = (
        f"<h1>{escape(heading)}</h1>"
        f'<form method="post" action="{LOGOUT_PATH}{_language_query(words)}">'
        f"<button>{escape(leave)}</button></form>"
        f'<a href="/{_language_query(words)}">{escape(back)}</a>'
    )
    return _page(words, leave, body)


def _page(words: Words, title: str, body: str, *, head: str = "") -> str:
    language = "fr-CA" if words.language == "fr" else "en"
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex">{head}'
        f"<title>{escape(title)} · Archiblogue</title><style>{_STYLE}</style></head>"
        f'<body><main><p class="wordmark">Archiblogue</p>{body}</main></body></html>'
    )


def _language_query(words: Words) -> str:
    return "" if words.language == "fr" else f"?lang={words.language}"
