"""JSON exports, told apart by their shape: WordPress REST, Ghost, Blogger's API."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from ingest.errors import ExtractionError
from ingest.limits import MAX_WHOLE_BYTES, read_limited
from ingest.model import Rejection, StructuredPost
from ingest.sources.blob import Blob
from ingest.sources.blogger import read_blogger_json
from ingest.sources.ghost import read_ghost
from ingest.sources.wordpress_json import is_comment, is_post, read_posts

_UNKNOWN: Final = (
    "JSON qui n\u2019est ni un export Ghost, ni une réponse de WordPress ou de Blogger\u00a0: "
    "exportez le blog dans un format reconnu."
)
_BROKEN: Final = (
    "JSON illisible (coupé, mal encodé ou trop imbriqué)\u00a0: refaites l\u2019export."
)

Replies = defaultdict[str, list[dict[str, Any]]]
"""WordPress comments by the id of their post."""


def iter_json(blob: Blob, beside: Replies | None = None) -> Iterator[StructuredPost | Rejection]:
    """Posts of a JSON export; comments alone become one post a page that they answer.

    `beside` holds WordPress comments of files of the same folder: posts take theirs out of it.
    """
    try:
        with blob.open() as stream:
            content = read_limited(stream, MAX_WHOLE_BYTES)
        yield from _read(load_json(content), blob.name, beside)
    except ExtractionError as error:
        yield Rejection(blob.name, "source", error.slug, error.detail)


def load_json(content: bytes) -> Any:  # noqa: ANN401  JSON is any shape until it is told apart
    """The value that the bytes hold.

    Raises:
        ExtractionError: slug `json-illisible` or, for JSON lines, `json-inconnu`.
    """
    try:
        return json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":  # JSON lines: records of some other program
            raise ExtractionError("json-inconnu", _UNKNOWN) from error
        raise ExtractionError("json-illisible", _BROKEN) from error
    except (ValueError, RecursionError) as error:
        raise ExtractionError("json-illisible", _BROKEN) from error


def load_comments(blob: Blob) -> Replies:
    """WordPress comments of a JSON file by post; empty when it holds anything else."""
    replies: Replies = defaultdict(list)
    if b'"author_name"' not in blob.head():
        return replies
    try:
        with blob.open() as stream:
            records = _records(load_json(read_limited(stream, MAX_WHOLE_BYTES)))
    except ExtractionError:
        return replies  # read as any other file, it is rejected with its reason
    if all(isinstance(record, dict) and is_comment(record) for record in records):
        for record in records:
            replies[str(record.get("post", ""))].append(record)
    return replies


def orphan_comments(replies: Replies, source: str) -> Iterator[StructuredPost | Rejection]:
    """One post with an empty body for each page whose post was in no file."""
    yield from read_posts([], replies, source)


def _read(
    value: Any,  # noqa: ANN401
    source: str,
    beside: Replies | None,
) -> Iterator[StructuredPost | Rejection]:
    records = [record for record in _records(value) if isinstance(record, dict)]
    if any(is_post(record) or is_comment(record) for record in records):
        comments: Replies = defaultdict(list)
        for record in filter(is_comment, records):
            comments[str(record.get("post", ""))].append(record)
        for record in filter(is_post, records):
            identifier = str(record.get("id", ""))
            if beside and identifier in beside:
                comments[identifier].extend(beside.pop(identifier))
        yield from read_posts(filter(is_post, records), comments, source)
        return
    if any(str(record.get("kind", "")).startswith("blogger#post") for record in records):
        for record in records:
            yield read_blogger_json(record, source)
        return
    posts = list(read_ghost(value, source))
    yield from posts
    if not posts:
        yield Rejection(source, "source", "json-inconnu", _UNKNOWN)


def _records(value: Any) -> list[Any]:  # noqa: ANN401
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        parts = [value.get(name) for name in ("posts", "pages", "comments", "items")]
        lists = [part for part in parts if isinstance(part, list)]
        return [record for part in lists for record in part] if lists else [value]
    return []
