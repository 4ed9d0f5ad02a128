"""The addresses that answer with whole pages: a post, and the style sheet of them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from archiblogue.web.archive import open_current
from archiblogue.web.desk.routes import parameters_of, words_of
from archiblogue.web.html import element
from archiblogue.web.paths import POST, STYLE
from archiblogue.web.post.document_html import document_html
from archiblogue.web.post.standing_page import POLICY, missing_page, standing_page
from archiblogue.web.style import style_sheet
from archiblogue.web.texts import Words
from ingest.errors import ArchiveError, ArchiveNotFoundError, UsageError

if TYPE_CHECKING:
    from starlette.requests import Request

    from index.storage.rows import DocumentRecord

_A_YEAR_S: Final = 31_536_000
HEADERS: Final = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}


def post_routes() -> list[Route]:
    """The routes, to be served beside Streamlit's own."""
    return [Route(f"/{POST}", _post), Route(STYLE, _style)]


def _post(request: Request) -> Response:
    """The post that the parameters `id` and `p` name; 404 with a sentence where there is none."""
    try:
        parameters = parameters_of(request)
    except ValueError:
        parameters = {}
    words = words_of(parameters)
    doc_id = (parameters.get("id") or [""])[0]
    passage_id = (parameters.get("p") or [""])[0]
    if not doc_id and not passage_id:
        return _missing(words("document.none"), words("document.none.detail"), words)
    try:
        archive = open_current()
        document = archive.document(doc_id or archive.passage(passage_id).doc_id)
    except (UsageError, ArchiveNotFoundError):
        return _missing(words("document.missing"), words("document.missing.detail"), words)
    except ArchiveError as error:
        sentence = element("p", str(error), lang="fr")
        heading = words("error.heading")
        page = standing_page(heading, element("div", element("h1", heading), sentence), words)
        return HTMLResponse(page, 503, HEADERS)
    title = _title(document, words)
    return HTMLResponse(
        standing_page(title, document_html(document, passage_id, words), words), 200, HEADERS
    )


def _title(document: DocumentRecord, words: Words) -> str:
    title = document.title or words("card.untitled")
    return f"{title} · {document.site}" if document.site else title


def _missing(heading: str, detail: str, words: Words) -> Response:
    return HTMLResponse(missing_page(heading, detail, words), 404, HEADERS)


def _style(_request: Request) -> Response:
    headers = {"Cache-Control": f"private, max-age={_A_YEAR_S}, immutable"}
    return Response(style_sheet(), 200, headers, "text/css; charset=utf-8")
