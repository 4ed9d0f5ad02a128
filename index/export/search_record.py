"""What was asked, of which archive, by which version: enough to ask it again."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from index.export.links import search_permalink
from index.model import Filters, Mode, Order, Query
from ingest.errors import UsageError
from ingest.model import Role

RECORD_VERSION: Final = 1
# In the order in which they are applied.
ORDERS: Final = {
    Order.RELEVANCE: "score décroissant, puis identifiant du passage",
    Order.OLDEST: "date croissante, sans date à la fin, puis score",
    Order.NEWEST: "date décroissante, sans date à la fin, puis score",
}
CORPUS_ORDER: Final = "ordre du corpus"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the name that its rows carry.

    `more_like` and `less_like` are the passages that it was moved towards and away from.
    `with_threads` adds after each comment the rest of the exchange that it belongs to.
    """

    query_id: str
    query: Query
    more_like: tuple[str, ...] = ()
    less_like: tuple[str, ...] = ()
    with_threads: bool = False

    def as_record(self) -> dict[str, object]:
        """The question as JSON values: `read_asked` gives it back."""
        return {
            "query_id": self.query_id,
            **query_record(self.query),
            "more_like": list(self.more_like),
            "less_like": list(self.less_like),
            "with_threads": self.with_threads,
        }


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One export's request and its surroundings.

    `subject` is `question`, `batch`, `selection`, `concordance` or `corpus`; `expression` that of
    a concordance, `parameters` how it was laid out; `filters` those of a corpus.
    `authors` is how people are named. Times are UTC.
    """

    subject: str
    generation: int
    content_hash: str
    encoder_name: str
    encoder_revision: str
    encoder_dimension: int
    questions: tuple[Asked, ...] = ()
    expression: str | None = None
    filters: Filters = field(default_factory=Filters)
    parameters: Mapping[str, object] = field(default_factory=dict)
    reranker: str | None = None
    authors: str = "real"
    page: str = ""
    asked_at: str = ""
    software: str = ""

    def as_record(self) -> dict[str, object]:
        """The request, as JSON values."""
        return {
            "record_version": RECORD_VERSION,
            "subject": self.subject,
            "questions": [
                {**one.as_record(), "permalink": search_permalink(self.page, one)}
                for one in self.questions
            ],
            "expression": self.expression,
            "filters": filters_record(self.filters),
            "parameters": dict(self.parameters),
            "order": (ORDERS[self.questions[0].query.order] if self.questions else CORPUS_ORDER),
            "encoder": {
                "name": self.encoder_name,
                "revision": self.encoder_revision,
                "dimension": self.encoder_dimension,
            },
            "reranker": self.reranker,
            "generation": self.generation,
            "content_hash": self.content_hash,
            "authors": self.authors,
            "asked_at": self.asked_at,
            "software": self.software,
            "python": platform.python_version(),
        }


def software() -> str:
    """The name and the version of this program."""
    try:
        return f"Archiblogue {version('archiblogue')}"
    except PackageNotFoundError:
        return "Archiblogue"


def query_record(query: Query) -> dict[str, object]:
    """A query as JSON values, complete: `read_query` gives it back."""
    return {
        "text": query.text,
        "k": query.k,
        "mode": query.mode.value,
        "max_per_document": query.max_per_document,
        "expand": query.expand,
        "without": list(query.without),
        "offset": query.offset,
        "order": query.order.value,
        "as_typed": query.as_typed,
        "filters": filters_record(query.filters),
    }


def filters_record(filters: Filters) -> dict[str, object]:
    """Filters as JSON values, sets in order."""
    return {
        "roles": sorted(role.value for role in filters.roles),
        "authors": list(filters.authors),
        "sites": list(filters.sites),
        "titles": list(filters.titles),
        "languages": list(filters.languages),
        "after": filters.after,
        "before": filters.before,
        "doc_ids": sorted(filters.doc_ids),
        "undated": filters.undated,
    }


def read_asked(record: Mapping[str, Any]) -> Asked:
    """The question that `Asked.as_record` wrote.

    Raises:
        UsageError: it is none.
    """
    return Asked(
        str(record.get("query_id")),
        read_query(record),
        tuple(map(str, record.get("more_like", ()))),
        tuple(map(str, record.get("less_like", ()))),
        bool(record.get("with_threads")),
    )


def read_filters(record: Mapping[str, Any]) -> Filters:
    """The filters that `filters_record` wrote.

    Raises:
        KeyError: one is missing.
        ValueError: a role is unknown.
    """
    return Filters(
        roles=frozenset(Role(role) for role in record["roles"]),
        authors=tuple(map(str, record["authors"])),
        sites=tuple(map(str, record["sites"])),
        titles=tuple(map(str, record["titles"])),
        languages=tuple(map(str, record["languages"])),
        after=record["after"],
        before=record["before"],
        doc_ids=frozenset(map(str, record["doc_ids"])),
        # Records of earlier versions have no such field.
        undated=bool(record.get("undated", False)),
    )


def read_query(record: Mapping[str, Any]) -> Query:
    """The query that `query_record` wrote.

    Raises:
        UsageError: it is none.
    """
    try:
        return Query(
            text=str(record["text"]),
            k=int(record["k"]),
            mode=Mode(record["mode"]),
            filters=read_filters(record["filters"]),
            max_per_document=record["max_per_document"],
            expand=bool(record["expand"]),
            without=tuple(map(str, record["without"])),
            offset=int(record.get("offset", 0)),
            order=record.get("order", Order.RELEVANCE),
            # Those of earlier versions were asked as they were typed.
            as_typed=bool(record.get("as_typed", True)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            "La question de ce dossier de recherche est incomplète ou abîmée. Refaites l’export."
        ) from error
