"""How easily one word is typed for another: neighbouring keys, doubled letters, same sound.

Words are folded (`ingest.text.fold`), of the letters a to z.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_MUTE_ENDINGS: Final = frozenset("estdxh")
# The rows of the French (AZERTY) and of the Canadian French (QWERTY) keyboards.
_KEYBOARDS: Final = (
    ("azertyuiop", "qsdfghjklm", "wxcvbn"),
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
)
# From longest to shortest where one begins like another: each gives one sound.
_SOUNDS: Final = (
    (r"x(?=[aeiouy])", "ks"),
    (r"(?:eau|au|ot|os)$|eau|au", "o"),
    (r"(?:er|ez|ee|ees|et|ai|ais|ait|aient|es)$", "e"),
    (r"ai|ei|ay|ey", "e"),
    (r"oeu|eu|oe", "e"),
    (r"(?:ain|ein|aim|yn|ym|in|im)(?![aeiouyhnm])", "1"),
    (r"(?:an|am|en|em)(?![aeiouyhnm])", "2"),
    (r"(?:on|om)(?![aeiouyhnm])", "3"),
    (r"ph", "f"),
    (r"qu|ck|k|q|c(?=[aourlt])|ch(?=[rl])", "c"),
    (r"sc(?=[eiy])|c(?=[eiy])|ss|t(?=ion)", "s"),
    (r"ge(?=[ao])|g(?=[eiy])", "j"),
    (r"gu(?=[eiy])", "g"),
    (r"y|ill", "i"),
    (r"h", ""),
)
_RULES: Final = tuple((re.compile(pattern), sound) for pattern, sound in _SOUNDS)
_RESPELT: Final = (("f", "ph"), ("k", "qu"), ("k", "ch"), ("o", "eau"), ("s", "sc"), ("in", "ain"))
_DOUBLED: Final = re.compile(r"(.)\1+")
_SILENT_END: Final = re.compile(r"(?<=.)[estdxp]+$")
# What each error costs, 1 for any other single letter. Same sound: « apartement », « fotographie ».
_SAME_SOUND: Final = 0.55
_DOUBLED_LETTER: Final = 0.5
_MUTE_LETTER: Final = 0.65
_TRANSPOSED: Final = 0.7
_NEIGHBOURING_KEY: Final = 0.8
_MISSING_LETTER: Final = 0.85
_OTHER_START: Final = 0.4


def _neighbours() -> Mapping[str, frozenset[str]]:
    near: dict[str, set[str]] = {}
    for rows in _KEYBOARDS:
        for row, keys in enumerate(rows):
            for place, key in enumerate(keys):
                beside = keys[max(0, place - 1) : place] + keys[place + 1 : place + 2]
                for other in rows[max(0, row - 1) : row] + rows[row + 1 : row + 2]:
                    beside += other[max(0, place - 1) : place + 2]
                near.setdefault(key, set()).update(beside)
    return {key: frozenset(beside) for key, beside in near.items()}


_NEAR_KEYS: Final = _neighbours()


def neighbours_of(key: str) -> frozenset[str]:
    """The letters beside a letter on French keyboards."""
    return _NEAR_KEYS.get(key, frozenset())


@lru_cache(maxsize=4096)
def sound_of(form: str) -> str:
    """About how a folded word sounds in French: equal for words that a person may take for one
    another."""
    sound = form
    for pattern, replacement in _RULES:
        sound = pattern.sub(replacement, sound)
    return _SILENT_END.sub("", _DOUBLED.sub(r"\1", sound))


def respelt(form: str) -> tuple[str, ...]:
    """A folded word with one spelling of a sound in the place of another: more than one edit."""
    return tuple(form.replace(heard, written) for heard, written in _RESPELT if heard in form)


def typing_cost(typed: str, meant: str, distance: int) -> float:
    """What it costs to take `typed` for `meant`, from 0: near 1 for one error.

    Args:
        typed: the folded word as it was typed.
        meant: a folded word.
        distance: the number of edits between them, a transposition being one.
    """
    cost = float(distance)
    if distance == 1:
        cost = _cost_of_one(typed, meant)
    sounds_alike = sound_of(typed) == sound_of(meant)
    if sounds_alike:
        cost = min(cost, _SAME_SOUND + 0.1 * (distance - 1))
    if typed[0] != meant[0] and sorted(typed[:2]) != sorted(meant[:2]) and not sounds_alike:
        cost += _OTHER_START
    return cost


def _cost_of_one(typed: str, meant: str) -> float:
    """The cost of the one edit between two words."""
    kind, place = _edit(typed, meant)
    if kind == "transposed":
        return _TRANSPOSED
    if kind == "substituted":
        return _NEIGHBOURING_KEY if meant[place] in neighbours_of(typed[place]) else 1.0
    longer = typed if len(typed) > len(meant) else meant
    letter = longer[place]
    if letter in (longer[place - 1 : place], longer[place + 1 : place + 2]):
        return _DOUBLED_LETTER
    if letter == "h" or (place == len(longer) - 1 and letter in _MUTE_ENDINGS):
        return _MUTE_LETTER
    return _MISSING_LETTER


def _edit(typed: str, meant: str) -> tuple[str, int]:
    """The one edit between two words, and its place: in the longer one where lengths differ."""
    pairs = enumerate(zip(typed, meant, strict=False))
    start = next((n for n, (a, b) in pairs if a != b), min(len(typed), len(meant)))
    if len(typed) != len(meant):
        return "length", start
    is_swapped = typed[start : start + 2] == meant[start : start + 2][::-1]
    return ("transposed" if is_swapped else "substituted"), start
