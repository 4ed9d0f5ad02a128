"""Remarks beside what is shown, as HTML."""

from __future__ import annotations

from archiblogue.web.desk.remarks import error_json
from archiblogue.web.html import Markup, element
from archiblogue.web.texts import Words


def notice_html(heading: str | None, body: Markup, *, is_alert: bool = False) -> Markup:
    """A remark beside the results; an alert is read aloud and carries a heading."""
    return element(
        "div",
        element("h2", heading) if heading else None,
        element("div", body),
        class_="notice alert" if is_alert else "notice",
        role="alert" if is_alert else "note",
    )


def error_html(error: Exception, words: Words) -> Markup:
    """Why a question cannot be answered, in the page's language where the engine gave facts."""
    said = error_json(error, words)
    body = element("span", said["text"], lang=said["language"])
    return notice_html(words("error.query"), body, is_alert=True)
