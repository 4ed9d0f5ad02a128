"""Hits as files: one table, format name to writer."""

from index.export.formats import FORMATS, Format, export_hits

__all__ = ["FORMATS", "Format", "export_hits"]
