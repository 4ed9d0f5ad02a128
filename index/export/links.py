"""Addresses that lead back to a passage: in the page that shows it, in its source, in the Wayback
Machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from index.export.search_record import Asked
    from index.model import Filters

WAYBACK: Final = "https://web.archive.org/web/"
# A browser looks for the whole text of a short passage, for the two ends of a long one.
_WHOLE_CHARS: Final = 120
_END_WORDS: Final = 5
_DIGITS: Final = re.compile(r"\d+")
# The numbers of passages that the page shows.
PAGE_COUNTS: Final = (10, 20, 50, 100)
_WEB: Final = ("http://", "https://")


def fragment_url(url: str | None, text: str) -> str | None:
    """The address with a text fragment (WICG, « Text Fragments ») that opens it on `text`."""
    words = text.split()
    if url is None or not url.lower().startswith(_WEB) or not words:
        return None
    whole = " ".join(words)
    if len(whole) <= _WHOLE_CHARS or len(words) <= 2 * _END_WORDS:
        sought = _encode(whole)
    else:
        first, last = " ".join(words[:_END_WORDS]), " ".join(words[-_END_WORDS:])
        sought = f"{_encode(first)},{_encode(last)}"
    return f"{url}{'' if '#' in url else '#'}:~:text={sought}"


def wayback_url(url: str | None, date: str | None) -> str | None:
    """The address of the capture nearest to `date`, the latest where the date is not known."""
    if url is None or not url.lower().startswith(_WEB):
        return None
    moment = "".join(_DIGITS.findall(date))[:14] if date else ""
    return f"{WAYBACK}{moment}{'/' if moment else ''}{url}"


def passage_permalink(page: str, doc_id: str, passage_id: str) -> str:
    """The address of a passage in the post that holds it, on the page served at `page`."""
    return f"{page.rstrip('/')}/billet?{urlencode({'id': doc_id, 'p': passage_id})}"


def search_permalink(page: str, asked: Asked) -> str:
    """The address that asks a question again with all its settings, on the page at `page`.

    Filters go into the question, in its own language of fields: the page's lists hold whole names
    and whole years only.
    """
    query = asked.query
    pairs = [("q", " ".join([query.text, *_fields(query.filters)])), ("mode", query.mode.value)]
    shown = next((k for k in PAGE_COUNTS if k >= query.k), PAGE_COUNTS[-1])
    pairs.append(("k", str(shown)))
    pairs += [] if query.expand else [("exact", "true")]
    pairs += [("sans", form) for form in query.without]
    pairs += [("plus", passage_id) for passage_id in asked.more_like]
    pairs += [("moins", passage_id) for passage_id in asked.less_like]
    return f"{page.rstrip('/')}/?{urlencode(pairs)}"


def _fields(filters: Filters) -> list[str]:
    """The filters as they are typed in a question."""
    fields = [("role", ",".join(sorted(role.value for role in filters.roles)))]
    fields += [("auteur", name) for name in filters.authors]
    fields += [("site", site) for site in filters.sites]
    fields += [("titre", title) for title in filters.titles]
    fields += [("langue", language) for language in filters.languages]
    fields += [("après", filters.after or ""), ("avant", filters.before or "")]
    fields += [("date", "inconnue" if filters.undated else "")]
    unquoted = ((name, value.replace('"', " ").strip()) for name, value in fields)
    return [
        f'{name}:"{value}"' if " " in value else f"{name}:{value}"
        for name, value in unquoted
        if value
    ]


def _encode(text: str) -> str:
    """Percent-encoded, the characters that have a meaning in a fragment included."""
    return quote(text, safe="", errors="replace").replace("-", "%2D")
