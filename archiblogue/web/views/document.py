"""One post whole, as it was published, with its thread of comments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import streamlit as st

from archiblogue.typography import format_date
from archiblogue.web import url_state
from archiblogue.web.archive import open_current
from archiblogue.web.html import Markup, element, join
from archiblogue.web.texts import Words
from archiblogue.web.views.card import badge, source_html
from ingest.errors import UsageError
from ingest.model import Comment, CommentKind, CommentState, Passage, PassageKind, Role

if TYPE_CHECKING:
    from index.storage.rows import DocumentRecord

FOUND: Final = "found"
_DEEPEST: Final = 4
_MAX_LEDGER_CHARACTERS: Final = 600


def render_document(words: Words) -> None:
    """Draw the post that the address names, the passage found framed in it."""
    label = "← " + words("document.back")
    back = element("a", label, href=_search_address(words))
    st.html(element("p", back, class_="source"))
    doc_id = st.query_params.get("id", "")
    passage_id = st.query_params.get("p", "")
    if not doc_id:
        _say(words("document.none"), words("document.none.detail"))
        return
    try:
        document = open_current().document(doc_id)
    except UsageError:
        _say(words("document.missing"), words("document.missing.detail"))
        return
    st.html(post_html(document, passage_id, words))
    _render_comments(document, passage_id, words)
    _render_ledger(document, words)


def _render_comments(document: DocumentRecord, passage_id: str, words: Words) -> None:
    n_comments = len(document.comments)
    if not n_comments:
        st.html(element("p", _none_text(document, words), class_="no-comments"))
        return
    is_found_here = any(
        passage.passage_id == passage_id and passage.comment_id for passage in document.passages
    )
    key = f"thread:{document.doc_id}"
    if not (is_found_here or st.session_state.get(key)):
        st.button(
            words.count("document.comments.show", n_comments),
            key=f"button-{key}",
            on_click=_open,
            args=(key,),
        )
        return
    st.html(thread_html(document, passage_id, words))


def _render_ledger(document: DocumentRecord, words: Words) -> None:
    drops = [entry for entry in document.ledger if entry.action == "dropped"]
    if not drops:
        return
    rows = (
        element(
            "li",
            element("p", element("strong", entry.rule), " — ", entry.reason),
            element("blockquote", _cut(entry.text), dir="auto"),
        )
        for entry in drops
    )
    st.html(
        element(
            "details",
            element("summary", words("document.ledger"), f" ({len(drops)})"),
            element("p", words("document.ledger.detail")),
            element("ul", *rows),
            class_="ledger",
        )
    )


def post_html(document: DocumentRecord, passage_id: str, words: Words) -> Markup:
    """The post: title, circumstances, then its passages in the order of the page."""
    passages = [passage for passage in document.passages if passage.comment_id is None]
    date = document.date.value if document.date else None
    shown = format_date(date, words.language) or words("card.undated")
    author = element("bdi", document.author or words("card.anonymous"))
    facts: list[str] = [author, element("time", shown, datetime=date) if date else shown]
    if document.site:
        facts.append(element("bdi", document.site))
    byline = [piece for fact in facts for piece in (" · ", fact)][1:]
    return element(
        "article",
        element("h1", element("bdi", document.title or words("card.untitled"))),
        element("p", *byline, class_="byline"),
        element("p", source_html(document.url, document.source_path, words), class_="source"),
        _labels(words("document.categories"), document.categories),
        _labels(words("document.tags"), document.tags),
        _jump(words) if passage_id else None,
        prose(passages, passage_id, title=document.title),
        class_="document",
    )


def _search_address(words: Words) -> str:
    search = url_state.back_to_search() or url_state.in_language(words.language)
    view = "concordance" if "e" in search else ""
    return f"./{view}?{urlencode(search, doseq=True)}"


def _jump(words: Words) -> Markup:
    """Where to find the passage that led here."""
    link = element("a", words("document.jump"), href=f"#{FOUND}")
    return element("p", words("document.passage"), " ", link, class_="legend")


def prose(passages: Iterable[Passage], passage_id: str, *, title: str | None = None) -> Markup:
    """Passages as running text: headings where they change, list items together."""
    pieces: list[Markup] = []
    items: list[Markup] = []
    heading = title
    for passage in passages:
        is_item = passage.kind is PassageKind.LIST_ITEM
        is_new_section = passage.heading is not None and passage.heading != heading
        if items and (not is_item or is_new_section):
            pieces.append(element("ul", *items))
            items = []
        if is_new_section and passage.heading is not None:
            heading = passage.heading
            pieces.append(element("h2", element("bdi", heading)))
        found = FOUND if passage.passage_id == passage_id else None
        if is_item:
            items.append(element("li", passage.text, id=found, class_=found, dir="auto"))
        else:
            tag = "blockquote" if passage.kind is PassageKind.QUOTE else "p"
            pieces.append(element(tag, passage.text, id=found, class_=found, dir="auto"))
    if items:
        pieces.append(element("ul", *items))
    return element("div", *pieces, class_="prose")


def thread_html(document: DocumentRecord, passage_id: str, words: Words) -> Markup:
    """The comments in the order of the page, each with its author, date and passages."""
    numbers = {comment.comment_id: comment.number for comment in document.comments}
    by_comment: dict[str, list[Passage]] = {}
    for passage in document.passages:
        if passage.comment_id is not None:
            by_comment.setdefault(passage.comment_id, []).append(passage)
    n_comments = len(document.comments)
    declared = document.n_comments_declared
    return element(
        "section",
        element("h2", words.count("document.comments", n_comments)),
        element("p", words("document.comments.declared", n=declared), class_="legend")
        if declared is not None and declared != n_comments
        else None,
        element(
            "ol",
            *(
                _comment_html(
                    comment, by_comment.get(comment.comment_id, []), passage_id, numbers, words
                )
                for comment in document.comments
            ),
        ),
        class_="thread",
    )


def _comment_html(
    comment: Comment,
    passages: list[Passage],
    passage_id: str,
    numbers: dict[str, int],
    words: Words,
) -> Markup:
    role = Role.REPLY if comment.is_post_author else Role.COMMENT
    date = comment.date.value if comment.date else None
    shown = format_date(date, words.language) or words("card.undated")
    facts: list[str] = [
        words("card.comment_number", number=comment.number),
        element("strong", element("bdi", comment.author or words("card.anonymous"))),
        element("time", shown, datetime=date) if date else shown,
    ]
    parent = numbers.get(comment.parent_id or "")
    if parent is not None:
        facts.append(words("document.comment.reply_to", number=parent))
    if comment.kind is not CommentKind.COMMENT:
        facts.append(words("document.pingback"))
    header = [piece for fact in facts for piece in (" · ", fact)][1:]
    return element(
        "li",
        element("p", badge(role, words) if role is Role.REPLY else None, *header, class_="byline"),
        prose(passages, passage_id) if passages else element("p", _state(comment, words)),
        class_=f"comment depth-{min(comment.depth, _DEEPEST)}",
    )


def _state(comment: Comment, words: Words) -> str:
    if comment.state is CommentState.DELETED:
        return words("document.comment.deleted")
    if comment.state is CommentState.MODERATED:
        return words("document.comment.moderated")
    return words("document.comment.withdrawn")


def _none_text(document: DocumentRecord, words: Words) -> str:
    text = words("document.comments.none")
    if document.n_comments_declared:
        text += " " + words("document.comments.declared", n=document.n_comments_declared)
    return text


def _labels(name: str, values: tuple[str, ...]) -> Markup | None:
    if not values:
        return None
    shown = [piece for value in values for piece in (", ", element("bdi", value))][1:]
    return element("p", element("strong", name), " ", join(*shown), class_="labels")


def _cut(text: str) -> str:
    if len(text) <= _MAX_LEDGER_CHARACTERS:
        return text
    return text[:_MAX_LEDGER_CHARACTERS].rstrip() + "…"


def _open(key: str) -> None:
    st.session_state[key] = True


def _say(heading: str, detail: str) -> None:
    st.html(element("div", element("h1", heading), element("p", detail), class_="notice"))
