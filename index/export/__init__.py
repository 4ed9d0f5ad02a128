"""Passages as files: one table of formats, whatever is asked for, and a search done again."""

from index.export.authors import Authors, Protection, corpus_key, parse_authors, read_key
from index.export.format import Format
from index.export.formats import FORMATS, find_format
from index.export.replay import Replay, read_bundle, replay
from index.export.run import Manner, Request, export_bytes, write_export
from index.export.search_record import Asked
from index.export.spreadsheet import (
    write_concordance_csv,
    write_hits_csv,
    write_rejections_csv,
)

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
    "replay",
    "write_concordance_csv",
    "write_export",
    "write_hits_csv",
    "write_rejections_csv",
]
