"""Words of a question that no passage of the archive holds, in any form.

They are said: what is asked about « Mastodon » is not answered by an archive that never names it. A
name (a capital, and no French word) says so everywhere; another word only where the archive is
large: a small one answers in other words than those of the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from index.analysis.french_words import is_french
from index.analysis.terms import EXACT_MARK, iter_words, query_terms, term_of
from index.model import AbsentWord, Expansion
from index.notices import Notice
from index.query.parser import ParsedQuery
from index.query.question_language import is_english
from index.query.spelling import WordSource

_SHORTEST: Final = 4
_MOST_SAID: Final = 3
# Over the 85 passages of the seeds 56 of 64 answerable questions hold words that are nowhere; over
# the 1,518 of piaf 1 in 30, over larger sets fewer.
_LARGE: Final = 1000


def absent_words(
    parsed: ParsedQuery,
    source: WordSource,
    n_passages: int,
    expansions: Sequence[Expansion] = (),
) -> tuple[AbsentWord, ...]:
    """The plain words of a question that no passage holds, each once, in reading order.

    In an archive of few passages only names count. A word for which the lexicon knows another that
    the archive holds is not absent.
    """
    if is_english(parsed.text):
        return ()
    held = {
        term
        for one in expansions
        if all(source.holders(term) is not None for term in one.terms)
        for term in query_terms(one.typed)
    }
    found: dict[str, AbsentWord] = {}
    for piece in parsed.words:
        for word in iter_words(piece):
            form, term = word.form, term_of(word.form)
            if term is None or term in held or word.is_compound or not _says_something(form):
                continue
            if source.holders(EXACT_MARK + form) is None and source.holders(term) is None:
                surface = piece[word.start : word.end]
                found.setdefault(form, AbsentWord(surface, is_name=_is_name(surface, form)))
    is_large = n_passages >= _LARGE
    return tuple(one for one in found.values() if is_large or one.is_name)


def absence_notices(words: Sequence[AbsentWord]) -> tuple[Notice, ...]:
    """What is said of words that are nowhere; nothing of many: they are of another language."""
    if not words or len(words) > _MOST_SAID:
        return ()
    quoted = [f"«\u00a0{one.text}\u00a0»" for one in words]
    if len(quoted) == 1:
        return (Notice("absent", {"word": quoted[0]}),)
    return (Notice("absent_words", {"words": f"{', '.join(quoted[:-1])} et {quoted[-1]}"}),)


def _is_name(surface: str, form: str) -> bool:
    return surface.isalpha() and not surface.islower() and not is_french(form)


def _says_something(form: str) -> bool:
    return len(form) >= _SHORTEST and form.isalpha()
