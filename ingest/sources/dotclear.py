"""Dotclear flat exports (`///DOTCLEAR|…`): tables of quoted fields, one row a line."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ingest.limits import iter_lines
from ingest.model import CommentKind, Rejection, StructuredComment, StructuredPost
from ingest.sources.blob import Blob
from ingest.sources.markup import paragraphs, plain_title
from ingest.sources.stamps import exact_date

_TABLE = re.compile(r"\[(\w+) ([\w,]+)\]\s*")
_CELL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:,|$)', re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", '"': '"', "\\": "\\"}
_PUBLISHED: Final = frozenset({"1", ""})

Row = dict[str, str]


@dataclass(slots=True)
class _Context:
    """Everything beside the posts: small enough to keep."""

    comments: defaultdict[str, list[StructuredComment]] = field(
        default_factory=lambda: defaultdict(list)
    )
    tags: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    categories: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    site: str | None = None
    base: str | None = None
    skipped: Counter[str] = field(default_factory=Counter)


def iter_dotclear(blob: Blob) -> Iterator[StructuredPost | Rejection]:
    """Posts and pages in the order of the export; comments are gathered in a first reading."""
    context = _Context()
    for table, row in _iter_rows(blob):
        _remember(table, row, context)
    for table, row in _iter_rows(blob):
        if table == "post":
            yield _read_post(row, context, blob.name)
    if context.skipped["indesirables"]:
        sentence = f"{context.skipped['indesirables']} × commentaire non publié, laissé de côté."
        yield Rejection(f"{blob.name}#indesirables", "source", "hors-blog", sentence)


def _iter_rows(blob: Blob) -> Iterator[tuple[str, Row]]:
    table, columns = "", [""]
    with blob.open() as raw:
        for line in iter_lines(raw):
            text = _decode(line).strip("\r\n")
            header = _TABLE.fullmatch(text)
            if header:
                table, columns = header[1], header[2].split(",")
            elif text.startswith('"'):
                cells = [_unescape(cell) for cell in _CELL.findall(text)]
                yield table, dict(zip(columns, cells, strict=False))


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _unescape(cell: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), cell)


def _remember(table: str, row: Row, context: _Context) -> None:
    if table == "comment":
        _remember_comment(row, context)
    elif table == "meta" and row.get("meta_type") == "tag":
        context.tags[row.get("post_id", "")].append(row.get("meta_id", ""))
    elif table == "category":
        context.categories[row.get("cat_id", "")] = row.get("cat_title", "")
    elif table == "user":
        names = (row.get("user_displayname"), row.get("user_firstname"), row.get("user_name"))
        context.names[row.get("user_id", "")] = next(filter(None, names), "")
    elif table == "blog":
        context.site = plain_title(row.get("blog_name"))
        context.base = row.get("blog_url")


def _remember_comment(row: Row, context: _Context) -> None:
    if row.get("comment_status", "1") not in _PUBLISHED:
        context.skipped["indesirables"] += 1
        return
    is_trackback = row.get("comment_trackback") == "1"
    context.comments[row.get("post_id", "")].append(
        StructuredComment(
            identifier=row.get("comment_id", ""),
            html=paragraphs(row.get("comment_content", "")),
            author=plain_title(row.get("comment_author")),
            date=exact_date(row.get("comment_dt"), "dotclear"),
            url=(row.get("comment_site") or None) if is_trackback else None,
            kind=CommentKind.TRACKBACK if is_trackback else CommentKind.COMMENT,
        )
    )


def _read_post(row: Row, context: _Context, source: str) -> StructuredPost | Rejection:
    identifier = row.get("post_id", "")
    kind = row.get("post_type", "post")
    path = f"{source}#{kind}-{identifier}"
    title = plain_title(row.get("post_title"))
    if row.get("post_status", "1") not in _PUBLISHED or row.get("post_password"):
        label = f"«\u00a0{title or 'sans titre'}\u00a0»"
        return Rejection(path, "source", "non-publie", f"Billet {label} non publié\u00a0: non lu.")
    bodies = [
        row.get(f"post_{part}_xhtml") or row.get(f"post_{part}", "")
        for part in ("excerpt", "content")
    ]
    category = context.categories.get(row.get("cat_id", ""))
    user = row.get("user_id", "")
    return StructuredPost(
        source_path=path,
        identifier=identifier,
        html=paragraphs("\n\n".join(body for body in bodies if body)),
        title=title,
        author=context.names.get(user) or user or None,
        date=exact_date(row.get("post_dt"), "dotclear"),
        site=context.site,
        url=_address(row, context),
        categories=(category,) if category else (),
        tags=tuple(context.tags[identifier]),
        comments=tuple(context.comments[identifier]),
        n_comments_declared=_count(row),
    )


def _address(row: Row, context: _Context) -> str | None:
    """The post's URL when the export holds the blog's own; the path scheme is Dotclear's."""
    if not context.base or not row.get("post_url"):
        return None
    folder = "pages" if row.get("post_type") == "page" else "post"
    return f"{context.base.rstrip('/')}/{folder}/{row['post_url']}"


def _count(row: Row) -> int | None:
    counts = [row.get("nb_comment", ""), row.get("nb_trackback", "") or "0"]
    return sum(map(int, counts)) if all(count.isdecimal() for count in counts) else None
