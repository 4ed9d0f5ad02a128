"""Whether a question is asked in English rather than in French, by the small words that it holds.

A question is too short for the letters that tell the languages of passages apart
(`ingest.language`); its articles, pronouns and question words are not.
"""

from __future__ import annotations

from typing import Final

from index.analysis.stopwords import STOP_WORDS
from index.analysis.terms import iter_words

# None of them is a French word.
_ENGLISH_WORDS: Final = """
    the of and to is are was were be been being what which who whom whose where when why how do does
    did has have had can could should would will shall may might must my your his her its our their
    this that these those with without from for about between after before there it they he she we
    you i if not any some by at as or
"""
_ENGLISH: Final = frozenset(_ENGLISH_WORDS.split()) - STOP_WORDS
_FEWEST: Final = 2


def is_english(text: str) -> bool:
    """Whether `text` holds two small English words at least, and more than French ones."""
    forms = [word.form for word in iter_words(text)]
    n_english = sum(form in _ENGLISH for form in forms)
    return n_english >= _FEWEST and n_english > sum(form in STOP_WORDS for form in forms)
