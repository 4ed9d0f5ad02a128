"""Blogger exports: Atom archives of both generations, and the JSON of its API."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from ingest.errors import ExtractionError
from ingest.model import Rejection, StructuredComment, StructuredPost
from ingest.sources.blob import Blob
from ingest.sources.links import joined
from ingest.sources.markup import paragraphs, plain_title
from ingest.sources.stamps import exact_date
from ingest.sources.xml_stream import fields_of, iter_elements, name_of

_KIND: Final = "http://schemas.google.com/blogger/2008/kind#"
_LIVE: Final = frozenset({"", "LIVE", "PUBLISHED"})


def iter_blogger(blob: Blob) -> Iterator[StructuredPost | Rejection]:
    """Posts and pages in the order of the export, each with its comments.

    The file is read twice: comments may stand anywhere, before or after their post.
    """
    comments, skipped = _collect_comments(blob)
    site: str | None = None
    base = ""
    try:
        for element in iter_elements(blob, "entry", "title", "link"):
            name = name_of(element)
            if name == "title":
                site = site or plain_title(element.text)
            elif name == "link":
                base = element.get("href", "") if element.get("rel") == "alternate" else base
            elif _kind(element) in ("post", "page"):
                yield _read_post(element, blob.name, (site, base), comments)
    except ExtractionError as error:
        yield Rejection(blob.name, "source", error.slug, error.detail)
    for identifier, orphans in comments.items():
        yield StructuredPost(
            source_path=f"{blob.name}#{identifier}",
            identifier=identifier,
            html="",
            site=site,
            comments=tuple(orphans),
        )
    if skipped["hors-blog"]:
        sentence = f"{skipped['hors-blog']} × commentaire jamais publié, laissé de côté."
        yield Rejection(f"{blob.name}#indesirables", "source", "hors-blog", sentence)


def _kind(element: etree._Element) -> str:
    for child in element:
        term = child.get("term", "")
        if name_of(child) == "category" and term.startswith(_KIND):
            return term.removeprefix(_KIND)
        if name_of(child) == "blogger:type":
            return (child.text or "").strip().lower()
    return ""


def _collect_comments(
    blob: Blob,
) -> tuple[defaultdict[str, list[StructuredComment]], Counter[str]]:
    comments: defaultdict[str, list[StructuredComment]] = defaultdict(list)
    skipped: Counter[str] = Counter()
    try:
        for element in iter_elements(blob, "entry"):
            if _kind(element) != "comment":
                continue
            if not _is_live(element):
                skipped["hors-blog"] += 1
                continue
            comments[_post_reference(element)].append(_read_comment(element))
    except ExtractionError:
        # The second pass meets the same fault and reports it.
        return comments, skipped
    return comments, skipped


def _is_live(element: etree._Element) -> bool:
    fields = fields_of(element)
    control = next((child for child in element if name_of(child) == "app:control"), None)
    is_draft = control is not None and fields_of(control).get("app:draft") == "yes"
    return not is_draft and fields.get("blogger:status", "") in _LIVE


def _post_reference(element: etree._Element) -> str:
    for child in element:
        if name_of(child) == "thr:in-reply-to":
            return child.get("ref", "")
    return fields_of(element).get("blogger:parent", "")


def _link(element: etree._Element, rel: str) -> str | None:
    for child in element:
        if name_of(child) == "link" and child.get("rel") == rel:
            return child.get("href")
    return None


def _author(element: etree._Element) -> str | None:
    for child in element:
        if name_of(child) == "author":
            return plain_title(fields_of(child).get("name"))
    return None


def _read_comment(element: etree._Element) -> StructuredComment:
    fields = fields_of(element)
    # Threaded replies point at the feed entry of the comment that they answer.
    related = (_link(element, "related") or "").rstrip("/").rpartition("/")[2]
    identifier = fields.get("id", "").rpartition("post-")[2]
    return StructuredComment(
        identifier=identifier,
        html=paragraphs(fields.get("content", "")),
        author=_author(element),
        date=exact_date(fields.get("published"), "blogger"),
        parent=fields.get("blogger:inReplyTo", "").rpartition("post-")[2] or related or None,
        url=_link(element, "alternate"),
    )


def _read_post(
    element: etree._Element,
    source: str,
    blog: tuple[str | None, str],
    comments: dict[str, list[StructuredComment]],
) -> StructuredPost | Rejection:
    fields = fields_of(element)
    identifier = fields.get("id", "")
    path = f"{source}#{identifier.rpartition(':')[2]}"
    title = plain_title(fields.get("title"))
    found = comments.pop(identifier, [])
    if not _is_live(element):
        label = f"«\u00a0{title or 'sans titre'}\u00a0»"
        return Rejection(path, "source", "non-publie", f"Billet {label} non publié\u00a0: non lu.")
    url = _link(element, "alternate")
    if not url and fields.get("blogger:filename") and blog[1]:
        url = joined(blog[1], fields["blogger:filename"])
    return StructuredPost(
        source_path=path,
        identifier=identifier,
        html=paragraphs(fields.get("content", "")),
        title=title,
        author=_author(element),
        date=exact_date(fields.get("published"), "blogger"),
        site=blog[0],
        url=url,
        tags=_labels(element),
        comments=tuple(sorted(found, key=_moment)),
        n_comments_declared=_total(fields),
    )


def _moment(comment: StructuredComment) -> str:
    """Oldest first, as a page shows them: exports give the newest first."""
    return comment.date.value if comment.date else ""


def _labels(element: etree._Element) -> tuple[str, ...]:
    terms = [child.get("term", "") for child in element if name_of(child) == "category"]
    return tuple(
        dict.fromkeys(term for term in terms if term and not term.startswith("http://sch"))
    )


def _total(fields: dict[str, str]) -> int | None:
    total = fields.get("thr:total", "")
    return int(total) if total.isdecimal() else None


def read_blogger_json(record: dict[str, Any], source: str) -> StructuredPost:
    """One `blogger#post` of the JSON API."""
    identifier = str(record.get("id", ""))
    author = record.get("author")
    replies = record.get("replies")
    total = str(replies.get("totalItems", "")) if isinstance(replies, dict) else ""
    return StructuredPost(
        source_path=f"{source}#{identifier}",
        identifier=identifier,
        html=paragraphs(str(record.get("content", ""))),
        title=plain_title(str(record.get("title", ""))),
        author=plain_title(author.get("displayName")) if isinstance(author, dict) else None,
        date=exact_date(str(record.get("published", "")), "blogger"),
        url=str(record["url"]) if record.get("url") else None,
        tags=tuple(filter(None, (plain_title(str(label)) for label in record.get("labels", ())))),
        n_comments_declared=int(total) if total.isdecimal() else None,
    )
