"""Passages as files: one table of formats, whatever is asked for, and a search done again.

A name is imported when it is first used: a search that writes CSV needs no workbook.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from index.export.authors import Authors, Protection, corpus_key, parse_authors, read_key
    from index.export.format import Format
    from index.export.formats import FORMATS, find_format
    from index.export.replay import Replay, read_bundle, replay_search
    from index.export.run import Manner, Request, export_bytes, write_export
    from index.export.search_record import Asked
    from index.export.spreadsheet import (
        write_concordance_csv,
        write_hits_csv,
        write_rejections_csv,
    )

_HOMES: Final = {
    "authors": ("Authors", "Protection", "corpus_key", "parse_authors", "read_key"),
    "format": ("Format",),
    "formats": ("FORMATS", "find_format"),
    "replay": ("Replay", "read_bundle", "replay_search"),
    "run": ("Manner", "Request", "export_bytes", "write_export"),
    "search_record": ("Asked",),
    "spreadsheet": ("write_concordance_csv", "write_hits_csv", "write_rejections_csv"),
}
_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "FORMATS",
    "Asked",
    "Authors",
    "Format",
    "Manner",
    "Protection",
    "Replay",
    "Request",
    "corpus_key",
    "export_bytes",
    "find_format",
    "parse_authors",
    "read_bundle",
    "read_key",
    "replay_search",
    "write_concordance_csv",
    "write_export",
    "write_hits_csv",
    "write_rejections_csv",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (what the name stands for)
    """What a public name stands for.

    Raises:
        AttributeError: the name is not public.
    """
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
