"""Archiblogue: a searchable semantic archive of French and French-Canadian blogs.

    from archiblogue import build_archive, open_archive

    build_archive("mes-pages/", "archive")
    with open_archive("archive") as archive:
        for hit in archive.search("qui devrait répondre aux lecteurs ?"):
            print(hit.rank, hit.role.value, hit.author, hit.text)

Every name of `__all__` is public and documented in `docs/guide/api.md`; nothing else is. A name is
imported when it is first used: `import archiblogue` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from archiblogue.building import BuildOptions, Tally, build_archive
    from index.archive import Archive, ArchiveInfo, open_archive
    from index.building.build import BuildProgress, BuildSummary
    from index.encoders.load import load_encoder, load_reranker
    from index.encoders.protocol import Encoder, Reranker
    from index.evaluation.judged import JudgedScore, evaluate_archive
    from index.export import write_concordance_csv
    from index.judgements.register import Judgement, judge, read_judgements, to_qrels, to_queries
    from index.model import Filters, Hit, Mode, Order, Query, SearchResult, Span, Totals
    from index.notebook.saved import SavedSearches
    from index.notebook.searches import News, SavedSearch
    from index.notebook.selection_file import Kept
    from index.notebook.selections import Selections
    from index.notices import Notice
    from index.query.parser import ParsedQuery, parse
    from index.views.collocates import CollocateOptions, Collocates
    from index.views.comparison import Comparison, ComparisonOptions
    from index.views.concordance import Concordance, ConcordanceOptions, Line, Sort
    from index.views.facets import Facets
    from index.views.frequency_table import Frequencies, FrequencyOptions
    from index.views.table import Table
    from ingest.errors import (
        ArchiveError,
        ArchiveNotFoundError,
        EncoderError,
        IntegrityError,
        LockedError,
        RegressionError,
        SchemaError,
        SourceError,
        UsageError,
    )
    from ingest.model import Comment, Document, Passage, Rejection, Role
    from ingest.pipeline import IngestOptions, ingest

_HOMES: Final = {
    "archiblogue.building": ("BuildOptions", "Tally", "build_archive"),
    "index.archive": ("Archive", "ArchiveInfo", "open_archive"),
    "index.building.build": ("BuildProgress", "BuildSummary"),
    "index.encoders.load": ("load_encoder", "load_reranker"),
    "index.encoders.protocol": ("Encoder", "Reranker"),
    "index.evaluation.judged": ("JudgedScore", "evaluate_archive"),
    "index.export": ("write_concordance_csv",),
    "index.judgements.register": (
        "Judgement",
        "judge",
        "read_judgements",
        "to_qrels",
        "to_queries",
    ),
    "index.model": (
        "Filters",
        "Hit",
        "Mode",
        "Order",
        "Query",
        "SearchResult",
        "Span",
        "Totals",
    ),
    "index.notebook.saved": ("SavedSearches",),
    "index.notebook.searches": ("News", "SavedSearch"),
    "index.notebook.selection_file": ("Kept",),
    "index.notebook.selections": ("Selections",),
    "index.notices": ("Notice",),
    "index.query.parser": ("ParsedQuery", "parse"),
    "index.views.collocates": ("CollocateOptions", "Collocates"),
    "index.views.comparison": ("Comparison", "ComparisonOptions"),
    "index.views.concordance": ("Concordance", "ConcordanceOptions", "Line", "Sort"),
    "index.views.facets": ("Facets",),
    "index.views.frequency_table": ("Frequencies", "FrequencyOptions"),
    "index.views.table": ("Table",),
    "ingest.errors": (
        "ArchiveError",
        "ArchiveNotFoundError",
        "EncoderError",
        "IntegrityError",
        "LockedError",
        "RegressionError",
        "SchemaError",
        "SourceError",
        "UsageError",
    ),
    "ingest.model": ("Comment", "Document", "Passage", "Rejection", "Role"),
    "ingest.pipeline": ("IngestOptions", "ingest"),
}
_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Archive",
    "ArchiveError",
    "ArchiveInfo",
    "ArchiveNotFoundError",
    "BuildOptions",
    "BuildProgress",
    "BuildSummary",
    "CollocateOptions",
    "Collocates",
    "Comment",
    "Comparison",
    "ComparisonOptions",
    "Concordance",
    "ConcordanceOptions",
    "Document",
    "Encoder",
    "EncoderError",
    "Facets",
    "Filters",
    "Frequencies",
    "FrequencyOptions",
    "Hit",
    "IngestOptions",
    "IntegrityError",
    "JudgedScore",
    "Judgement",
    "Kept",
    "Line",
    "LockedError",
    "Mode",
    "News",
    "Notice",
    "Order",
    "ParsedQuery",
    "Passage",
    "Query",
    "RegressionError",
    "Rejection",
    "Reranker",
    "Role",
    "SavedSearch",
    "SavedSearches",
    "SchemaError",
    "SearchResult",
    "Selections",
    "Sort",
    "SourceError",
    "Span",
    "Table",
    "Tally",
    "Totals",
    "UsageError",
    "__version__",
    "build_archive",
    "evaluate_archive",
    "ingest",
    "judge",
    "load_encoder",
    "load_reranker",
    "open_archive",
    "parse",
    "read_judgements",
    "to_qrels",
    "to_queries",
    "write_concordance_csv",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (what it is depends on the name)
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("archiblogue")
        except PackageNotFoundError:  # run from a checkout that was never installed
            return "0+unknown"
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'archiblogue' has no public name {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
