"""The lines that announce the comments of a page, and where the first comment may begin."""

from __future__ import annotations

from typing import Final

from ingest.clean import match_line
from ingest.plaintext.counters import Counter, read_counter
from ingest.plaintext.layout import Layout, Shape
from ingest.text import fold_line

__all__ = ["above_first", "find_anchors"]

_MAX_ANCHORS: Final = 12
_MAX_ABOVE: Final = 8  # lines between the title of the comments and the first of them
_LABELS: Final = frozenset({"commentaire", "comment", "reponse", "response", "message"})


def find_anchors(layout: Layout) -> list[tuple[int, Counter | None]]:
    """The lines that announce comments; a form's title does, where comments stand under it."""
    found: list[tuple[int, Counter | None]] = []
    for i, line in enumerate(layout.lines):
        counter = read_counter(line.text)
        if counter is not None and not _is_field(layout, i):
            found.append((i, counter))
        elif len(line.text) < 60 and (rule := layout.rule(i)) is not None and rule.opens_form:
            found.append((i, None))
    if len(found) <= _MAX_ANCHORS:
        return found
    half = _MAX_ANCHORS // 2
    return found[:half] + found[-half:]


def _is_field(layout: Layout, i: int) -> bool:
    """« Commentaire », « Réponse » alone: the label of a field, a button under a comment."""
    if fold_line(layout.lines[i].text).rstrip(" :*") not in _LABELS:
        return False
    near = [j for j in range(max(0, i - 3), min(len(layout), i + 4)) if j != i]
    return layout.is_button(i) or any(
        (rule := match_line(layout.lines[j].text)) is not None
        and (rule.form_field or rule.opens_form)
        for j in near
    )


def above_first(layout: Layout, anchor: int) -> tuple[list[int], int, bool]:
    """The lines from the title of the comments to what may be the first of them, and its place.

    True when a form or a notice stands between: then only signed comments are any.
    """
    above = [anchor]
    counter = read_counter(layout.lines[anchor].text)
    is_strict = counter is None or counter.n_comments == 0
    for i in range(anchor + 1, min(len(layout), anchor + 1 + _MAX_ABOVE)):
        text = layout.lines[i].text
        rule = layout.rule(i)
        if rule is not None and (rule.section or layout.is_site_part(i)):
            return above, len(layout), True
        is_known = layout.is_heading(i) or (rule is not None and layout.marker(i) is None)
        if not is_known and not _is_label(layout, i, text):
            return above, i, is_strict
        is_strict = is_strict or (rule is not None and (rule.opens_form or rule.closes_comments))
        above.append(i)
    return above, above[-1] + 1, is_strict


def _is_label(layout: Layout, i: int, text: str) -> bool:
    """A button or the number of a page of comments: short, and no head of a comment."""
    if (
        any(head.shape is not Shape.NAME for head in layout.heads(i))
        or layout.marker(i) is not None
    ):
        return False
    return layout.is_button(i) or (text.isdecimal() and len(text) <= 3)
