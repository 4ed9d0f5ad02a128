"""What a reader should know beside the hits, as JSON: how the question was read, widened, moved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from archiblogue.web.desk.address import Wanted
from archiblogue.web.html import shown
from archiblogue.web.texts import Words
from index.model import Expansion, SearchResult
from index.notices import Notice, QuestionError
from index.query.parser import parse

if TYPE_CHECKING:
    from index.archive import Archive


def remarks_json(
    archive: Archive, result: SearchResult, wanted: Wanted, words: Words
) -> dict[str, Any]:
    """The notices, what the lexicon did, and how the question was moved."""
    notices = [phrase(notice, words) for notice in parse(result.query.text).notices]
    if result.n_undated_excluded:
        notices.append(words.count("results.undated", result.n_undated_excluded))
    can_expand = not result.query.expand and bool(archive.lexicon.expand(result.query.text))
    return {
        "notices": [shown(one) for one in notices],
        "added": _forms(result.expansions),
        "removed": _forms(result.left_out),
        "exact": can_expand,
        "corrected": shown(result.corrected) if result.corrected else None,
        "moved": _moved(wanted, words),
    }


def error_json(error: Exception, words: Words) -> dict[str, Any]:
    """Why a question cannot be answered, in the page's language where the engine gave facts."""
    if isinstance(error, QuestionError):
        text, language = " ".join(phrase(one, words) for one in error.notices), words.language
    else:
        text, language = str(error), "fr"
    return {"text": shown(text), "language": language}


def phrase(notice: Notice, words: Words) -> str:
    """What the engine says of a question, in the page's language."""
    return words(f"notice.{notice.slug}", **notice.values)


def advice(wanted: Wanted, words: Words) -> list[str]:
    """What to try when nothing was found."""
    lines = [words("results.none.words")]
    if wanted.n_filters:
        lines.append(words.count("results.none.filters", wanted.n_filters))
    if re.search(r'["«“]|(?<!\S)-\w', wanted.question):
        lines.append(words("results.none.quotes"))
    if wanted.query.mode != "hybrid":
        lines.append(words("results.none.mode"))
    lines.append(words("results.none.corpus"))
    return lines


def _forms(expansions: Sequence[Expansion]) -> list[str]:
    return list(dict.fromkeys(shown(one.form) for one in expansions))


def _moved(wanted: Wanted, words: Words) -> str | None:
    parts = [
        words.count(key, len(ids))
        for key, ids in (("feedback.plus", wanted.plus), ("feedback.minus", wanted.minus))
        if ids
    ]
    if not parts:
        return None
    return words("feedback.moved", how=words("feedback.and").join(parts))
