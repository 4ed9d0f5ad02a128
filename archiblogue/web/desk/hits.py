"""Hits as JSON for the desk: what is shown, already in the page's language."""

from __future__ import annotations

from typing import Any, Final

from archiblogue.typography import format_date
from archiblogue.web.desk.excerpt import excerpt
from archiblogue.web.html import safe_url, shown
from archiblogue.web.texts import Words
from index.model import Hit

_MAX_WORDS_SHOWN: Final = 8


def hit_json(hit: Hit, words: Words) -> dict[str, Any]:
    """One hit: its facts, its excerpt, why it is there."""
    return {
        **facts_json(hit, words),
        "rank": hit.rank,
        "pieces": [
            [shown(str(piece)), mark]
            for piece, mark in excerpt(hit.text, hit.matches, hit.best_sentence)
        ],
        "more": hit.n_more_in_document,
        "copies": hit.n_copies,
        "why": why(hit, words),
    }


def facts_json(hit: Hit, words: Words) -> dict[str, Any]:
    """Who speaks, where and when; the values are shown as they are."""
    return {
        "id": hit.passage_id,
        "doc": hit.doc_id,
        "role": hit.role.value,
        "title": shown(hit.title or words("card.untitled")),
        "author": shown(hit.author or words("card.anonymous")),
        "site": shown(hit.site) if hit.site else None,
        "date": format_date(hit.date, words.language) or words("card.undated"),
        "iso": hit.date,
        "number": hit.comment_number,
        "heading": shown(hit.heading) if hit.heading and hit.heading != hit.title else None,
        "language": hit.language if hit.language in {"fr", "en"} else "fr",
        "url": safe_url(hit.url),
    }


def why(hit: Hit, words: Words) -> list[str]:
    """Why the passage is there: its place in each retriever and the words that were recognised."""
    if not hit.retrievers and not hit.matches:
        return []
    lines = [words("card.why.score", score=round(hit.score * 100))]
    for retriever in hit.retrievers:
        key = f"card.why.{retriever.retriever}" + (".first" if retriever.rank == 1 else "")
        decimals = 3 if retriever.retriever == "dense" else 1
        score = f"{retriever.score:.{decimals}f}"
        score = score.replace(".", ",") if words.language == "fr" else score
        lines.append(words(key, rank=retriever.rank, score=score))
    if hit.answers is not None:
        method = words(f"answers.{hit.answers.method}")
        sure = round(hit.answers.confidence * 100)
        lines.append(words("card.why.answers", method=method, score=sure))
    found = dict.fromkeys(hit.text[span.start : span.end].lower() for span in hit.matches)
    shown = ", ".join(list(found)[:_MAX_WORDS_SHOWN]) + (
        "…" if len(found) > _MAX_WORDS_SHOWN else ""
    )
    lines.append(words("card.why.words", words=shown) if found else words("card.why.no_words"))
    if hit.n_copies:
        lines.append(words.count("card.copies", hit.n_copies))
    return lines
