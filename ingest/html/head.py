"""What the head of a page states: meta elements and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from ingest.text import strip_invisible

__all__ = ["clean", "is_post", "linked_data", "metas"]


def clean(text: str | None) -> str | None:
    """`text` on one line without invisible signs, None when nothing is left."""
    if not text:
        return None
    return " ".join(strip_invisible(text).split()) or None


def metas(tree: HtmlElement) -> dict[str, str]:
    """The first content of each meta element, by its name in lower case."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content and name.lower() not in found:
            found[name.lower()] = content
    return found


def linked_data(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD, nested graphs flattened, at most 200."""
    n = 0
    for element in tree.iter("script"):
        if "ld+json" not in (element.get("type") or "") or not element.text:
            continue
        try:
            stack: list[Any] = [json.loads(element.text)]
        except (ValueError, RecursionError):
            continue
        while stack and n < 200:
            value = stack.pop()
            n += 1
            if isinstance(value, list):
                stack.extend(reversed(value))
            elif isinstance(value, dict):
                yield value
                stack.extend(value[key] for key in ("@graph", "mainEntity") if key in value)


def is_post(value: dict[str, Any]) -> bool:
    """Whether an object of JSON-LD describes the page's post."""
    kinds = value.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(
        isinstance(name, str) and re.search(r"Article|BlogPosting|WebPage|Posting|Report", name)
        for name in names
    )
