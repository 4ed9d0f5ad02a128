"""Elements of an XML file one at a time, without entities, network or external files.

Three fences: a prologue that declares an entity is refused before the parser sees it, the
parser resolves nothing and loads no DTD, and libxml2's own limits stay on (`huge_tree` off).
Repairable damage (control characters, unclosed elements) is repaired, and said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final, cast

from lxml import etree

from ingest.errors import ExtractionError
from ingest.sources.blob import Blob

_PROLOGUE_BYTES: Final = 65_536
_PROLOGUE_PART = re.compile(rb"\s*(<\?.*?\?>|<!--.*?-->)", re.DOTALL)
_DOCTYPE = re.compile(rb"\s*<!DOCTYPE", re.IGNORECASE)
_HARMLESS_DOCTYPE = re.compile(
    rb"""\s*<!DOCTYPE\s+[\w:.-]+(\s+(PUBLIC|SYSTEM)(\s+("[^"]*"|'[^']*')){1,2})?\s*>"""
    rb"""(\s*(<\?.*?\?>|<!--.*?-->))*\s*<[A-Za-z_:\x80-\xff]""",
    re.IGNORECASE | re.DOTALL,
)
_ROOT = re.compile(rb"\s*<[A-Za-z_:\x80-\xff]")
_FORBIDDEN_CONTROLS: Final = bytes(code for code in range(32) if code not in (0x09, 0x0A, 0x0D))
_NAMES: Final = (
    ("//wordpress.org/export/1", "wp"),
    ("//purl.org/rss/1.0/modules/content/", "content"),
    ("//purl.org/dc/elements/1.1/", "dc"),
    ("//www.disqus.com/", "dsq"),
    ("//disqus.com/disqus-internals", "dsq"),
    ("//purl.org/syndication/thread/1.0", "thr"),
    ("//purl.org/atom/app#", "app"),
    ("//www.w3.org/2007/app", "app"),
    ("//schemas.google.com/blogger/", "blogger"),
)


def refuse_entities(head: bytes) -> None:
    """Nothing, when the prologue of an XML file is harmless.

    Raises:
        ExtractionError: slug `xml-entites` (a DOCTYPE with an internal subset, or declared
            entities), `xml-prologue` (no root element within 64 kB).
    """
    # UTF-16 hides markup between null bytes; nothing of the prologue needs them.
    text = head[:_PROLOGUE_BYTES].replace(b"\0", b"")
    start = max(text.find(b"<"), 0)
    while part := _PROLOGUE_PART.match(text, start):
        start = part.end()
    if not _DOCTYPE.match(text, start):
        if _ROOT.match(text, start):
            return
        raise ExtractionError(
            "xml-prologue", "Fichier XML sans élément racine lisible\u00a0: vérifiez le fichier."
        )
    if not _HARMLESS_DOCTYPE.match(text, start):
        raise ExtractionError(
            "xml-entites",
            "Fichier XML refusé\u00a0: il déclare ses propres entités, ce qu\u2019aucun export de "
            "blog ne fait. Retirez la déclaration DOCTYPE s\u2019il est légitime.",
        )


class _CleanStream:
    """Bytes without the control characters that XML forbids, starting at the first `<`."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._started = False
        self._is_wide = False

    def read(self, size: int = -1) -> bytes:
        part = self._raw.read(size)
        if not self._started and part:
            self._started = True
            self._is_wide = part.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in part[:4]
            if not self._is_wide:
                part = part[max(part.find(b"<"), 0) :]
        if self._is_wide:
            return part
        cleaned = part.translate(None, _FORBIDDEN_CONTROLS)
        # An empty answer means the end to the parser.
        return cleaned if cleaned or not part else b" "


def iter_elements(blob: Blob, *tags: str, depth: int = 1) -> Iterator[etree._Element]:
    """Each closed element named in `tags` (local names) in order, then freed.

    Only those with at most `depth` ancestors: `title` is a field of the channel and of items.

    Everything before it in the tree is freed too: memory stays at one element.

    Raises:
        ExtractionError: slug `xml-entites`, `xml-prologue` or `xml-illisible`.
    """
    refuse_entities(blob.head(_PROLOGUE_BYTES))
    with blob.open() as raw:
        parser = etree.iterparse(
            cast("BinaryIO", _CleanStream(raw)),
            events=("end",),
            tag=[f"{{*}}{tag}" for tag in tags],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            recover=True,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for _event, element in parser:
                if sum(1 for _ in element.iterancestors()) <= depth:
                    yield element
                    _free(element)
        except etree.XMLSyntaxError as error:
            raise ExtractionError(
                "xml-illisible",
                f"XML illisible à la ligne {error.lineno or 1}\u00a0: ce qui précède est gardé. "
                "Refaites l\u2019export si des billets manquent.",
            ) from error
        damage = _fatal(parser)
    if damage:
        raise ExtractionError("xml-endommage", damage)


def _free(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    if parent is None:
        return
    while element.getprevious() is not None:
        del parent[0]


def _fatal(parser: object) -> str | None:
    """A French sentence about what the parser had to repair, or None."""
    log = getattr(parser, "error_log", None)
    if not log:
        return None
    fatal = [entry for entry in log if entry.level >= etree.ErrorLevels.FATAL]
    if not fatal:
        return None
    return (
        f"XML endommagé, réparé au mieux (première faute à la ligne {fatal[0].line})\u00a0: "
        "les billets lisibles sont gardés\u202f; refaites l\u2019export si des billets manquent."
    )


def name_of(element: etree._Element) -> str:
    """`prefix:local` with this module's own prefixes, whatever the file calls them."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    if not tag.startswith("{"):
        return tag
    namespace, local = tag[1:].split("}", 1)
    namespace = namespace.removeprefix("http:").removeprefix("https:")
    if namespace.endswith("/excerpt/"):
        return f"excerpt:{local}"
    for start, prefix in _NAMES:
        if namespace.startswith(start):
            return f"{prefix}:{local}"
    return local


def fields_of(element: etree._Element) -> dict[str, str]:
    """The text of each child by name; the first non-empty wins, blanks are stripped."""
    fields: dict[str, str] = {}
    for child in element:
        name = name_of(child)
        text = "".join(map(str, child.itertext())) if len(child) else (child.text or "")
        if name and not fields.get(name):
            fields[name] = text.strip()
    return fields
