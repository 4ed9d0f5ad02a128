"""French stems of folded words."""

from __future__ import annotations

from functools import lru_cache

import snowballstemmer

_FRENCH = snowballstemmer.stemmer("french")


@lru_cache(maxsize=200_000)
def stem(form: str) -> str:
    """The stem of a folded word; a form with a digit or a sign is its own stem."""
    if not form.isalpha():
        return form
    return str(_FRENCH.stemWord(form))
