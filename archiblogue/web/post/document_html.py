"""One post whole as HTML, as it was published, with its thread of comments and its ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from archiblogue.typography import format_date
from archiblogue.web.desk.reading import ledger, state
from archiblogue.web.html import Markup, element, external_link, join
from archiblogue.web.texts import Words
from index.export.links import wayback_url
from ingest.model import Comment, CommentKind, Passage, PassageKind, Role

if TYPE_CHECKING:
    from index.storage.rows import DocumentRecord

FOUND: Final = "found"
_DEEPEST: Final = 4
_ROLE_CLASSES: Final = {
    Role.POST: "role-post",
    Role.COMMENT: "role-comment",
    Role.REPLY: "role-reply",
}


def document_html(document: DocumentRecord, passage_id: str, words: Words) -> Markup:
    """The post, its comments, and what was left out; the passage framed where it is."""
    comments = (
        thread_html(document, passage_id, words)
        if document.comments
        else element("p", _none_text(document, words), class_="no-comments")
    )
    return join(post_html(document, passage_id, words), comments, ledger_html(document, words))


def ledger_html(document: DocumentRecord, words: Words) -> Markup | None:
    """What was left out of the page, each entry with the rule that decided it."""
    drops = ledger(document)
    if not drops:
        return None
    rows = (
        element(
            "li",
            element("p", element("strong", entry["rule"]), " — ", entry["reason"]),
            element("blockquote", entry["text"], dir="auto"),
        )
        for entry in drops
    )
    return element(
        "details",
        element("summary", words("document.ledger"), f" ({len(drops)})"),
        element("p", words("document.ledger.detail")),
        element("ul", *rows),
        class_="ledger",
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
        element("p", source_html(document.url, document.source_path, date, words), class_="source"),
        _labels(words("document.categories"), document.categories),
        _labels(words("document.tags"), document.tags),
        prose(passages, passage_id, title=document.title),
        class_="document",
    )


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
            items.append(element("li", passage.text, **_found(found), dir="auto"))
        else:
            tag = "blockquote" if passage.kind is PassageKind.QUOTE else "p"
            pieces.append(element(tag, passage.text, **_found(found), dir="auto"))
    if items:
        pieces.append(element("ul", *items))
    return element("div", *pieces, class_="prose")


def _found(found: str | None) -> dict[str, str | None]:
    """The attributes of the passage that led here: the browser opens the page on it."""
    if found is None:
        return {}
    return {"id": found, "class_": found, "tabindex": "-1", "autofocus": ""}


def source_html(url: str | None, source_path: str, date: str | None, words: Words) -> Markup:
    """Links to the original page and its archived copy; the file's path without an address."""
    tab = element("span", words("card.new_tab"), class_="sr-only")
    link = external_link(join(words("card.source"), tab), url)
    if link is None:
        return join(words("card.source.path", path=source_path))
    copy = external_link(join(words("card.wayback"), tab), wayback_url(url, date))
    return join(link, " · ", copy) if copy else link


def badge(role: Role, words: Words) -> Markup:
    """The role as a small label."""
    return element("span", words(f"role.{role.value}"), class_=f"badge {_ROLE_CLASSES[role]}")


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
        prose(passages, passage_id) if passages else element("p", state(comment, words)),
        class_=f"comment depth-{min(comment.depth, _DEEPEST)}",
    )


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
