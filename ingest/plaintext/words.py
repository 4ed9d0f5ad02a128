"""Lists of words that the text reader compares with, kept beside it in `words.txt`."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

__all__ = ["load_lines", "load_words"]


def load_words(name: str) -> frozenset[str]:
    """The words of the part `[name]`, folded.

    Raises:
        KeyError: there is no such part.
    """
    return frozenset(_parts()[name].split())


def load_lines(name: str) -> frozenset[str]:
    """The lines of the part `[name]`, folded.

    Raises:
        KeyError: there is no such part.
    """
    return frozenset(line for line in _parts()[name].splitlines() if line)


@lru_cache(maxsize=1)
def _parts() -> dict[str, str]:
    folder = resources.files("ingest.plaintext")
    source = folder.joinpath("words.txt").read_text(encoding="utf-8")
    parts: dict[str, str] = {}
    name = ""
    for line in source.splitlines():
        if line.startswith("["):
            name = line.strip("[]")
            parts[name] = ""
        elif name:
            parts[name] += line + "\n"
    return parts
