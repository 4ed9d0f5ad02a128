"""What opens under a hit: its neighbours, its exchange, its post, what is close to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from archiblogue.typography import format_date
from archiblogue.web import url_state
from archiblogue.web.html import Markup, element, join, local_link
from archiblogue.web.texts import Words
from archiblogue.web.views.feedback import Feedback, ask
from index.model import Hit, Query

if TYPE_CHECKING:
    from index.archive import Archive

N_SIMILAR: Final = 5
_MOST_SIBLINGS: Final = 30
_MAX_CHARACTERS: Final = 480


class Panel(StrEnum):
    """What can be opened; the values are parts of the keys of texts."""

    AROUND = "around"
    THREAD = "thread"
    SIBLINGS = "siblings"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the hits of a list answer: needed to say more about one of them."""

    query: Query
    feedback: Feedback
    shown: frozenset[str]


def panel_html(panel: Panel, archive: Archive, hit: Hit, asked: Asked, words: Words) -> Markup:
    """What is in the panel.

    Raises:
        ArchiveError: the archive changed under the page.
    """
    if panel is Panel.AROUND:
        before = archive.neighbours(hit.passage_id, before=1, after=0)
        after = archive.neighbours(hit.passage_id, before=0, after=1)
        return around_html(before, after, words)
    if panel is Panel.THREAD:
        return thread_html(archive.thread(hit.passage_id), hit, words)
    if panel is Panel.SIBLINGS:
        return others_html(panel, siblings(archive, hit, asked), words)
    near = archive.similar(hit.passage_id, N_SIMILAR)
    return others_html(panel, near.hits, words)


def siblings(archive: Archive, hit: Hit, asked: Asked) -> tuple[Hit, ...]:
    """The other passages of the hit's post that answer, best first, those shown left out."""
    filters = replace(asked.query.filters, doc_ids=frozenset({hit.doc_id}))
    k = _MOST_SIBLINGS + len(asked.shown)
    query = replace(asked.query, k=k, max_per_document=k, filters=filters)
    found = ask(archive, query, asked.feedback).hits
    return tuple(one for one in found if one.passage_id not in asked.shown)[:_MOST_SIBLINGS]


def around_html(before: Sequence[Hit], after: Sequence[Hit], words: Words) -> Markup:
    """What stands just before and just after the passage in its text or its thread."""
    if not before and not after:
        return _nothing(words("card.around.none"))
    parts = [_neighbour(one, words("card.around.before"), words) for one in before]
    parts += [_neighbour(one, words("card.around.after"), words) for one in after]
    return element("section", *parts, class_="around", aria_label=words("card.around"))


def thread_html(passages: Sequence[Hit], hit: Hit, words: Words) -> Markup:
    """The exchange in page order, the hit marked in it."""
    if all(one.comment_id == hit.comment_id for one in passages):
        return _nothing(words("card.thread.none"))
    parts = []
    for one in passages:
        is_hit = one.comment_id == hit.comment_id
        number = words("card.comment_number", number=one.comment_number or 0)
        label = f"{number} ({words('card.thread.this')})" if is_hit else number
        parts.append(_neighbour(one, label, words))
    return element("section", *parts, class_="around", aria_label=words("card.thread"))


def others_html(panel: Panel, hits: Sequence[Hit], words: Words) -> Markup:
    """Passages of elsewhere, or of elsewhere in the post, each with the way to it."""
    if not hits:
        return _nothing(words(f"card.{panel.value}.none"))
    parts = (
        element(
            "div",
            element("h4", *_origin(one, panel, words)),
            element("blockquote", _cut(one.text), dir="auto", class_="passage"),
            element("p", document_link(one, words), class_="source"),
            class_="neighbour",
        )
        for one in hits
    )
    return element("section", *parts, class_="around", aria_label=words(f"card.{panel.value}.name"))


def document_link(hit: Hit, words: Words) -> Markup:
    """A link to the whole post, the passage framed in it, that remembers this search."""
    return passage_link(words("card.document"), hit, words)


def passage_link(label: str, hit: Hit, words: Words) -> Markup:
    """A link of that label to the passage in its post, that remembers this search."""
    parameters = url_state.in_language(
        words.language, id=hit.doc_id, p=hit.passage_id, retour=url_state.current_search()
    )
    return local_link(label, "billet", **parameters)


def _origin(hit: Hit, panel: Panel, words: Words) -> list[str]:
    """Who speaks, where and when; the title only where it is another post."""
    facts: list[str] = [words(f"role.{hit.role.value}")]
    if panel is not Panel.SIBLINGS:
        facts.append(element("bdi", hit.title or words("card.untitled")))
    if hit.author:
        facts.append(element("bdi", hit.author))
    if hit.date:
        facts.append(format_date(hit.date, words.language) or hit.date)
    return [piece for fact in facts for piece in (" · ", fact)][1:]


def _neighbour(one: Hit, label: str, words: Words) -> Markup:
    speaker = element("bdi", one.author) if one.author and one.comment_id else None
    date = format_date(one.date, words.language) if one.date and one.comment_id else None
    return element(
        "div",
        element(
            "h4",
            label,
            join(" · ", speaker) if speaker else None,
            join(" · ", date) if date else None,
        ),
        element("blockquote", one.text, dir="auto", class_="passage"),
        class_="neighbour",
    )


def _cut(text: str) -> str:
    if len(text) <= _MAX_CHARACTERS:
        return text
    return text[:_MAX_CHARACTERS].rsplit(" ", 1)[0] + "…"


def _nothing(sentence: str) -> Markup:
    return element("p", sentence, class_="around-none", role="status")
