"""Records of the WordPress REST API (`/wp-json/wp/v2/posts`, `/comments`), saved or fetched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ingest.model import CommentKind, Rejection, StructuredComment, StructuredPost
from ingest.sources.links import without_fragment
from ingest.sources.markup import paragraphs, plain_title, wordpress_html
from ingest.sources.stamps import exact_date

Record = dict[str, Any]
_KINDS = {"pingback": CommentKind.PINGBACK, "trackback": CommentKind.TRACKBACK}


def is_post(record: Record) -> bool:
    """Whether the record is a post or a page of the API."""
    return isinstance(record.get("content"), dict) and isinstance(record.get("title"), dict)


def is_comment(record: Record) -> bool:
    """Whether the record is a comment of the API."""
    return isinstance(record.get("content"), dict) and "author_name" in record and "post" in record


def read_posts(
    posts: Iterable[Record], comments: dict[str, list[Record]], source: str
) -> Iterator[StructuredPost | Rejection]:
    """Each post with its comments by id; comments of absent posts follow, by page.

    `comments` is emptied as posts take theirs.
    """
    for record in posts:
        embedded = _embedded(record, "replies")
        replies = comments.pop(str(record.get("id", "")), embedded)
        yield _read_post(record, replies, source)
    for post_id in list(comments):
        yield _read_thread(post_id, comments.pop(post_id), source)


def _rendered(record: Record, name: str) -> str:
    value = record.get(name)
    return str(value.get("rendered") or "") if isinstance(value, dict) else ""


def _embedded(record: Record, name: str) -> list[Record]:
    groups = record.get("_embedded")
    found = groups.get(name) if isinstance(groups, dict) else None
    flat: list[Record] = []
    for group in found if isinstance(found, list) else ():
        flat.extend(
            part
            for part in (group if isinstance(group, list) else [group])
            if isinstance(part, dict)
        )
    return flat


def _read_post(record: Record, replies: list[Record], source: str) -> StructuredPost | Rejection:
    identifier = str(record.get("id", ""))
    path = f"{source}#{record.get('type', 'post')}-{identifier}"
    title = plain_title(_rendered(record, "title"))
    content = record["content"]
    if record.get("status", "publish") != "publish" or content.get("protected") is True:
        label = f"«\u00a0{title or 'sans titre'}\u00a0»"
        return Rejection(path, "source", "non-publie", f"Billet {label} non public\u00a0: non lu.")
    terms = _embedded(record, "wp:term")
    authors = _embedded(record, "author")
    url = str(record.get("link") or "") or None
    author_id = record.get("author")
    return StructuredPost(
        source_path=path,
        identifier=identifier,
        html=wordpress_html(_rendered(record, "content")),
        title=title,
        author=plain_title(str(authors[0].get("name", ""))) if authors else None,
        date=exact_date(str(record.get("date", "")), "wp-json"),
        url=url,
        categories=_names(terms, "category"),
        tags=_names(terms, "post_tag"),
        comments=tuple(_read_comment(reply, author_id) for reply in _in_order(replies)),
    )


def _names(terms: list[Record], taxonomy: str) -> tuple[str, ...]:
    names = [
        plain_title(str(term.get("name", ""))) for term in terms if term.get("taxonomy") == taxonomy
    ]
    return tuple(dict.fromkeys(name for name in names if name))


def _in_order(replies: list[Record]) -> list[Record]:
    """Oldest first, as a page shows them: the API answers newest first."""
    return sorted(replies, key=lambda reply: (str(reply.get("date", "")), _number(reply)))


def _number(reply: Record) -> int:
    identifier = str(reply.get("id", "0"))
    return int(identifier) if identifier.isdecimal() else 0


def _read_comment(record: Record, author_id: object) -> StructuredComment:
    parent = str(record.get("parent") or "0")
    return StructuredComment(
        identifier=str(record.get("id", "")),
        html=paragraphs(_rendered(record, "content")),
        author=plain_title(str(record.get("author_name") or "")),
        date=exact_date(str(record.get("date", "")), "wp-json"),
        parent=None if parent == "0" else parent,
        url=str(record.get("link") or "") or None,
        kind=_KINDS.get(str(record.get("type", "")), CommentKind.COMMENT),
        is_post_author=bool(record.get("author")) and record.get("author") == author_id,
    )


def _read_thread(post_id: str, replies: list[Record], source: str) -> StructuredPost:
    """Comments whose post is not in the file, under its address."""
    links = [str(reply.get("link") or "") for reply in replies]
    url = next((without_fragment(link) for link in links if link), None)
    return StructuredPost(
        source_path=f"{source}#post-{post_id}",
        identifier=post_id,
        html="",
        url=url,
        comments=tuple(_read_comment(reply, None) for reply in _in_order(replies)),
    )
