"""Medium's export: one HTML file a post, with its fields in microformats."""

from __future__ import annotations

from lxml import etree, html

from ingest.errors import ExtractionError
from ingest.limits import read_limited
from ingest.model import Rejection, StructuredPost
from ingest.sources.blob import Blob
from ingest.sources.markup import plain_title
from ingest.sources.stamps import exact_date


def read_medium(blob: Blob) -> StructuredPost | Rejection:
    """The post of one file; the title that Medium repeats inside the body is taken out.

    A response to somebody else's post has no title: Medium's is the beginning of its text.
    """
    try:
        with blob.open() as stream:
            content = read_limited(stream)
    except ExtractionError as error:
        return Rejection(blob.name, "source", error.slug, error.detail)
    parser = html.HTMLParser(encoding="utf-8", no_network=True)
    try:
        tree = html.document_fromstring(content, parser=parser)
    except etree.ParserError:
        return Rejection(blob.name, "source", "vide", "Fichier Medium sans contenu.")
    body = _first(tree, "e-content")
    if body is None:
        return Rejection(blob.name, "source", "sans-corps", "Fichier Medium sans texte de billet.")
    for repeated in body.xpath(".//*[contains(@class,'graf--title') or @class='section-divider']"):
        repeated.drop_tree()
    title = _text(_first(tree, "p-name"))
    time = _first(tree, "dt-published")
    link = _first(tree, "p-canonical")
    return StructuredPost(
        source_path=blob.name,
        identifier=blob.name,
        html=html.tostring(body, encoding="unicode"),
        title=None if _is_response(body, title) else title,
        author=_text(_first(tree, "p-author")),
        date=exact_date(time.get("datetime"), "medium") if time is not None else None,
        site="Medium",
        url=link.get("href") if link is not None else blob.url,
        tags=tuple(filter(None, (_text(tag) for tag in _all(tree, "p-tag")))),
    )


def _is_response(body: html.HtmlElement, title: str | None) -> bool:
    """Whether the first paragraph begins with the title, cut where Medium cuts it."""
    text = _text(_first(body, "graf")) or ""
    return bool(title) and text.startswith((title or "").rstrip("…. "))


def _all(tree: html.HtmlElement, name: str) -> list[html.HtmlElement]:
    return list(tree.find_class(name))


def _first(tree: html.HtmlElement, name: str) -> html.HtmlElement | None:
    return next(iter(_all(tree, name)), None)


def _text(element: html.HtmlElement | None) -> str | None:
    return plain_title(element.text_content()) if element is not None else None
