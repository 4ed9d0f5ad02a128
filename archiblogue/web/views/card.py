"""One hit as a card: who speaks, where and when, the passage verbatim, and what can be opened."""

from __future__ import annotations

from typing import Final

import streamlit as st

from archiblogue.typography import format_date
from archiblogue.web.archive import open_current
from archiblogue.web.highlight import highlight
from archiblogue.web.html import Markup, element, external_link, join
from archiblogue.web.texts import Words
from archiblogue.web.views.feedback import MINUS, PLUS, Feedback, toggle
from archiblogue.web.views.panels import Asked, Panel, document_link, panel_html, passage_link
from index.model import Hit
from ingest.errors import ArchiveError
from ingest.model import Role

_ROLE_CLASSES: Final = {
    Role.POST: "role-post",
    Role.COMMENT: "role-comment",
    Role.REPLY: "role-reply",
}
_MAX_WORDS_SHOWN: Final = 8
_MAX_QUOTED_CHARACTERS: Final = 140


@st.fragment
def render_card(hit: Hit, asked: Asked, words: Words) -> None:
    """Draw the card and its buttons; opening a panel redraws this card alone."""
    answered = _answered_passage(hit)
    key = f"open:{hit.passage_id}"
    opened = st.session_state.get(key)
    with st.container(key=f"card-{hit.rank}"):
        st.html(card_html(hit, words, answered))
        with st.container(key=f"actions-{hit.rank}", horizontal=True):
            _render_panel_buttons(hit, key, opened, words)
            st.html(element("p", document_link(hit, words), class_="source"))
            st.html(element("p", source_html(hit.url, hit.source_path, words), class_="source"))
        with st.container(key=f"steer-{hit.rank}", horizontal=True):
            why = why_html(hit, words)
            if why:
                st.html(why)
            _render_panel_button(Panel.SIMILAR, words("card.similar"), hit, key, words)
            _render_steering(hit, asked.feedback, words)
        if opened is not None:
            st.html(_panel(Panel(opened), hit, asked, words))


def _render_panel_buttons(hit: Hit, key: str, opened: str | None, words: Words) -> None:
    _render_panel_button(Panel.AROUND, words("card.around"), hit, key, words)
    if hit.comment_id is not None:
        _render_panel_button(Panel.THREAD, words("card.thread"), hit, key, words)
    if hit.n_more_in_document or opened == Panel.SIBLINGS:
        label = words.count("card.siblings", hit.n_more_in_document)
        _render_panel_button(Panel.SIBLINGS, label, hit, key, words)


def _render_panel_button(panel: Panel, label: str, hit: Hit, key: str, words: Words) -> None:
    is_open = st.session_state.get(key) == panel
    st.button(
        words("card.close", panel=label) if is_open else label,
        key=f"{panel.value}:{hit.passage_id}",
        on_click=_toggle,
        args=(key, panel),
        type="tertiary",
    )


def _render_steering(hit: Hit, feedback: Feedback, words: Words) -> None:
    """Draw « more like this » and « less like this », which ask the whole question again."""
    for name, said in ((PLUS, feedback.plus), (MINUS, feedback.minus)):
        label = words(f"feedback.button.{name}")
        is_said = hit.passage_id in said
        if st.button(
            f"✓ {label}" if is_said else label,
            key=f"{name}:{hit.passage_id}",
            type="tertiary",
        ):
            toggle(name, hit.passage_id)
            st.rerun()


def _panel(panel: Panel, hit: Hit, asked: Asked, words: Words) -> Markup:
    try:
        return panel_html(panel, open_current(), hit, asked, words)
    except ArchiveError as error:
        return element("p", str(error), class_="around-none", role="alert")


def _answered_passage(hit: Hit) -> Hit | None:
    if hit.answers is None:
        return None
    try:
        return open_current().passage(hit.answers.passage_id)
    except ArchiveError:
        return None  # the archive changed under the page; the next search says what is wrong


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
            _copies(hit, words),
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


def _toggle(key: str, panel: Panel) -> None:
    st.session_state[key] = None if st.session_state.get(key) == panel else panel.value


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
    link = passage_link(text, answered, words)
    return element("p", words("card.answers"), " ", element("q", link), class_="answers")


def _copies(hit: Hit, words: Words) -> Markup | None:
    if not hit.n_copies:
        return None
    return element("p", words.count("card.copies", hit.n_copies), class_="circumstances")


def why_html(hit: Hit, words: Words) -> Markup | None:
    """Why the passage is there: its place in each retriever and the words that were recognised."""
    if not hit.retrievers and not hit.matches:
        return None
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
    return element(
        "details",
        element("summary", words("card.why")),
        element("ul", *(element("li", line) for line in lines)),
        class_="why",
    )
