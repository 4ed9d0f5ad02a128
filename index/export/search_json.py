"""What a search gives as JSON: one shape for a question, for a line of a batch, for a passage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final, NotRequired, TypedDict

from index.model import Hit, HitRecord, SearchResult
from index.views.facets import Facets, FacetsRecord

# Raised when a field changes its meaning or goes; new fields do not raise it.
SCHEMA: Final = 1


class SearchJson(TypedDict):
    """The JSON contract of an answer; `docs/guide/formats.md` says what each field is."""

    schema: int
    query: str
    confident: bool | None
    notices: list[str]
    total: int
    hits: list[HitRecord]
    facets: NotRequired[FacetsRecord]
    expansions: NotRequired[list[dict[str, Any]]]
    left_out: NotRequired[list[dict[str, Any]]]
    n_undated_excluded: NotRequired[int]
    error: NotRequired[str]


def search_json(
    text: str, result: SearchResult, counted: Facets, *, with_facets: bool = False
) -> SearchJson:
    """The answer to a question.

    `total` is the number of passages that match, as `counted` has them, and never less than the
    number of hits: in hybrid mode a passage may answer without the words of the question.
    """
    answer = SearchJson(
        schema=SCHEMA,
        query=text,
        confident=result.confident,
        notices=[str(notice) for notice in result.notices],
        total=max(counted.n_passages, len(result.hits)),
        hits=[hit.as_record() for hit in result.hits],
        expansions=[asdict(one) for one in result.expansions],
        left_out=[asdict(one) for one in result.left_out],
        n_undated_excluded=result.n_undated_excluded,
    )
    if with_facets:
        answer["facets"] = counted.as_record()
    return answer


def passages_json(passage_id: str, hits: Iterable[Hit]) -> SearchJson:
    """The passages around one, `query` its id; no threshold: `total` is their number."""
    records = [hit.as_record() for hit in hits]
    return SearchJson(
        schema=SCHEMA,
        query=passage_id,
        confident=None,
        notices=[],
        total=len(records),
        hits=records,
    )


def unread_json(text: str, error: str) -> SearchJson:
    """The answer to a question that could not be read: no hits, and `error` says why."""
    return SearchJson(
        schema=SCHEMA, query=text, confident=None, notices=[], total=0, hits=[], error=error
    )
