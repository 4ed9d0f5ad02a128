"""What a search gives as JSON: one shape for a question, for a line of a batch, for a passage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final, NotRequired, TypedDict

from index.model import Hit, HitRecord, SearchResult
from index.views.facets import Facets, FacetsRecord

# Raised when a field changes its meaning or goes; new fields do not raise it.
SCHEMA: Final = 1


class CountsRecord(TypedDict):
    """Why hits are there: some hold most of the words, some are near, some do both."""

    with_words: int
    near: int
    shown: int


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
    corrected: NotRequired[str | None]
    corrections: NotRequired[list[dict[str, Any]]]
    absent: NotRequired[list[str]]
    counts: NotRequired[CountsRecord]
    offset: NotRequired[int]
    next_offset: NotRequired[int | None]
    order: NotRequired[str]
    error: NotRequired[str]


def search_json(text: str, result: SearchResult, counted: Facets | None = None) -> SearchJson:
    """The answer to a question, with its facets where they were counted.

    `total` is the number of hits that `offset` walks through, `counts` says why they are there, and
    `next_offset` where the next ones start, None after the last.
    """
    following = result.next_query
    totals = result.totals
    answer = SearchJson(
        schema=SCHEMA,
        query=text,
        confident=result.confident,
        notices=[str(notice) for notice in result.notices],
        total=totals.n_answers,
        hits=[hit.as_record() for hit in result.hits],
        expansions=[asdict(one) for one in result.expansions],
        left_out=[asdict(one) for one in result.left_out],
        n_undated_excluded=result.n_undated_excluded,
        corrected=result.corrected,
        corrections=[asdict(one) for one in result.corrections],
        absent=[one.text for one in result.absent],
        counts=CountsRecord(
            with_words=totals.n_with_words, near=totals.n_near, shown=len(result.hits)
        ),
        offset=result.query.offset,
        next_offset=None if following is None else following.offset,
        order=result.query.order.value,
    )
    if counted is not None:
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
