"""A question written as a person would type it: what `parse` reads back."""

from __future__ import annotations

from index.model import Filters
from index.query.parser import ParsedQuery


def write_question(parsed: ParsedQuery, filters: Filters) -> str:
    """The words and phrases of `parsed` with the conditions of `filters`, in the query language.

    The documents that filters may name have no field there and are left out.
    """
    fields = [
        *(f"role:{role.value}" for role in sorted(filters.roles)),
        *(f"auteur:{_quoted(name)}" for name in filters.authors),
        *(f"site:{_quoted(site)}" for site in filters.sites),
        *(f"titre:{_quoted(words)}" for words in filters.titles),
        *(f"langue:{'autre' if code == 'other' else code}" for code in filters.languages),
    ]
    if filters.after is not None:
        fields.append(f"après:{filters.after}")
    if filters.before is not None:
        fields.append(f"avant:{filters.before}")
    if filters.undated:
        fields.append("date:inconnue")
    excluded = [f"-{word}" for word in parsed.excluded_words]
    excluded += [f"-{_in_quotes(phrase)}" for phrase in parsed.excluded_phrases]
    phrases = [_in_quotes(phrase) for phrase in parsed.phrases]
    return " ".join([*parsed.words, *phrases, *excluded, *fields])


def _in_quotes(phrase: str) -> str:
    return f"«{phrase}»" if '"' in phrase else f'"{phrase}"'


def _quoted(value: str) -> str:
    return '"' + " ".join(value.replace('"', " ").split()) + '"'
