"""What the desk shows for an address: an answer, a first visit, or why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from archiblogue.web.desk.address import K_CHOICES, Parameters, Wanted, kept_parameters, read_wanted
from archiblogue.web.desk.facets import facets_json
from archiblogue.web.desk.hits import hit_json
from archiblogue.web.desk.remarks import advice, error_json, remarks_json
from archiblogue.web.texts import Words
from index.query.parser import parse
from ingest.errors import UsageError

if TYPE_CHECKING:
    from index.archive import Archive
    from index.model import SearchResult


def answer_json(archive: Archive, parameters: Parameters, words: Words) -> dict[str, Any]:
    """The answer to the question of an address, or to its filters alone, or why there is none.

    Raises:
        EncoderError: the model of the archive cannot be loaded.
    """
    whole = archive.facets()
    wanted = known(archive, read_wanted(parameters, whole))
    common = {"address": kept_parameters(parameters), "question": wanted.question}
    try:
        result = ask(archive, wanted)
    except UsageError as error:
        return {**common, "kind": "error", "error": error_json(error, words)}
    facets = archive.count(wanted.query, plus=wanted.plus, minus=wanted.minus, within=wanted.within)
    query = wanted.query
    return {
        **common,
        "kind": "answer",
        "totals": {
            "n": result.totals.n_answers,
            "words": result.totals.n_with_words,
            "near": result.totals.n_near,
        },
        "walk": result.totals.is_walk,
        "offset": query.offset,
        "k": query.k,
        "choices": {"k": list(K_CHOICES)},
        "order": {"oldest": "anciens", "newest": "recents"}.get(query.order.value, ""),
        "mode": query.mode.value,
        "expand": query.expand,
        "confident": result.confident,
        "remarks": remarks_json(archive, result, wanted, words),
        "plus": list(wanted.plus),
        "minus": list(wanted.minus),
        "hits": [hit_json(hit, words) for hit in result.hits],
        "advice": [] if result.hits else advice(wanted, words),
        "facets": facets_json(facets, wanted, whole, words),
    }


def ask(archive: Archive, wanted: Wanted) -> SearchResult:
    """The answer to a question, moved by what was said of its hits.

    Raises:
        UsageError: the question cannot be read.
        EncoderError: the model of the archive cannot be loaded.
    """
    if not wanted.plus and not wanted.minus:
        return archive.search(wanted.query, within=wanted.within)
    return archive.refine(wanted.query, plus=wanted.plus, minus=wanted.minus, within=wanted.within)


def known(archive: Archive, wanted: Wanted) -> Wanted:
    """The search as this archive can answer it: without the passages that it does not know."""
    plus, minus = (
        tuple(one for one in ids if archive.holds(one)) for ids in (wanted.plus, wanted.minus)
    )
    if parse(wanted.question).is_empty:
        # Conditions alone: all that meets them answers, and there is no question to be moved.
        return replace(
            wanted, query=replace(wanted.query, filters=wanted.within), plus=(), minus=()
        )
    return replace(wanted, plus=plus, minus=minus)
