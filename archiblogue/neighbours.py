"""Tells when someone's own `index.py`, `ingest.py` … stands before ours on the import path."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Final

NEIGHBOURS: Final = ("index", "ingest")
_HERE: Final = Path(__file__).resolve().parent


def find_intruder() -> Path | None:
    """The file or the folder that hides a package which must stand beside `archiblogue`, if any.

    Nothing is imported: the two packages are looked up as an import would.
    """
    for name in NEIGHBOURS:
        loaded = sys.modules.get(name)
        found = PathFinder.find_spec(name) if loaded is None else loaded.__spec__
        place = _place(found)
        if place is not None and place != _HERE.parent / name:
            return place
    return None


def intruder_sentence(place: Path) -> str:
    """What the person can do about it, in one sentence."""
    return (
        f"«\u00a0{place}\u00a0» porte le même nom qu’une partie d’Archiblogue et passe avant "
        "elle\u00a0: renommez-le, ou lancez la commande d’un autre dossier."
    )


def _place(found: ModuleSpec | None) -> Path | None:
    """The folder of a package, or the file of a module that is none."""
    if found is None:
        return None
    if found.submodule_search_locations is None:
        return None if found.origin is None else Path(found.origin).resolve()
    folder = next(iter(found.submodule_search_locations), None)
    return None if folder is None else Path(folder).resolve()
