"""The script of the page's frame: the words of Streamlit's widgets in French, and a lost server."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from archiblogue.web.texts import Words

PAGE_LANGUAGE: Final = "fr-CA"

# What Streamlit's widgets say in English, whatever the language of the page.
WIDGETS: Final = MappingProxyType(
    {
        "Clear entry": "Effacer la question",
        "Open": "Ouvrir la liste",
        "Dismiss": "Refermer la liste",
        "Choose an option": "Choisir",
        "Choose options": "Choisir",
        "Selected values": "Valeurs choisies",
        "Clear all": "Tout retirer",
        "Clear value": "Effacer",
        "Suggestions": "Propositions",
    }
)
# What they write: a name of a blog's author is never one of these.
SENTENCES: Final = MappingProxyType(
    {
        "Skip to main content": "Aller au contenu",
        "No results": "Aucune valeur",
        "Select all": "Tout choisir",
    }
)
_SCRIPT: Final = Path(__file__).with_name("shell.js")


@cache
def shell_script() -> str:
    """The script, its words set in, ready to stand between <script> tags."""
    french, english = Words("fr"), Words("en")
    words = {
        "language": PAGE_LANGUAGE,
        "widgets": dict(WIDGETS),
        "sentences": dict(SENTENCES),
        "choices": french("shell.choices"),
        "remove": french("shell.remove"),
        "offline": {"fr": french("shell.offline"), "en": english("shell.offline")},
    }
    written = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    return _SCRIPT.read_text("utf-8").replace("__WORDS__", written)
