"""Bodies of exports as HTML: paragraphs that a platform keeps as blank lines get their tags."""

from __future__ import annotations

import html
import re

_BLOCK = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|li|table|blockquote|pre|section|article|figure|dl|form|hr)\b",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"<p\b", re.IGNORECASE)
_PRESERVED = re.compile(
    r"<(pre|script|style|table|ul|ol|dl|blockquote|figure)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_DOUBLE_BREAK = re.compile(r"(?:<br\s*/?>\s*){2,}", re.IGNORECASE)
_BLOCK_START = re.compile(r"(?=<(?:div|h[1-6]|section|article|hr|form)\b)", re.IGNORECASE)
_BLOCK_END = re.compile(r"(?<=</)(div|h[1-6]|section|article|form)(\s*>)", re.IGNORECASE)
_CAPTION = re.compile(r"\[(wp_)?caption\b[^\]]*\](.*?)\[/(wp_)?caption\]", re.DOTALL)
_MEDIA_SHORTCODE = re.compile(
    r"\[/?(gallery|embed|audio|video|playlist|youtube|dailymotion|vimeo|soundcloud)\b[^\]]*\]"
)


def wordpress_html(body: str) -> str:
    """A WordPress body as the site would show it: blank lines become paragraphs.

    The core's own shortcodes for pictures and players go; a caption's text stays.
    """
    body = _HIDDEN.sub("", body)
    body = _CAPTION.sub(lambda found: f"<figure>{found[2]}</figure>", body)
    body = _MEDIA_SHORTCODE.sub("", body)
    return paragraphs(body)


def paragraphs(body: str) -> str:
    """The body with `<p>` where it has blank lines or double `<br>`; unchanged if it has `<p>`."""
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    if _PARAGRAPH.search(body):
        return body
    kept: list[str] = []
    end = 0
    for found in _PRESERVED.finditer(body):
        kept.extend(_wrap(body[end : found.start()]))
        kept.append(found[0])
        end = found.end()
    kept.extend(_wrap(body[end:]))
    return "\n".join(kept)


def _wrap(run: str) -> list[str]:
    """Blocks of a stretch of text: those that already are blocks stay as they are."""
    run = _DOUBLE_BREAK.sub("\n\n", run)
    run = _BLOCK_END.sub(r"\1\2\n\n", _BLOCK_START.sub("\n\n", run))
    blocks = [block.strip() for block in re.split(r"\n\s*\n", run)]
    return [
        block if _BLOCK.match(block) else "<p>" + block.replace("\n", "<br>\n") + "</p>"
        for block in blocks
        if block
    ]


def text_to_html(text: str) -> str:
    """Plain text as HTML: escaped, with its paragraphs."""
    return paragraphs(html.escape(text, quote=False))


def plain_title(markup: str | None) -> str | None:
    """A title without tags and entities, or None when nothing is left."""
    if not markup:
        return None
    bare = html.unescape(re.sub(r"<[^<>]*>", "", markup))
    return " ".join(bare.split()) or None
