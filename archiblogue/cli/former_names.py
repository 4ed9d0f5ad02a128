"""The French names that commands and options had: still accepted, shown nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Former name -> present name.
FORMER_COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {"retirer": "withdraw", "mot-de-passe": "password"}
)
# An option has one name in all the commands, so that one table does for all of them.
FORMER_OPTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "--auteur": "--author",
        "--titre": "--title",
        "--langue": "--language",
        "--apres": "--after",
        "--avant": "--before",
        "--seulement": "--only",
        "--par-document": "--per-document",
        "--plus": "--more-like",
        "--moins": "--less-like",
        "--sans": "--without",
        "--sans-lexique": "--without-lexicon",
        "--tri": "--sort",
        "--largeur": "--width",
        "--limite": "--limit",
        "--intervalle": "--interval",
        "--tours": "--rounds",
        "--tout": "--all",
        "--garde-externe": "--external-guard",
    }
)
