"""How one passage is cited: in each style, and by the addresses that lead to it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from archiblogue.web.html import safe_url, shown
from index.export import FORMATS, Manner, Request
from index.export.citations import STYLES
from index.export.links import fragment_url, passage_permalink, wayback_url
from index.export.run import write_export
from ingest.errors import UsageError

if TYPE_CHECKING:
    from index.archive import Archive


def citation_json(archive: Archive, passage_id: str, page: str) -> dict[str, Any]:
    """The citation of a passage in each style that is installed, and its addresses.

    Raises:
        UsageError: there is no such passage.
    """
    hit = archive.passage(passage_id)
    return {
        "id": hit.passage_id,
        "quote": shown(hit.text),
        "styles": [
            {"name": name, "text": text}
            for name in STYLES
            if (text := _cite(archive, passage_id, name, page)) is not None
        ],
        "permalink": passage_permalink(page, hit.doc_id, hit.passage_id),
        "fragment": safe_url(fragment_url(safe_url(hit.url), hit.text)),
        "wayback": safe_url(wayback_url(safe_url(hit.url), hit.date)),
    }


def _cite(archive: Archive, passage_id: str, style: str, page: str) -> str | None:
    """The citation in one style; None where the styles are not installed."""
    stream = io.BytesIO()
    request = Request("selection", passage_ids=(passage_id,))
    try:
        write_export(archive, request, FORMATS["citations"], stream, Manner(page=page, style=style))
    except UsageError:
        return None
    return shown(stream.getvalue().decode("utf-8").strip())
