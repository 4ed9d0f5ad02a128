"""Comments that are kept apart from their posts (Disqus, comment feeds), joined by address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ingest.model import StructuredComment, StructuredPost
from ingest.sources.blob import Blob
from ingest.sources.dispatch import Found, read_blob
from ingest.sources.recognise import Format, recognise

_ROOT_BYTES: Final = 4_096
_FEED_ROOT = re.compile(rb"<(rss|feed|disqus|rdf:RDF)\b")


class Threads:
    """The threads of some files, waiting for their posts."""

    def __init__(self) -> None:
        self._waiting: dict[str, StructuredPost] = {}

    def gather(self, blob: Blob) -> list[Found] | None:
        """What else a file of comments holds, its threads kept; None when it holds posts too."""
        if not _FEED_ROOT.search(blob.head(_ROOT_BYTES)):
            return None
        head = blob.head()
        kind = recognise(head, blob.name)
        is_disqus = kind is Format.DISQUS or (kind is Format.WXR and b"disqus.com" in head)
        if not is_disqus and kind is not Format.FEED:
            return None
        threads: list[StructuredPost] = []
        others: list[Found] = []
        for found in read_blob(blob):
            if not isinstance(found, StructuredPost):
                others.append(found)
            elif found.html:
                return None
            else:
                threads.append(found)
        for thread in threads:
            self._wait(thread)
        return others

    def _wait(self, thread: StructuredPost) -> None:
        place = address_key(thread.url) if thread.url else thread.source_path
        known = self._waiting.get(place)
        self._waiting[place] = _with_comments(known, thread) if known else thread

    def join(self, found: Iterator[Found]) -> Iterator[Found]:
        """The same, each post with the comments that wait for its address."""
        for one in found:
            if isinstance(one, StructuredPost) and one.url:
                thread = self._waiting.pop(address_key(one.url), None)
                yield _with_comments(one, thread) if thread else one
            else:
                yield one

    def rest(self) -> Iterator[StructuredPost]:
        """Threads that no post asked for, in the order they were found."""
        yield from self._waiting.values()
        self._waiting.clear()


def address_key(url: str) -> str:
    """What two spellings of one post's address share: no scheme, `www.`, final slash, fragment."""
    bare = re.sub(r"^https?://(www\.)?", "", url.partition("#")[0], flags=re.IGNORECASE)
    return bare.rstrip("/")


def _with_comments(post: StructuredPost, thread: StructuredPost) -> StructuredPost:
    """The post with the thread's comments that it does not have, oldest first."""
    known = {_number(comment) for comment in post.comments}
    new = [comment for comment in thread.comments if _number(comment) not in known]
    if not new:
        return post
    merged = sorted((*post.comments, *new), key=_moment)
    return replace(post, comments=tuple(merged), title=post.title or thread.title)


def _number(comment: StructuredComment) -> str:
    """`comment-12` of a feed is comment 12 of an export."""
    return re.sub(r"^(?:comment|commentaire|com|c)-?(?=\d+$)", "", comment.identifier)


def _moment(comment: StructuredComment) -> str:
    return comment.date.value if comment.date else ""
