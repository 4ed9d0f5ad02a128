"""From markup to a tree: what browsers repair and libxml2 does not is repaired here."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

__all__ = ["parse_html"]

_HEAD_TAGS: Final = frozenset(
    [
        "title",
        "meta",
        "link",
        "base",
        "script",
        "style",
        "noscript",
        "template",
        "object",
        "bgsound",
    ]
)
# libxml2 drops what stands deeper than 256 elements; pages with hundreds of unclosed <font> or
# <div> exist. Beyond this many the containers are taken out and the text is kept.
_MAX_DEPTH: Final = 200
_DEEP_TAG = re.compile(
    r"<(/?)(?!(?:p|br|li|dt|dd|tr|td|th|hr|img|input|meta|link|h[1-6]|option|html|head|body)\b)"
    r"[a-zA-Z][^<>]*(?<!/)>"
)
_IS_DEEP = etree.XPath("boolean(" + "/*" * _MAX_DEPTH + ")")
_THREAD_FRAME = re.compile(r"gsc-comment|timeline-comment|dsq-|post-message|isso-comment|comment-")
_MAX_FRAMES: Final = 20


class _Lookup(etree.ElementDefaultClassLookup):  # type: ignore[misc]
    """Elements of lxml.html, which trafilatura asks for."""

    def __init__(self) -> None:
        super().__init__(element=HtmlElement)


_LOOKUP = _Lookup()


def parse_html(text: str) -> HtmlElement | None:
    """The tree of the page, or None where there is no element at all."""
    parser = _new_parser()
    root = _parse(text, parser)
    is_deep = root is None or bool(_IS_DEEP(root))
    if is_deep and _nesting(text) > _MAX_DEPTH:
        return _parse(_DEEP_TAG.sub("\n", text), parser)
    return root


def _new_parser() -> etree.HTMLParser:
    parser = etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    parser.set_element_class_lookup(_LOOKUP)
    return parser


def _parse(text: str, parser: etree.HTMLParser) -> HtmlElement | None:
    # NUL would end the text for the parser; surrogates cannot be encoded.
    content = text.replace("\x00", "").encode("utf-8", "replace")
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if not isinstance(root, HtmlElement):
        return None
    _end_head(root)
    if "srcdoc" in text:
        _open_frames(root)
    return root


def _end_head(root: HtmlElement) -> None:
    """Give the body what the parser left in the head: it knows no `<article>`, which ends the head.

    Pages may leave `<body>` out, and minifiers do.
    """
    head = root.find("head")
    if head is None:
        return
    names = (n for n, child in enumerate(head) if child.tag not in _HEAD_TAGS)
    first = next(names, None)
    if first is None:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    strays = head[first:]
    strays[-1].tail = (strays[-1].tail or "") + (body.text or "")
    body.text = None
    for place, stray in enumerate(strays):
        body.insert(place, stray)


def _open_frames(root: HtmlElement) -> None:
    """Put the threads of comments that a page was saved with in frames (giscus, Disqus) into it."""
    for frame in list(root.iter("iframe"))[:_MAX_FRAMES]:
        inner = frame.get("srcdoc") or ""
        if _THREAD_FRAME.search(inner) is None:
            continue
        del frame.attrib["srcdoc"]
        tree = _parse(inner.replace("srcdoc", ""), _new_parser())
        body = tree.find("body") if tree is not None else None
        if body is not None:
            frame.tag = "div"
            frame.text = body.text
            frame.extend(body)


def _nesting(text: str) -> int:
    """An upper bound of how deep containers nest: unclosed ones count for ever."""
    depth = deepest = 0
    for match in _DEEP_TAG.finditer(text):
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        deepest = max(deepest, depth)
    return deepest
