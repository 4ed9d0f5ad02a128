"""Menus of a site in the text of its pages: short list entries, one after the other."""

from __future__ import annotations

import re
from typing import Final

from ingest.clean import match_line
from ingest.plaintext.layout import Layout
from ingest.plaintext.markers import BULLET_FORM, find_nested_marker, without_marker

__all__ = ["find_menus", "is_sentence"]

_MIN_ENTRIES: Final = 3
_MAX_ENTRY_CHARS: Final = 90
_MAX_TITLE_CHARS: Final = 50
_MAX_QUESTION_CHARS: Final = 30
_SENTENCE_END = re.compile(r"[.!?…][\s»”\")\]]*(?:[:;8xX][-^']?[)(DPpoO3|/]+|\W)*$")


def is_sentence(text: str) -> bool:
    """Whether the line ends as people end what they say; labels and menus do not."""
    return bool(_SENTENCE_END.search(text)) and "©" not in text


def find_menus(layout: Layout, start: int, stop: int) -> list[tuple[int, int]]:
    """The menus between two lines, each as `[first, last)` with its title.

    A menu is a run of at least three short entries of a bullet list, none a sentence or the head
    of a comment; two are enough under the title of a widget.
    """
    menus: list[tuple[int, int]] = []
    i = start
    while i < stop:
        if not _is_entry(layout, i):
            i += 1
            continue
        first = i
        while i < stop and _is_entry(layout, i):
            i += 1
        title = first - 1
        has_title = title >= start and _is_title(layout, title)
        rule = match_line(layout.lines[title].text) if has_title else None
        n_needed = 1 if rule is not None and rule.section else _MIN_ENTRIES
        if i - first >= n_needed:
            menus.append((title if has_title else first, i))
    return menus


def _is_entry(layout: Layout, i: int) -> bool:
    line = layout.lines[i]
    marker = find_nested_marker(line)
    if marker is None or marker.form != BULLET_FORM or len(line.text) > _MAX_ENTRY_CHARS:
        return False
    if layout.is_button(i) or any(head.has_date for head in layout.heads(i)):
        return False
    text = without_marker(line).text
    is_question = text[-1] == "?" and len(text) <= _MAX_QUESTION_CHARS  # « Où sommes-nous ? »
    return is_question or (not is_sentence(text) and text[-1] not in ",;:")


def _is_title(layout: Layout, i: int) -> bool:
    text = layout.lines[i].text
    return len(text) <= _MAX_TITLE_CHARS and not is_sentence(text) and not layout.heads(i)
