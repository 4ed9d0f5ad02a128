"""Words that Québec, France and the years of the web name differently, to widen a query.

An expansion is never silent: whoever applies one shows it, and can leave it out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from index.analysis.stemmer import stem
from index.analysis.stopwords import STOP_WORDS
from index.analysis.terms import Word, iter_words, query_terms
from index.model import Expansion
from index.notices import Notice
from ingest.errors import UsageError

# Share of a typed word's weight that an added word keeps.
EXPANSION_WEIGHT: Final = 0.4
MAX_EXPANSIONS: Final = 12
OWN_LEXICON: Final = "lexique.toml"
WeighedForms = tuple[tuple[tuple[str, ...], float], ...]
"""Forms of which the best counts: index terms and weight of each."""

_BUNDLED: Final = Path(__file__).with_name("synonyms.toml")
_KEYS: Final = frozenset({"groupes", "sans", "remplace"})
_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class _Form:
    written: str
    group: int
    sequence: tuple[str, ...]  # the stems of its words, as `_sequence` reads them


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Groups of equivalent forms, ready to be looked up."""

    groups: tuple[tuple[str, ...], ...] = ()
    ignored: tuple[str, ...] = ()
    _forms: Mapping[str, tuple[_Form, ...]] = field(default_factory=dict, repr=False)

    def expand(self, text: str, without: Iterable[str] = ()) -> tuple[Expansion, ...]:
        """What the plain words of a query call for, in reading order.

        At most MAX_EXPANSIONS; the longest form wins where two start on the same word. The forms
        of `without` are left out, however they are spelt.
        """
        unwanted = {_key(form) for form in without}
        words = _sequence(text)
        typed_terms = set(query_terms(text))
        found: dict[str, Expansion] = {}
        position = 0
        while position < len(words):
            form = self._longest_form(words, position)
            if form is None:
                position += 1
                continue
            position += len(form.sequence)
            for other in self.groups[form.group]:
                terms = _adjacent_terms(other)
                if terms and terms not in unwanted and not set(terms) <= typed_terms:
                    found.setdefault(other, Expansion(form.written, other, terms))
        return tuple(found.values())[:MAX_EXPANSIONS]

    def _longest_form(self, words: Sequence[str], position: int) -> _Form | None:
        for form in self._forms.get(words[position], ()):
            if tuple(words[position : position + len(form.sequence)]) == form.sequence:
                return form
        return None


def load_lexicon(own_file: Path | None = None) -> Lexicon:
    """The bundled lexicon, with the keeper's file added when there is one.

    Args:
        own_file: a TOML file with `groupes` (lists of forms), `sans` (forms that never call
            for others) and `remplace` (true to keep only its own groups). Not being there is fine.

    Raises:
        UsageError: the file is not valid TOML, or holds something else than such groups.
    """
    bundled = _bundled()
    if own_file is None or not own_file.is_file():
        return bundled
    own = _read(own_file)
    groups = _groups(own, own_file)
    if not own.get("remplace", False):
        groups = _joined(groups, bundled.groups)
    return make_lexicon(groups, _forms_listed(own.get("sans", []), own_file))


def make_lexicon(groups: Iterable[Sequence[str]], ignored: Iterable[str] = ()) -> Lexicon:
    """A lexicon of these groups, where the forms of `ignored` never call for others."""
    kept = tuple(tuple(group) for group in groups)
    unwanted = {_key(form) for form in ignored}
    by_first: dict[str, list[_Form]] = {}
    for number, group in enumerate(kept):
        for written in group:
            for sequence in {_sequence(written), _key(written)}:
                if sequence and _key(written) not in unwanted:
                    by_first.setdefault(sequence[0], []).append(_Form(written, number, sequence))
    forms = {
        first: tuple(sorted(forms, key=lambda f: (-len(f.sequence), f.group, f.written)))
        for first, forms in by_first.items()
    }
    return Lexicon(kept, tuple(ignored), forms)


def weigh_forms(expansions: Sequence[Expansion]) -> tuple[WeighedForms, ...]:
    """The added forms as the lexical retriever reads them, one group for each form that was typed.

    The best form of a group counts, once: three names of one thing are not three things.
    """
    groups: dict[str, list[tuple[tuple[str, ...], float]]] = {}
    for one in expansions:
        n_typed = max(1, len(_key(one.typed)))
        weight = EXPANSION_WEIGHT * min(1.0, n_typed / len(one.terms))
        groups.setdefault(one.typed, []).append((one.terms, weight))
    return tuple(tuple(group) for group in groups.values())


def expansion_notices(
    expansions: Sequence[Expansion], left_out: Sequence[Expansion] = ()
) -> tuple[Notice, ...]:
    """What was added to the query, and what was left out of it on demand, if anything."""
    by_typed: dict[str, list[str]] = {}
    for expansion in expansions:
        by_typed.setdefault(expansion.typed, []).append(expansion.form)
    parts = [
        f"«\u00a0{typed}\u00a0» cherche aussi {', '.join(forms[:_SHOWN])}"
        for typed, forms in by_typed.items()
    ]
    found: list[Notice] = []
    if parts:
        found.append(Notice("lexicon", {"added": "\u202f; ".join(parts)}))
    if left_out:
        removed = ", ".join(dict.fromkeys(one.form for one in left_out))
        found.append(Notice("lexicon_without", {"removed": removed}))
    return tuple(found)


@lru_cache(maxsize=1)
def _bundled() -> Lexicon:
    return make_lexicon(_groups(_read(_BUNDLED), _BUNDLED))


def _sequence(text: str) -> tuple[str, ...]:
    """The stems of the plain words of `text`: no stop word, no joined compound."""
    return tuple(stem(w.form) for w in iter_words(text) if not w.is_compound and _is_plain(w))


def _key(text: str) -> tuple[str, ...]:
    """Like `_sequence`, with the parts of a compound joined: « week-end » is `weekend`."""
    keys: list[str] = []
    for written in text.split():
        words = list(iter_words(written))
        joined = [word for word in words if word.is_compound]
        keys += [stem(word.form) for word in (joined or words) if _is_plain(word)]
    return tuple(keys)


def _adjacent_terms(form: str) -> tuple[str, ...]:
    """The terms that stand side by side in the index where `form` is written."""
    return _key(form)


def _is_plain(word: Word) -> bool:
    return word.form not in STOP_WORDS and len(word.form) > 1


def _joined(
    own: Iterable[tuple[str, ...]], bundled: Iterable[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """The keeper's groups, then the bundled ones; those that share a form become one."""
    groups = list(own)
    for group in bundled:
        keys = {_key(form) for form in group}
        for number, mine in enumerate(groups):
            if keys & {_key(form) for form in mine}:
                groups[number] = tuple(dict.fromkeys((*mine, *group)))
                break
        else:
            groups.append(group)
    return groups


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"Le lexique «\u00a0{path}\u00a0» ne se lit pas ({error}). Corrigez-le, ou retirez-le "
            "pour revenir au lexique fourni."
        ) from error
    unknown = sorted(set(content) - _KEYS)
    if unknown:
        raise UsageError(
            f"Le lexique «\u00a0{path}\u00a0» contient «\u00a0{unknown[0]}\u00a0», qui n’est pas "
            "connu\u202f: gardez seulement groupes, sans et remplace."
        )
    return content


def _groups(content: Mapping[str, Any], path: Path) -> list[tuple[str, ...]]:
    listed = content.get("groupes", [])
    if not isinstance(listed, list):
        raise _bad_group(path, listed)
    groups = [_forms_listed(group, path) for group in listed]
    for group in groups:
        if len({_key(form) for form in group} - {()}) < 2:
            raise _bad_group(path, list(group))
    return groups


def _forms_listed(listed: object, path: Path) -> tuple[str, ...]:
    if not isinstance(listed, list) or not all(isinstance(form, str) for form in listed):
        raise _bad_group(path, listed)
    return tuple(form.strip() for form in listed)


def _bad_group(path: Path, found: object) -> UsageError:
    shown = str(found)
    return UsageError(
        f"Le lexique «\u00a0{path}\u00a0» contient «\u00a0{shown[:60]}\u00a0»\u202f: un groupe est "
        'une liste d’au moins deux formes différentes, comme ["courriel", "e-mail"].'
    )
