"""The points of the map and their colours, as JSON: arrays of small integers in base64."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from archiblogue.web.html import shown
from archiblogue.web.texts import Words
from ingest.model import Role

if TYPE_CHECKING:
    from index.archive import Archive
    from index.storage.columns import Column

MOST_SITES: Final = 7
"""The sites with a colour of their own; the rest share one."""

# A point is placed to a 65,536th of the map; a year is counted from the first one, 0 for none.
_LARGEST_PLACE: Final = 65_535
_LATEST: Final = 254


def map_json(archive: Archive, words: Words) -> dict[str, Any]:
    """Every passage as a point: its key, place, region, role, site and year.

    Raises:
        IntegrityError: a file of the archive is damaged.
    """
    drawn = archive.map()
    columns = archive.searcher.columns
    sites, site_codes = _most_frequent(columns.site, drawn.rows, MOST_SITES)
    first, year_codes = _years(columns.date, drawn.rows)
    roles = [role.value for role in Role]
    role_codes = _codes(columns.role, roles)[columns.role.codes[drawn.rows]]
    places = np.rint(drawn.xy * _LARGEST_PLACE).astype("<u2")
    return {
        "n": len(drawn),
        "points": {
            "key": _packed(drawn.keys.astype("<u4")),
            "x": _packed(places[:, 0].copy()),
            "y": _packed(places[:, 1].copy()),
            "region": _packed(drawn.regions.astype("u1")),
            "role": _packed(role_codes.astype("u1")),
            "site": _packed(site_codes.astype("u1")),
            "year": _packed(year_codes.astype("u1")),
        },
        "regions": [
            {
                "words": [shown(word) for word in one.words],
                "x": round(one.x, 4),
                "y": round(one.y, 4),
                "n": one.n_passages,
            }
            for one in drawn.named
        ],
        "colours": {
            "role": [words(f"roles.{role}") for role in roles],
            "site": [*(shown(site) for site in sites), words("map.others")],
            "year": {
                "first": first,
                "last": first + int(year_codes.max()) - 1 if year_codes.any() else None,
                "undated": words("map.undated"),
            },
        },
    }


def _packed(values: NDArray[Any]) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")


def _codes(column: Column, wanted: Sequence[str]) -> NDArray[np.int64]:
    """What each value of a column is among those wanted; their number where it is not."""
    place = {value: n for n, value in enumerate(wanted)}
    codes = [place.get(value or "", len(wanted)) for value in column.values]
    return np.array(codes, dtype=np.int64)


def _most_frequent(
    column: Column, rows: NDArray[np.int64], most: int
) -> tuple[list[str], NDArray[np.int64]]:
    """The values that most rows have, and which each row has (n,): their number for all others."""
    counts = {value: n for value, n in column.counts(rows).items() if value}
    wanted = sorted(counts, key=lambda value: (-counts[value], value))[:most]
    return wanted, _codes(column, wanted)[column.codes[rows]]


def _years(column: Column, rows: NDArray[np.int64]) -> tuple[int, NDArray[np.int64]]:
    """The first year, and the number of years from it to that of each row (n,), 1 for its own."""
    found = [int(value[:4]) if value and value[:4].isdigit() else 0 for value in column.values]
    years = np.array([*found, 0], dtype=np.int64)[column.codes[rows]]
    dated = years > 0
    if not dated.any():
        return 0, np.zeros(len(rows), dtype=np.int64)
    first = int(years[dated].min())
    return first, np.where(dated, np.minimum(years - first + 1, _LATEST), 0)
