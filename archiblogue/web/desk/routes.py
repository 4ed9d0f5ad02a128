"""The addresses that the desk reads from: posts, neighbours in meaning, citations, files.

They stand behind the same guard and the same headers as the page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from archiblogue.web.archive import open_current
from archiblogue.web.desk.address import Parameters
from archiblogue.web.desk.citing import citation_json
from archiblogue.web.desk.files import make_file, read_order
from archiblogue.web.desk.hits import hit_json
from archiblogue.web.desk.notebook import mark_seen, save_search, searches_json
from archiblogue.web.desk.reading import reading_json
from archiblogue.web.map.passages import map_passages_json
from archiblogue.web.map.points import map_json
from archiblogue.web.texts import Words
from ingest.errors import ArchiveError, ArchiveNotFoundError, UsageError

if TYPE_CHECKING:
    from starlette.requests import Request

    from index.archive import Archive

N_SIMILAR: Final = 8
_MAX_FORM_BYTES: Final = 1_000_000
_NOT_KEPT: Final = {"Cache-Control": "no-store"}
_LOGGER: Final = logging.getLogger(__name__)

Answerer = Callable[["Archive", Parameters, Words, str], Mapping[str, Any]]


def desk_routes() -> list[Route]:
    """The routes, to be served beside Streamlit's own."""
    return [
        Route("/bureau/billet", _json(_post)),
        Route("/bureau/proches", _json(_similar)),
        Route("/bureau/citation", _json(_citation)),
        Route("/bureau/carte", _json(_map)),
        Route("/bureau/carte/passages", _json(_map_passages)),
        Route("/bureau/fichier", _file, methods=["GET", "POST"]),
        Route("/bureau/recherches", _json(_searches)),
        Route("/bureau/recherches", _change_searches, methods=["POST"]),
    ]


def parameters_of(request: Request) -> dict[str, list[str]]:
    """The parameters of an address, each with its values."""
    return parse_qs(request.url.query, max_num_fields=500, errors="replace")


def words_of(parameters: Parameters) -> Words:
    """The words of the language that an address asks for."""
    return Words("en" if list(parameters.get("lang") or ()) == ["en"] else "fr")


def page_of(request: Request) -> str:
    """Where this page is served, for permalinks."""
    return f"{request.url.scheme}://{request.url.netloc}"


def _json(answer: Answerer) -> Callable[[Request], Response]:
    def answered(request: Request) -> Response:
        try:
            parameters = parameters_of(request)
            found = answer(open_current(), parameters, words_of(parameters), page_of(request))
        except (UsageError, ArchiveNotFoundError, ValueError) as error:
            said = str(error) if isinstance(error, ArchiveError) else "Adresse illisible."
            return JSONResponse({"error": said}, 404, _NOT_KEPT)
        except ArchiveError as error:
            _LOGGER.warning("the desk could not be answered: %s", error)
            return JSONResponse({"error": str(error)}, 503, _NOT_KEPT)
        return JSONResponse(found, 200, _NOT_KEPT)

    return answered


def _post(archive: Archive, parameters: Parameters, words: Words, _page: str) -> Mapping[str, Any]:
    return reading_json(archive, _first(parameters, "id"), parameters, words)


def _similar(
    archive: Archive, parameters: Parameters, words: Words, _page: str
) -> Mapping[str, Any]:
    near = archive.similar(_first(parameters, "p"), N_SIMILAR)
    return {"hits": [hit_json(hit, words) for hit in near.hits]}


def _citation(
    archive: Archive, parameters: Parameters, _words: Words, page: str
) -> Mapping[str, Any]:
    return citation_json(archive, _first(parameters, "p"), page)


def _map(archive: Archive, _parameters: Parameters, words: Words, _page: str) -> Mapping[str, Any]:
    return map_json(archive, words)


def _map_passages(
    archive: Archive, parameters: Parameters, words: Words, _page: str
) -> Mapping[str, Any]:
    return map_passages_json(archive, parameters, words)


def _searches(
    archive: Archive, _parameters: Parameters, words: Words, _page: str
) -> Mapping[str, Any]:
    return searches_json(archive, words)


async def _change_searches(request: Request) -> Response:
    """Keep a search (`action=garder`), or note that its news were seen (`action=vu`)."""
    from starlette.concurrency import run_in_threadpool

    try:
        given = await _form(request)
        change = {"garder": save_search, "vu": mark_seen}[_first(given, "action")]
        await run_in_threadpool(lambda: change(open_current(), given))
    except (ArchiveError, ValueError, KeyError) as error:
        said = str(error) if isinstance(error, ArchiveError) else "Formulaire illisible."
        return JSONResponse({"error": said}, 400, _NOT_KEPT)
    return JSONResponse({}, 200, _NOT_KEPT)


async def _file(request: Request) -> Response:
    from starlette.concurrency import run_in_threadpool

    try:
        given = await _form(request) if request.method == "POST" else parameters_of(request)
        order = read_order(given, page_of(request))
        made = await run_in_threadpool(lambda: make_file(open_current(), order))
    except (ArchiveError, ValueError) as error:
        said = str(error) if isinstance(error, ArchiveError) else "Formulaire illisible."
        return PlainTextResponse(said, 400, _NOT_KEPT)
    headers = {**_NOT_KEPT, "Content-Disposition": f'attachment; filename="{made.name}"'}
    return StreamingResponse(made.pieces, 200, headers, made.media_type)


async def _form(request: Request) -> dict[str, list[str]]:
    """The fields of a form that a browser sends as an address.

    Raises:
        ValueError: it is too long, or no such form.
    """
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MAX_FORM_BYTES:
            raise ValueError("form too long")
    return parse_qs(body.decode("ascii"), max_num_fields=6_000)


def _first(parameters: Parameters, name: str) -> str:
    values = parameters.get(name) or ("",)
    return values[0]
