"""One hit as a card: who speaks, where and when, the passage verbatim, and what can be opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from index.model import Hit
from ingest.errors import ArchiveError
from ingest.model import Role
from ui import url_state
from ui.archive import open_current
from ui.highlight import highlight
from ui.html import Markup, element, external_link, join, local_link
from ui.strings import Words
from ui.typography import format_date

_ROLE_CLASSES: Final = {
    Role.POST: "role-post",
    Role.COMMENT: "role-comment",
    Role.REPLY: "role-reply",
}
_MAX_WORDS_SHOWN: Final = 8
_MAX_QUOTED_CHARACTERS: Final = 140


@st.fragment
def render_card(hit: Hit, words: Words) -> None:
    """Draw the card and its buttons; opening its neighbours redraws this card alone."""
    answered = _answered_passage(hit)
    with st.container(key=f"card-{hit.rank}"):
        st.html(card_html(hit, words, answered))
        around_key = f"around:{hit.passage_id}"
        is_open = bool(st.session_state.get(around_key, False))
        with st.container(key=f"actions-{hit.rank}", horizontal=True):
            st.button(
                words("card.around.close" if is_open else "card.around"),
                key=f"button-{around_key}",
                on_click=_toggle,
                args=(around_key,),
                type="tertiary",
            )
            st.html(element("p", document_link(hit, words), class_="source"))
            st.html(element("p", source_html(hit.url, hit.source_path, words), class_="source"))
            why = why_html(hit, words)
            if why:
                st.html(why)
        if is_open:
            st.html(_around(hit, words))


def _answered_passage(hit: Hit) -> Hit | None:
    if hit.answers is None:
        return None
    try:
        return open_current().passage(hit.answers.passage_id)
    except ArchiveError:
        return None  # the archive changed under the page; the next search says what is wrong


def _around(hit: Hit, words: Words) -> Markup:
    try:
        archive = open_current()
        before = archive.neighbours(hit.passage_id, before=1, after=0)
        after = archive.neighbours(hit.passage_id, before=0, after=1)
    except ArchiveError as error:
        return element("p", str(error), class_="around-none", role="alert")
    return around_html(before, after, words)


def document_link(hit: Hit, words: Words) -> Markup:
    """A link to the whole post, the passage framed in it, that remembers this search."""
    parameters = url_state.in_language(
        words.language, id=hit.doc_id, p=hit.passage_id, retour=url_state.current_search()
    )
    return local_link(words("card.document"), "billet", **parameters)


def card_html(hit: Hit, words: Words, answered: Hit | None = None) -> Markup:
    """The hit as an article: margin with its place and circumstances, then the passage.

    `answered` is the passage that a comment answers, where that is known.
    """
    role = words(f"role.{hit.role.value}")
    return element(
        "article",
        element(
            "div",
            element("span", str(hit.rank), class_="rank", aria_hidden="true"),
            badge(hit.role, words),
            _date(hit.date, words),
            element("p", element("bdi", hit.author or words("card.anonymous")), class_="author"),
            class_="margin",
        ),
        element(
            "div",
            element(
                "h3",
                None if hit.comment_id is None else element("span", words("card.on"), " "),
                element("bdi", hit.title or words("card.untitled")),
                class_="title",
            ),
            _circumstances(hit, words),
            _answered(answered, words),
            element(
                "blockquote",
                highlight(hit.text, hit.matches, hit.best_sentence),
                class_="passage",
                dir="auto",
                lang=hit.language if hit.language in {"fr", "en"} else "fr",
            ),
            _siblings(hit, words),
            class_="leaf",
        ),
        class_=f"card {_ROLE_CLASSES[hit.role]}",
        aria_label=words("card.label", rank=hit.rank, role=role),
    )


def badge(role: Role, words: Words) -> Markup:
    """The role as a small label."""
    return element("span", words(f"role.{role.value}"), class_=f"badge {_ROLE_CLASSES[role]}")


def source_html(url: str | None, source_path: str, words: Words) -> Markup:
    """A link to the original page, or the path of the file where no safe address is known."""
    link = external_link(words("card.source"), url)
    if link is not None:
        return link
    return join(words("card.source.path", path=source_path))


def around_html(before: Sequence[Hit], after: Sequence[Hit], words: Words) -> Markup:
    """What stands just before and just after the passage in its text or its thread."""
    if not before and not after:
        return element("p", words("card.around.none"), class_="around-none")
    parts = [_neighbour(one, "card.around.before", words) for one in before]
    parts += [_neighbour(one, "card.around.after", words) for one in after]
    return element("section", *parts, class_="around", aria_label=words("card.around"))


def _neighbour(one: Hit, label: str, words: Words) -> Markup:
    speaker = element("bdi", one.author) if one.author and one.comment_id else None
    return element(
        "div",
        element("h4", words(label), join(" · ", speaker) if speaker else None),
        element("blockquote", one.text, dir="auto", class_="passage"),
        class_="neighbour",
    )


def _toggle(key: str) -> None:
    st.session_state[key] = not st.session_state.get(key, False)


def _date(date: str | None, words: Words) -> Markup:
    shown = format_date(date, words.language)
    if date is None or shown is None:
        return element("p", words("card.undated"), class_="date unknown")
    return element("p", element("time", shown, datetime=date), class_="date")


def _circumstances(hit: Hit, words: Words) -> Markup | None:
    facts: list[str] = []
    if hit.site:
        facts.append(element("bdi", hit.site))
    if hit.comment_number is not None:
        facts.append(words("card.comment", number=hit.comment_number))
    if hit.heading and hit.heading != hit.title:
        facts.append(element("bdi", words("card.section", heading=hit.heading)))
    if not facts:
        return None
    separated = [piece for fact in facts for piece in (" · ", fact)][1:]
    return element("p", *separated, class_="circumstances")


def _answered(answered: Hit | None, words: Words) -> Markup | None:
    if answered is None:
        return None
    text = " ".join(answered.text.split())
    if len(text) > _MAX_QUOTED_CHARACTERS:
        text = text[:_MAX_QUOTED_CHARACTERS].rsplit(" ", 1)[0] + "…"
    return element("p", words("card.answers"), " ", element("q", text), class_="answers")


def _siblings(hit: Hit, words: Words) -> Markup | None:
    """What the list leaves out so that one post does not fill it."""
    lines = []
    if hit.n_more_in_document:
        lines.append(words.count("card.more", hit.n_more_in_document))
    if hit.n_copies:
        lines.append(words.count("card.copies", hit.n_copies))
    return element("p", " ".join(lines), class_="circumstances") if lines else None


def why_html(hit: Hit, words: Words) -> Markup | None:
    """Why the passage is there: its place in each lane and the words that were recognised."""
    if not hit.lanes and not hit.matches:
        return None
    lines = [words("card.why.score", score=round(hit.score * 100))]
    for lane in hit.lanes:
        key = f"card.why.{lane.lane}" + (".first" if lane.rank == 1 else "")
        decimals = 3 if lane.lane == "dense" else 1
        score = f"{lane.score:.{decimals}f}"
        score = score.replace(".", ",") if words.language == "fr" else score
        lines.append(words(key, rank=lane.rank, score=score))
    if hit.answers is not None:
        method = words(f"answers.{hit.answers.method}")
        sure = round(hit.answers.confidence * 100)
        lines.append(words("card.why.answers", method=method, score=sure))
    found = dict.fromkeys(hit.text[span.start : span.end].lower() for span in hit.matches)
    shown = ", ".join(list(found)[:_MAX_WORDS_SHOWN]) + (
        "…" if len(found) > _MAX_WORDS_SHOWN else ""
    )
    lines.append(words("card.why.words", words=shown) if found else words("card.why.no_words"))
    return element(
        "details",
        element("summary", words("card.why")),
        element("ul", *(element("li", line) for line in lines)),
        class_="why",
    )
