"""Words of a question that no passage of the archive holds, in any form.

They are said: what is asked about « Mastodon » is not answered by an archive that never names it. A
name says more than a verb, whose form may only be unusual: a word that is not French, as brands and
most names are, counts against an answer (`index.retrieval.confidence`).
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


def absent_words(
    parsed: ParsedQuery, source: WordSource, expansions: Sequence[Expansion] = ()
) -> tuple[AbsentWord, ...]:
    """The plain words of a question that no passage holds, each once, in reading order.

    A word for which the lexicon knows another that the archive holds is not absent.
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
                found.setdefault(form, AbsentWord(surface, is_name=not is_french(form)))
    return tuple(found.values())


def absence_notices(words: Sequence[AbsentWord]) -> tuple[Notice, ...]:
    """What is said of words that are nowhere; nothing of many: they are of another language."""
    if not words or len(words) > _MOST_SAID:
        return ()
    quoted = [f"«\u00a0{one.text}\u00a0»" for one in words]
    if len(quoted) == 1:
        return (Notice("absent", {"word": quoted[0]}),)
    return (Notice("absent_words", {"words": f"{', '.join(quoted[:-1])} et {quoted[-1]}"}),)


def _says_something(form: str) -> bool:
    return len(form) >= _SHORTEST and form.isalpha()
