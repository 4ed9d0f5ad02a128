"""The passages of the map, as JSON: that of a point, or those of a region a few at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from archiblogue.web.desk.address import Parameters, last_value
from archiblogue.web.desk.hits import facts_json
from archiblogue.web.html import shown
from archiblogue.web.texts import Words
from index.views.hits import hit_of
from ingest.errors import UsageError

if TYPE_CHECKING:
    from index.archive import Archive

AT_ONCE: Final = 20
"""The passages of a region that are listed at once."""

_LONGEST: Final = 700
_MOST_DIGITS: Final = 12


def map_passages_json(archive: Archive, parameters: Parameters, words: Words) -> dict[str, Any]:
    """The passage of the point `cle`, or those of the region `region` from number `debut` on.

    Raises:
        UsageError: there is no such passage, or no such region.
        IntegrityError: a file of the archive is damaged.
    """
    if last_value(parameters, "cle"):
        key = _number(parameters, "cle")
        # What is on no map is shown by none.
        keys: Sequence[int] = [key] if (archive.map().keys == key).any() else []
        n = len(keys)
    else:
        region, start = _number(parameters, "region"), _number(parameters, "debut")
        own = archive.map().keys_of(region)
        n = len(own)
        keys = own[start : start + AT_ONCE].tolist()
    found = archive.store.passages(keys)
    if not found:
        raise UsageError("Ce passage n’est plus dans l’archive\u202f: rechargez la page.")
    hits = [hit_of(found[key]) for key in keys if key in found]
    return {
        "n": n,
        "passages": [{**facts_json(one, words), "text": _text(one.text)} for one in hits],
    }


def _text(text: str) -> str:
    cut = text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"
    return shown(cut)


def _number(parameters: Parameters, name: str) -> int:
    written = last_value(parameters, name) or "0"
    is_number = written.isascii() and written.isdigit() and len(written) <= _MOST_DIGITS
    if not is_number:
        raise UsageError(f"«\u00a0{name}\u00a0» doit être un nombre entier.")
    return int(written)
