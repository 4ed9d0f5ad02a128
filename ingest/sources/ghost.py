"""Ghost exports: the admin's database file, the content API's answers, migration files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ingest.model import Rejection, StructuredPost
from ingest.sources.markup import plain_title, text_to_html
from ingest.sources.stamps import exact_date

Record = dict[str, Any]


def read_ghost(value: Any, source: str) -> Iterator[StructuredPost | Rejection]:  # noqa: ANN401
    """Published posts and pages; nothing when the value is no Ghost export."""
    tables = _tables(value)
    users = {str(row.get("id")): row for row in _rows(tables, "users")}
    tags = {str(row.get("id")): str(row.get("name", "")) for row in _rows(tables, "tags")}
    post_tags = _links(tables, "posts_tags", "tag_id")
    post_authors = _links(tables, "posts_authors", "author_id")
    for record in _rows(tables, "posts"):
        inner = record.get("data")
        post = {**inner, "url": record.get("url")} if isinstance(inner, dict) else record
        if not ({"html", "plaintext", "lexical", "mobiledoc"} & post.keys()):
            continue
        identifier = str(post.get("id") or post.get("slug") or "")
        names = _names(post, "tags") or tuple(tags.get(tag, "") for tag in post_tags[identifier])
        owners = post_authors[identifier] or [str(post.get("author_id", ""))]
        known = [str(users[owner].get("name", "")) for owner in owners if owner in users]
        author = _author(post) or next(iter(known), None)
        yield _read_post(post, f"{source}#{identifier}", author, tuple(filter(None, names)))


def _tables(value: Any) -> Record:  # noqa: ANN401
    if isinstance(value, dict) and isinstance(value.get("db"), list) and value["db"]:
        value = value["db"][0]
    if isinstance(value, dict) and isinstance(value.get("data"), dict):
        value = value["data"]
    return value if isinstance(value, dict) else {}


def _rows(tables: Record, name: str) -> list[Record]:
    rows = tables.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _links(tables: Record, name: str, target: str) -> defaultdict[str, list[str]]:
    links: defaultdict[str, list[str]] = defaultdict(list)
    for row in sorted(_rows(tables, name), key=lambda row: str(row.get("sort_order", ""))):
        links[str(row.get("post_id"))].append(str(row.get(target)))
    return links


def _names(post: Record, name: str) -> tuple[str, ...]:
    found = []
    for part in _rows(post, name):
        inner = part.get("data")
        found.append(str((inner if isinstance(inner, dict) else part).get("name", "")))
    # Ghost marks internal tags with a hash.
    return tuple(label for label in found if label and not label.startswith("#"))


def _author(post: Record) -> str | None:
    single = post.get("primary_author") or post.get("author")
    if isinstance(single, dict):
        inner = single.get("data")
        return plain_title(str((inner if isinstance(inner, dict) else single).get("name", "")))
    return next(iter(_names(post, "authors")), None)


def _read_post(
    post: Record, path: str, author: str | None, tags: tuple[str, ...]
) -> StructuredPost | Rejection:
    title = plain_title(str(post.get("title", "")))
    label = f"«\u00a0{title or 'sans titre'}\u00a0»"
    is_public = str(post.get("visibility") or "public") == "public"
    if post.get("status", "published") != "published" or not is_public:
        return Rejection(path, "source", "non-publie", f"Billet {label} non public\u00a0: non lu.")
    html = str(post.get("html") or "") or text_to_html(str(post.get("plaintext") or ""))
    if not html:
        return Rejection(
            path,
            "source",
            "sans-corps",
            f"Billet {label} sans HTML dans l\u2019export\u00a0: réexportez-le avec son HTML.",
        )
    return StructuredPost(
        source_path=path,
        identifier=str(post.get("id") or post.get("slug") or ""),
        html=html,
        title=title,
        author=author,
        date=exact_date(str(post.get("published_at") or ""), "ghost"),
        url=str(post.get("canonical_url") or post.get("url") or "") or None,
        tags=tags,
    )
