"""Movable Type and TypePad exports: plain text with one field a line and ruled sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ingest.limits import MAX_PAGE_BYTES, iter_lines, megabytes
from ingest.model import CommentKind, Rejection, StructuredComment, StructuredPost
from ingest.sources.blob import Blob
from ingest.sources.markup import paragraphs, plain_title
from ingest.sources.stamps import exact_date

_ENTRY_RULE: Final = b"--------"
_FIELD = re.compile(r"([A-Z][A-Z _]*):[ \t]?(.*)")
_MULTILINE: Final = frozenset(
    {"BODY", "EXTENDED BODY", "EXCERPT", "KEYWORDS", "COMMENT", "PING", "TAGS", "REPLY"}
)
_COMMENT_FIELDS: Final = frozenset(
    {"AUTHOR", "EMAIL", "IP", "URL", "DATE", "TITLE", "BLOG NAME", "OPENID"}
)


@dataclass(slots=True)
class _Entry:
    fields: dict[str, str] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)
    comments: list[StructuredComment] = field(default_factory=list)


def iter_movable_type(blob: Blob) -> Iterator[StructuredPost | Rejection]:
    """Published entries in the order of the export, with their comments and pings."""
    for number, raw in enumerate(_raw_entries(blob), 1):
        if isinstance(raw, Rejection):
            yield raw
            continue
        text = _decode(raw)
        if text.strip():
            yield _read_entry(text, f"{blob.name}#{number}")


def _raw_entries(blob: Blob) -> Iterator[bytes | Rejection]:
    lines: list[bytes] = []
    n_bytes = 0
    with blob.open() as raw:
        for line in iter_lines(raw):
            if line.rstrip() == _ENTRY_RULE:
                yield b"".join(lines)
                lines, n_bytes = [], 0
                continue
            lines.append(line)
            n_bytes += len(line)
            if n_bytes > MAX_PAGE_BYTES:
                yield Rejection(
                    blob.name,
                    "limits",
                    "trop-gros",
                    f"Billet de plus de {megabytes(MAX_PAGE_BYTES)}\u00a0: la suite n\u2019est "
                    "pas lue. Découpez l\u2019export.",
                )
                return
    yield b"".join(lines)


def _decode(raw: bytes) -> str:
    """Exports carry no label: UTF-8, else the Windows code page of the time."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_entry(text: str, path: str) -> StructuredPost | Rejection:
    entry = _Entry()
    head, *sections = re.split(r"(?m)^-----[ \t]*\n?", text)
    for line in head.splitlines():
        found = _FIELD.fullmatch(line.strip())
        if found and found[1] in ("CATEGORY", "PRIMARY CATEGORY"):
            entry.categories.append(found[2].strip())
        elif found:
            entry.fields.setdefault(found[1], found[2].strip())
    for section in sections:
        _read_section(section.lstrip("\n"), entry)
    fields = entry.fields
    title = plain_title(fields.get("TITLE"))
    if fields.get("STATUS", "Publish").lower() not in ("publish", "published", ""):
        label = f"«\u00a0{title or 'sans titre'}\u00a0»"
        return Rejection(path, "source", "non-publie", f"Billet {label} non publié\u00a0: non lu.")
    bodies = [fields.get("BODY", ""), fields.get("EXTENDED BODY", "")]
    html = "\n\n".join(body for body in bodies if body.strip()) or fields.get("EXCERPT", "")
    return StructuredPost(
        source_path=path,
        identifier=fields.get("BASENAME") or path.rpartition("#")[2],
        html=paragraphs(html),
        title=title,
        author=fields.get("AUTHOR") or None,
        date=exact_date(fields.get("DATE"), "movable-type"),
        url=fields.get("UNIQUE URL") or None,
        categories=tuple(dict.fromkeys(name for name in entry.categories if name)),
        tags=tuple(tag.strip(' "') for tag in fields.get("TAGS", "").split(",") if tag.strip(' "')),
        comments=tuple(entry.comments),
    )


def _read_section(section: str, entry: _Entry) -> None:
    first, _, rest = section.partition("\n")
    found = _FIELD.fullmatch(first.strip())
    if not found or found[1] not in _MULTILINE:
        return
    name = found[1]
    if name in ("COMMENT", "PING", "REPLY"):
        entry.comments.append(_read_comment(rest, name, len(entry.comments) + 1))
    else:
        entry.fields[name] = (found[2] + "\n" + rest).strip()


def _read_comment(body: str, kind: str, number: int) -> StructuredComment:
    fields: dict[str, str] = {}
    lines = body.split("\n")
    while lines:
        found = _FIELD.fullmatch(lines[0].strip())
        if not found or found[1] not in _COMMENT_FIELDS or found[1] in fields:
            break
        fields[found[1]] = found[2].strip()
        lines.pop(0)
    is_ping = kind == "PING"
    return StructuredComment(
        identifier=str(number),
        html=paragraphs("\n".join(lines).strip()),
        author=fields.get("BLOG NAME" if is_ping else "AUTHOR") or None,
        date=exact_date(fields.get("DATE"), "movable-type"),
        url=(fields.get("URL") or None) if is_ping else None,
        kind=CommentKind.TRACKBACK if is_ping else CommentKind.COMMENT,
    )
