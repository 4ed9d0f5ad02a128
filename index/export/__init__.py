"""Hits as files: one table, format name to writer."""

from index.export.formats import FORMATS, Format, export_hits
from index.export.spreadsheet import write_concordance_csv, write_rejections_csv

__all__ = [
    "FORMATS",
    "Format",
    "export_hits",
    "write_concordance_csv",
    "write_rejections_csv",
]
