"""RSS and Atom files: posts, or the comments of a comment feed under the post they answer."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Final

import feedparser

from ingest.errors import ExtractionError
from ingest.limits import MAX_WHOLE_BYTES, read_limited
from ingest.model import PublicationDate, Rejection, StructuredComment, StructuredPost
from ingest.sources.blob import Blob
from ingest.sources.links import fragment, without_fragment
from ingest.sources.markup import paragraphs, plain_title
from ingest.sources.stamps import exact_date
from ingest.sources.xml_stream import refuse_entities

_COMMENT_LINK = re.compile(r"#(comment|c|commentaire|com)-?\d+$", re.IGNORECASE)
_BY = re.compile(r"^(?:par|by|de)\s*:\s*", re.IGNORECASE)
_ABOUT = re.compile(
    r"^(?:commentaires? sur|comments? (?:on|for)|re)\s*:?\s*[«\"]?\s*(.+?)\s*[»\"]?"
    r"(?:\s+(?:par|by)\s*:?\s*[^:]{1,80})?$",
    re.IGNORECASE | re.DOTALL,
)
_FEED_SOURCE: Final = "feed"


def iter_feed(blob: Blob) -> Iterator[StructuredPost | Rejection]:
    """The feed's posts in its order; a comment feed gives one post with comments a page."""
    try:
        refuse_entities(blob.head())
        with blob.open() as stream:
            content = read_limited(stream, MAX_WHOLE_BYTES)
    except ExtractionError as error:
        yield Rejection(blob.name, "source", error.slug, error.detail)
        return
    parsed = parse_feed(content)
    if not parsed.entries and parsed.bozo:
        yield Rejection(
            blob.name,
            "source",
            "fil-illisible",
            "Fil RSS ou Atom illisible\u00a0: ouvrez-le dans un navigateur pour voir la faute.",
        )
        return
    yield from read_feed(parsed, blob.name)


def parse_feed(content: bytes) -> Any:  # noqa: ANN401  feedparser has no types
    """feedparser's result for bytes; a stream, because bytes alone would be tried as a path."""
    return feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)


def read_feed(parsed: Any, source: str) -> Iterator[StructuredPost | Rejection]:  # noqa: ANN401
    """Posts of a parsed feed, comments grouped by the page that they answer."""
    site = plain_title(parsed.feed.get("title"))
    threads: dict[str, list[Any]] = {}
    for number, entry in enumerate(parsed.entries, 1):
        page = _answered_page(entry)
        if page is None:
            yield _read_post(entry, site, f"{source}#{number}")
        else:
            threads.setdefault(page, []).append(entry)
    for page, entries in threads.items():
        yield _read_thread(page, entries, site, source)


def _answered_page(entry: Any) -> str | None:  # noqa: ANN401
    """The address of the post that a comment entry answers; None when it is no comment."""
    reply = entry.get("thr_in-reply-to") or entry.get("in-reply-to")
    link = str(entry.get("link", ""))
    bare = re.sub(r"\?showComment=\d+", "", without_fragment(link))
    if isinstance(reply, dict):
        return str(reply.get("href") or bare or reply.get("ref", ""))
    return bare if _COMMENT_LINK.search(link) else None


def _body(entry: Any) -> str:  # noqa: ANN401
    contents = [str(part.get("value", "")) for part in entry.get("content", ())]
    return max(contents, key=len, default="") or str(entry.get("summary", ""))


def _date(entry: Any) -> PublicationDate | None:  # noqa: ANN401
    for name in ("published", "created", "updated"):
        # dict's own get: feedparser's warns when it answers `updated` with `published`.
        found = exact_date(dict.get(entry, name), _FEED_SOURCE)
        if found:
            return found
    return None


def _count(entry: Any) -> int | None:  # noqa: ANN401
    total = str(entry.get("slash_comments") or entry.get("thr_total") or "")
    return int(total) if total.isdecimal() else None


def _read_post(entry: Any, site: str | None, path: str) -> StructuredPost:  # noqa: ANN401
    return StructuredPost(
        source_path=path,
        identifier=str(entry.get("id") or entry.get("link") or path),
        html=paragraphs(_body(entry)),
        title=plain_title(entry.get("title")),
        author=plain_title(entry.get("author")),
        date=_date(entry),
        site=site,
        url=str(entry["link"]) if entry.get("link") else None,
        tags=tuple(
            dict.fromkeys(str(tag["term"]) for tag in entry.get("tags", ()) if tag.get("term"))
        ),
        n_comments_declared=_count(entry),
    )


def _read_thread(page: str, entries: list[Any], site: str | None, source: str) -> StructuredPost:
    titles = [plain_title(entry.get("title")) or "" for entry in entries]
    about = next((found[1] for title in titles if (found := _ABOUT.match(title))), None)
    if about is None and site and (found := _ABOUT.match(site)):
        about = found[1]
    return StructuredPost(
        source_path=f"{source}#{page}",
        identifier=page,
        html="",
        title=about,
        site=None if about and site and about in site else site,
        url=page if page.startswith(("http://", "https://")) else None,
        comments=tuple(sorted(map(_read_comment, entries, titles), key=_moment)),
    )


def _moment(comment: StructuredComment) -> str:
    """Oldest first, as a page shows them: feeds give the newest first."""
    return comment.date.value if comment.date else ""


def _read_comment(entry: Any, title: str) -> StructuredComment:  # noqa: ANN401
    author = plain_title(entry.get("author"))
    if not author and _BY.match(title):
        author = _BY.sub("", title)
    link = str(entry.get("link", ""))
    return StructuredComment(
        identifier=fragment(link) or str(entry.get("id", "")),
        html=paragraphs(_body(entry)),
        author=author,
        date=_date(entry),
        url=link or None,
    )
