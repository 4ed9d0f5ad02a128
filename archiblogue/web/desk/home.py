"""The first visit, as JSON: what the archive holds and questions from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archiblogue.web.desk.address import Parameters, kept_parameters
from archiblogue.web.examples import examples
from archiblogue.web.html import shown
from archiblogue.web.texts import Words

if TYPE_CHECKING:
    from index.archive import Archive


def home_json(archive: Archive, parameters: Parameters, words: Words) -> dict[str, Any]:
    """What the desk shows before any question."""
    found = examples(archive)
    key = "home.examples" if found.are_questions else "home.examples.titles"
    return {
        "kind": "home",
        "address": kept_parameters(parameters),
        "question": "",
        "census": census(archive, words),
        "examples": {"heading": words(key), "texts": [shown(one) for one in found.texts]},
    }


def census(archive: Archive, words: Words) -> str:
    """One sentence: how many posts and comments, of which years."""
    counts = archive.generation.manifest.counts
    years = sorted(int(year) for year in archive.facets()["year"] if year and year.isdigit())
    if not years:
        span = ""
    elif years[0] == years[-1]:
        span = words("home.year", first=str(years[0]))
    else:
        span = words("home.years", first=str(years[0]), last=str(years[-1]))
    return words(
        "home.census",
        documents=words.count("home.documents", counts.get("n_documents", 0)),
        comments=words.count("home.comments", counts.get("n_comments", 0)),
        years=span,
    )
