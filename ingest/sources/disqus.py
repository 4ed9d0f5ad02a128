"""Disqus exports: threads of comments, without the posts that they answer.

Two layouts: the present one (`<disqus>` with `<thread>` and `<post>`), and the WXR-like one
that other tools wrote. Both give one post a thread, with an empty body and the page's URL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.errors import ExtractionError
from ingest.model import CommentState, Rejection, StructuredComment, StructuredPost
from ingest.sources.blob import Blob
from ingest.sources.markup import paragraphs, plain_title
from ingest.sources.stamps import exact_date
from ingest.sources.xml_stream import fields_of, iter_elements, name_of

_DSQ_ID = "{http://disqus.com/disqus-internals}id"


@dataclass(frozen=True, slots=True)
class _Thread:
    identifier: str
    title: str | None
    url: str | None


def iter_disqus(blob: Blob) -> Iterator[StructuredPost | Rejection]:
    """One post a thread that has comments, in the order of the file; spam is counted out."""
    threads: dict[str, _Thread] = {}
    comments: defaultdict[str, list[StructuredComment]] = defaultdict(list)
    n_spam = 0
    damage: Rejection | None = None
    try:
        for element in iter_elements(blob, "thread", "post"):
            if name_of(element) == "thread":
                thread = _read_thread(element)
                threads[thread.identifier] = thread
            elif fields_of(element).get("isSpam") == "true":
                n_spam += 1
            else:
                comments[_reference(element, "thread")].append(_read_comment(element))
    except ExtractionError as error:
        damage = Rejection(blob.name, "source", error.slug, error.detail)
    for identifier, found in comments.items():
        thread = threads.get(identifier) or _Thread(identifier, None, None)
        yield StructuredPost(
            source_path=f"{blob.name}#{identifier}",
            identifier=identifier,
            html="",
            title=thread.title,
            url=thread.url,
            comments=tuple(found),
        )
    if damage:
        yield damage
    if n_spam:
        sentence = f"{n_spam} × commentaire indésirable, jamais publié, laissé de côté."
        yield Rejection(f"{blob.name}#indesirables", "source", "hors-blog", sentence)


def _read_thread(element: etree._Element) -> _Thread:
    fields = fields_of(element)
    url = fields.get("link") or None
    return _Thread(element.get(_DSQ_ID, ""), plain_title(fields.get("title")), url)


def _reference(element: etree._Element, name: str) -> str:
    for child in element:
        if name_of(child) == name:
            return child.get(_DSQ_ID, "")
    return ""


def _read_comment(element: etree._Element) -> StructuredComment:
    fields = fields_of(element)
    author = next((child for child in element if name_of(child) == "author"), None)
    is_deleted = fields.get("isDeleted") == "true"
    return StructuredComment(
        identifier=element.get(_DSQ_ID, ""),
        html="" if is_deleted else paragraphs(fields.get("message", "")),
        author=plain_title(fields_of(author).get("name")) if author is not None else None,
        date=exact_date(fields.get("createdAt"), "disqus"),
        parent=_reference(element, "parent") or None,
        state=CommentState.DELETED if is_deleted else CommentState.PUBLISHED,
    )
