"""WordPress exports (WXR 1.0 to 1.2), streamed: one post in memory at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from ingest.errors import ExtractionError
from ingest.model import (
    CommentKind,
    Rejection,
    StructuredComment,
    StructuredPost,
)
from ingest.sources.blob import Blob
from ingest.sources.markup import paragraphs, plain_title, wordpress_html
from ingest.sources.stamps import exact_date
from ingest.sources.xml_stream import fields_of, iter_elements, name_of

_TECHNICAL_TYPES: Final = frozenset(
    [
        "attachment",
        "nav_menu_item",
        "revision",
        "custom_css",
        "customize_changeset",
        "oembed_cache",
        "user_request",
        "wp_block",
        "wp_template",
        "wp_template_part",
        "wp_global_styles",
        "wp_navigation",
        "wp_font_family",
        "wp_font_face",
        "feedback",
        "flamingo_contact",
        "flamingo_inbound",
        "shop_order",
        "wpcf7_contact_form",
        "acf-field",
        "acf-field-group",
        "amp_validated_url",
        "ml-slider",
        "ml-slide",
        "jp_mem_plan",
    ]
)
"""Types of a WordPress database that never were pages of the blog."""

_KINDS: Final = {"pingback": CommentKind.PINGBACK, "trackback": CommentKind.TRACKBACK}
_NEVER_SHOWN: Final = {
    "0": "en-attente",
    "hold": "en-attente",
    "spam": "indesirables",
    "trash": "indesirables",
    "post-trashed": "indesirables",
}


@dataclass(slots=True)
class _Channel:
    """What the head of the export says, and what was left aside."""

    site: str | None = None
    names: dict[str, str] = field(default_factory=dict)
    user_ids: dict[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)


def iter_wxr(blob: Blob) -> Iterator[StructuredPost | Rejection]:
    """Posts and pages of the export in its order; drafts and private posts as rejections.

    Comments keep their threading; spam, trash and technical records are counted out in one
    last rejection a kind, as is damage that had to be repaired.
    """
    channel = _Channel()
    try:
        for element in iter_elements(blob, "item", "author", "title", depth=2):
            name = name_of(element)
            if name == "wp:author":
                _read_author(element, channel)
            elif name == "title":
                _read_site(element, channel)
            elif name == "item":
                yield from _read_item(element, channel, blob.name)
    except ExtractionError as error:
        yield Rejection(blob.name, "source", error.slug, error.detail)
    for kind, count in sorted(channel.skipped.items()):
        yield Rejection(
            f"{blob.name}#{kind}", "source", "hors-blog", f"{count} × {_SKIPPED_LABELS[kind]}."
        )


_SKIPPED_LABELS: Final = {
    "en-attente": "commentaire en attente de modération, jamais publié, laissé de côté",
    "indesirables": "commentaire indésirable ou à la corbeille, jamais publié, laissé de côté",
    "vides": "billet sans texte ni commentaire, laissé de côté",
    "techniques": "élément technique de WordPress (fichier joint, menu, révision…), laissé de côté",
}


def _read_author(element: etree._Element, channel: _Channel) -> None:
    fields = fields_of(element)
    login = fields.get("wp:author_login", "")
    channel.names[login] = fields.get("wp:author_display_name") or login
    channel.user_ids[login] = fields.get("wp:author_id", "")


def _read_site(element: etree._Element, channel: _Channel) -> None:
    parent = element.getparent()
    if channel.site is None and parent is not None and name_of(parent) == "channel":
        channel.site = plain_title(element.text)


def _read_item(
    element: etree._Element, channel: _Channel, source: str
) -> Iterator[StructuredPost | Rejection]:
    fields = fields_of(element)
    post_type = fields.get("wp:post_type", "post")
    if post_type in _TECHNICAL_TYPES:
        channel.skipped["techniques"] += 1
        return
    identifier = fields.get("wp:post_id") or fields.get("guid") or fields.get("link", "")
    path = f"{source}#{post_type}-{identifier}"
    title = plain_title(fields.get("title"))
    refusal = _refusal(fields, title)
    if refusal:
        yield Rejection(path, "source", *refusal)
        return
    login = fields.get("dc:creator", "")
    url = _address(fields)
    body = fields.get("content:encoded") or fields.get("excerpt:encoded", "")
    comments = tuple(_read_comments(element, channel, channel.user_ids.get(login, ""), url))
    html = wordpress_html(body)
    if not html and not comments:
        # Disqus lists every page that ever showed its form.
        channel.skipped["vides"] += 1
        return
    yield StructuredPost(
        source_path=path,
        identifier=identifier,
        html=html,
        title=title,
        author=channel.names.get(login) or login or None,
        date=exact_date(fields.get("wp:post_date"), "wxr")
        or exact_date(fields.get("pubDate"), "wxr"),
        site=channel.site,
        url=url,
        categories=_terms(element, "category"),
        tags=_terms(element, "post_tag", "tag"),
        comments=comments,
    )


def _refusal(fields: dict[str, str], title: str | None) -> tuple[str, str] | None:
    """Slug and sentence when the site did not show the item to everybody."""
    status = fields.get("wp:status", "publish")
    label = f"«\u00a0{title or 'sans titre'}\u00a0»"
    if status not in ("publish", "inherit", ""):
        return "non-publie", f"Billet {label} à l\u2019état «\u00a0{status}\u00a0»\u00a0: non lu."
    if fields.get("wp:post_password"):
        return "protege", f"Billet {label} protégé par un mot de passe\u00a0: non lu."
    return None


def _address(fields: dict[str, str]) -> str | None:
    for candidate in (fields.get("link"), fields.get("guid")):
        if candidate and candidate.startswith(("http://", "https://")):
            return candidate
    return None


def _terms(element: etree._Element, *domains: str) -> tuple[str, ...]:
    """Names of the item's terms, each once (WXR 1.0 repeats them with and without nicename)."""
    found = [
        plain_title(child.text)
        for child in element
        if name_of(child) == "category" and (child.get("domain") or "category") in domains
    ]
    return tuple(dict.fromkeys(name for name in found if name))


def _read_comments(
    element: etree._Element, channel: _Channel, author_id: str, post_url: str | None
) -> Iterator[StructuredComment]:
    for child in element:
        if name_of(child) != "wp:comment":
            continue
        fields = fields_of(child)
        approved = fields.get("wp:comment_approved", "1").lower()
        if approved in _NEVER_SHOWN:
            channel.skipped[_NEVER_SHOWN[approved]] += 1
            continue
        user_id = fields.get("wp:comment_user_id", "")
        kind = fields.get("wp:comment_type", "").lower()
        parent = fields.get("wp:comment_parent", "0")
        identifier = fields.get("wp:comment_id", "")
        yield StructuredComment(
            identifier=identifier,
            html=paragraphs(fields.get("wp:comment_content", "")),
            author=plain_title(fields.get("wp:comment_author")),
            date=exact_date(fields.get("wp:comment_date"), "wxr")
            or exact_date(fields.get("wp:comment_date_gmt"), "wxr"),
            parent=parent if parent not in ("", "0") else None,
            url=f"{post_url}#comment-{identifier}" if post_url else None,
            kind=_KINDS.get(kind, CommentKind.COMMENT),
            is_post_author=user_id not in ("", "0") and user_id == author_id,
        )
