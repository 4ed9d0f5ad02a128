"""The page's own words, in French first and in English: one lookup, two tables of equal keys."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, Literal

from archiblogue.typography import format_number, french
from archiblogue.web.texts_en import ENGLISH
from archiblogue.web.texts_fr import FRENCH

Language = Literal["fr", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")

_TABLES: Final = MappingProxyType(
    {
        "fr": MappingProxyType({key: french(text) for key, text in FRENCH.items()}),
        "en": MappingProxyType(dict(ENGLISH)),
    }
)


class Words:
    """The words of one language, with numbers and plurals as that language writes them."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._table = _TABLES[language]

    def __call__(self, key: str, **values: str | int) -> str:
        """The text of that key with its values set in; integers are written in words' fashion.

        Raises:
            KeyError: no such key, or a value is missing (an error of the program).
        """
        shown = {
            name: format_number(value, self.language) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return self._table[key].format_map(shown)

    def count(self, key: str, number: int, **values: str | int) -> str:
        """The text of `key.one` or `key.many` with `{n}` set to the number.

        French counts 0 and 1 as singular, English only 1.
        """
        is_single = number in {0, 1} if self.language == "fr" else number == 1
        return self(f"{key}.{'one' if is_single else 'many'}", n=number, **values)

    def under(self, prefix: str) -> dict[str, str]:
        """The texts whose keys begin with `prefix.`, without it, their values not set in."""
        start = f"{prefix}."
        return {
            key.removeprefix(start): text
            for key, text in self._table.items()
            if key.startswith(start)
        }
