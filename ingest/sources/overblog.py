"""Over-blog exports (`<root>` with `<posts>` and `<pages>`), streamed, comments with replies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from ingest.errors import ExtractionError
from ingest.model import Rejection, StructuredComment, StructuredPost
from ingest.sources.blob import Blob
from ingest.sources.links import joined
from ingest.sources.markup import paragraphs, plain_title
from ingest.sources.stamps import exact_date
from ingest.sources.xml_stream import fields_of, iter_elements, name_of

_DRAFT: Final = "1"
_MAX_REPLY_DEPTH: Final = 50


@dataclass(frozen=True, slots=True)
class _Blog:
    title: str | None = None
    base: str | None = None


def iter_overblog(blob: Blob) -> Iterator[StructuredPost | Rejection]:
    """Published posts and pages in the order of the export."""
    blog = _Blog()
    number = 0
    try:
        for element in iter_elements(blob, "post", "page", "blog_infos", "blog", depth=2):
            if name_of(element) in ("blog_infos", "blog"):
                blog = _read_blog(element)
                continue
            number += 1
            yield _read_post(element, blog, f"{blob.name}#{name_of(element)}-{number}")
    except ExtractionError as error:
        yield Rejection(blob.name, "source", error.slug, error.detail)


def _read_blog(element: etree._Element) -> _Blog:
    fields = fields_of(element)
    base = next((fields[name] for name in ("url", "domain", "host") if fields.get(name)), None)
    if base and "://" not in base:
        base = f"http://{base}"
    return _Blog(plain_title(fields.get("title") or fields.get("name")), base)


def _read_post(element: etree._Element, blog: _Blog, path: str) -> StructuredPost | Rejection:
    fields = fields_of(element)
    title = plain_title(fields.get("title"))
    if fields.get("status") == _DRAFT:
        label = f"«\u00a0{title or 'sans titre'}\u00a0»"
        return Rejection(path, "source", "non-publie", f"Billet {label} non publié\u00a0: non lu.")
    slug = fields.get("slug", "")
    comments = next((child for child in element if name_of(child) == "comments"), None)
    return StructuredPost(
        source_path=path,
        identifier=slug or path.rpartition("#")[2],
        html=paragraphs(fields.get("content", "")),
        title=title,
        author=plain_title(fields.get("author")),
        date=exact_date(fields.get("published_at") or fields.get("created_at"), "over-blog"),
        site=blog.title,
        url=joined(f"{blog.base.rstrip('/')}/", slug) if blog.base and slug else None,
        tags=tuple(tag.strip() for tag in fields.get("tags", "").split(",") if tag.strip()),
        comments=tuple(_read_comments(comments, None, 0)) if comments is not None else (),
    )


def _read_comments(
    parent: etree._Element, answered: str | None, depth: int
) -> Iterator[StructuredComment]:
    """Comments and their replies in reading order; `1.2` is the second reply to comment 1."""
    comments = [child for child in parent if name_of(child) == "comment"]
    for number, element in enumerate(comments, 1):
        fields = fields_of(element)
        identifier = f"{answered}.{number}" if answered else str(number)
        yield StructuredComment(
            identifier=identifier,
            html=paragraphs(fields.get("content", "")),
            author=plain_title(fields.get("author_name")),
            date=exact_date(fields.get("published_at") or fields.get("created_at"), "over-blog"),
            parent=answered,
        )
        replies = next((child for child in element if name_of(child) == "replies"), None)
        if replies is not None and depth < _MAX_REPLY_DEPTH:
            yield from _read_comments(replies, identifier, depth + 1)
