"""Questions made from statements: a span is asked for by the word that fits it.

A passage of text without a question still says things that somebody could ask. As in unsupervised
question answering (Lewis et al. 2019), one span of a sentence is taken for the answer and replaced
by a question word of its kind; the rest is shortened and now and then loses a word, since people
ask with few words and in another order.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Final

_CAPITAL: Final = "A-ZÀÂÇÉÈÊËÎÏÔÙÛŒ"
_YEAR: Final = re.compile(r"\b(?:en |depuis |dès )?(?:1[0-9]|20)\d\d\b")
_NUMBER: Final = re.compile(r"\b\d{1,3}(?:[ \u00a0\u202f.]\d{3})+\b|\b\d+(?:[.,]\d+)?\b")
_NAME: Final = re.compile(
    rf"(?<=[a-zà-ÿ,] )[{_CAPITAL}][\w’'-]+(?: (?:d[eu]s? |l[ae]s? )?[{_CAPITAL}][\w’'-]+)*"
)
_WORD: Final = re.compile(r"[\w’'-]+")

_ASKED_BY: Final = {
    "year": ("Quand", "En quelle année", "À quelle date", "Depuis quand"),
    "number": ("Combien", "Combien de", "Quel nombre de", "À combien"),
    "name": ("Qui", "Où", "Quel", "Quelle", "Comment s’appelle", "De qui", "Dans quel"),
    "other": ("Que", "Qu’est-ce que", "Quel", "Quelle", "Quels", "Comment", "Pourquoi", "À quoi"),
}
# Statements ask nothing: question words are rare in the training text, and common in questions.
QUESTION_WORDS: Final = tuple(dict.fromkeys(word for asked in _ASKED_BY.values() for word in asked))
_MIN_WORDS: Final = 5
_MAX_WORDS: Final = 14
_LOST: Final = 0.1
_TURNED: Final = 0.3
_LONGEST_ANSWER: Final = 3


def make_question(sentences: Sequence[str], rng: random.Random) -> str:
    """A question that one of the sentences answers; empty where all are too short to ask about."""
    long_enough = [one for one in sentences if len(_WORD.findall(one)) >= _MIN_WORDS]
    if not long_enough:
        return ""
    sentence = rng.choice(long_enough)
    kind, start, end = _answer(sentence, rng)
    before, after = _WORD.findall(sentence[:start]), _WORD.findall(sentence[end:])
    n_words = rng.randint(_MIN_WORDS - 1, _MAX_WORDS)
    n_before = min(len(before), max(n_words // 2, n_words - len(after)))
    before = before[len(before) - n_before :]
    after = after[: n_words - n_before]
    words = after + before if rng.random() < _TURNED else before + after
    words = [word for word in words if rng.random() >= _LOST] or words
    return f"{rng.choice(_ASKED_BY[kind])} {' '.join(words)} ?"


def _answer(sentence: str, rng: random.Random) -> tuple[str, int, int]:
    """The kind of the span that is asked for, and its offsets."""
    found: list[tuple[str, int, int]] = []
    for kind, pattern in (("year", _YEAR), ("number", _NUMBER), ("name", _NAME)):
        for match in pattern.finditer(sentence):
            if all(match.end() <= start or match.start() >= end for _, start, end in found):
                found.append((kind, match.start(), match.end()))
    if found:
        return rng.choice(found)
    words = list(_WORD.finditer(sentence))
    first = rng.randrange(len(words))
    last = min(first + rng.randint(1, _LONGEST_ANSWER), len(words)) - 1
    return "other", words[first].start(), words[last].end()
