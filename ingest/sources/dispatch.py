"""From a recognised content to its reader; archives lead back here for their members."""

from __future__ import annotations

import mimetypes
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from ingest.errors import ExtractionError
from ingest.limits import MAX_WHOLE_BYTES, read_limited
from ingest.model import Page, Rejection, StructuredPost
from ingest.sources.blob import Blob, bytes_blob
from ingest.sources.blogger import iter_blogger
from ingest.sources.disqus import iter_disqus
from ingest.sources.dotclear import iter_dotclear
from ingest.sources.feed import iter_feed
from ingest.sources.json_exports import Replies, iter_json
from ingest.sources.medium import read_medium
from ingest.sources.mhtml import iter_mhtml
from ingest.sources.movable_type import iter_movable_type
from ingest.sources.overblog import iter_overblog
from ingest.sources.page import read_single_page
from ingest.sources.recognise import Format, recognise
from ingest.sources.warc import iter_warc
from ingest.sources.wxr import iter_wxr
from ingest.sources.zip_archive import iter_members

Found = Page | StructuredPost | Rejection

_MAX_DEPTH: Final = 3
"""Archives in one another: a WARC, gzipped, in a WACZ, in a ZIP is as deep as real ones go."""

_BESIDE_PAGES: Final = frozenset({"binaire", "habillage", "json-inconnu", "xml-inconnu"})
"""What browsers and tools leave beside pages: counted in a folder, named when given alone."""

_ASSET_TYPES: Final = (
    "image/", "audio/", "video/", "font/", "text/css", "text/javascript", "application/javascript",
)  # fmt: skip

_READERS: Final[dict[Format, Callable[[Blob], Iterator[Found]]]] = {
    Format.WARC: iter_warc,
    Format.MHTML: iter_mhtml,
    Format.WXR: iter_wxr,
    Format.DISQUS: iter_disqus,
    Format.BLOGGER: iter_blogger,
    Format.OVER_BLOG: iter_overblog,
    Format.FEED: iter_feed,
    Format.DOTCLEAR: iter_dotclear,
    Format.MOVABLE_TYPE: iter_movable_type,
}
_REFUSALS: Final = {
    Format.EMPTY: ("vide", "Fichier vide\u00a0: rien à lire."),
    Format.BINARY: ("binaire", "Ni page, ni export\u00a0: contenu binaire, laissé de côté."),
    Format.ASSET: ("habillage", "Style, script ou code\u00a0: laissé de côté."),
    Format.XML: (
        "xml-inconnu",
        "XML qui n\u2019est ni un export de blog, ni un fil, ni un plan de site\u00a0: non lu.",
    ),
    Format.SITEMAP: (
        "plan-de-site",
        "Plan de site enregistré\u00a0: donnez son adresse http(s) pour lire ses pages.",
    ),
}


def read_blob(blob: Blob, beside: Replies | None = None) -> Iterator[Found]:
    """Everything that a content holds, or one rejection that says why it gives nothing.

    `beside` holds WordPress comments of the same folder, for the posts of a JSON file.
    """
    try:
        kind = recognise(blob.head(), blob.name)
        n_found = 0
        for found in _read(blob, kind, beside):
            n_found += 1
            yield found
    except ExtractionError as error:
        yield Rejection(blob.name, "source", error.slug, error.detail)
        return
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        yield Rejection(
            blob.name,
            "source",
            "illisible",
            f"Fichier illisible ({reason[:120]})\u00a0: vérifiez ses droits et son support.",
        )
        return
    if not n_found:
        detail = f"Export de type «\u00a0{kind}\u00a0» sans billet ni page\u00a0: rien à lire."
        yield Rejection(blob.name, "source", "sans-contenu", detail)


def _read(blob: Blob, kind: Format, beside: Replies | None) -> Iterator[Found]:
    if kind in _REFUSALS:
        yield Rejection(blob.name, "source", *_REFUSALS[kind])
    elif kind is Format.MEDIUM:
        yield read_medium(blob)
    elif kind is Format.HTML:
        yield read_single_page(blob, "text/html")
    elif kind is Format.TEXT:
        yield read_single_page(blob, "text/plain")
    elif kind is Format.JSON:
        yield from iter_json(blob, beside)
    elif kind in (Format.ZIP, Format.GZIP):
        yield from _read_archive(blob, kind)
    else:
        yield from _READERS[kind](blob)


def _read_archive(blob: Blob, kind: Format) -> Iterator[Found]:
    if blob.depth >= _MAX_DEPTH:
        detail = f"Plus de {_MAX_DEPTH} archives l\u2019une dans l\u2019autre\u00a0: non ouverte."
        yield Rejection(blob.name, "limits", "archive-imbriquee", detail)
    elif kind is Format.GZIP:
        yield from read_blob(blob.inflated())
    else:
        yield from _read_zip(blob)


def _read_zip(blob: Blob) -> Iterator[Found]:
    """Members of a ZIP; of a WACZ only its WARCs, for the rest describes them."""
    members = list(iter_members(blob))
    names = {member.name for member in members if isinstance(member, Blob)}
    prefix = f"{blob.name}/"
    is_wacz = f"{prefix}datapackage.json" in names and any(
        name.startswith(f"{prefix}archive/") for name in names
    )
    skipped: list[str] = []
    for member in members:
        if isinstance(member, Rejection):
            yield member
        elif is_wacz and not member.name.startswith(f"{prefix}archive/"):
            continue
        else:
            yield from without_assets(_read_member(member), skipped)
    yield from assets_rejection(blob.name, skipped)


def _read_member(member: Blob) -> Iterator[Found]:
    try:
        opened = _seekable(member)
    except ExtractionError as error:
        yield Rejection(member.name, "limits", error.slug, error.detail)
        return
    yield from read_blob(opened)


def _seekable(member: Blob) -> Blob:
    """The member; a ZIP in a ZIP is read into memory, for it needs random access.

    Raises:
        ExtractionError: it is damaged or out of bounds.
    """
    if not member.head(4).startswith(b"PK"):
        return member
    with member.open() as stream:
        content = read_limited(stream, MAX_WHOLE_BYTES)
    return bytes_blob(content, member.name, depth=member.depth)


def without_assets(found: Iterator[Found], skipped: list[str]) -> Iterator[Found]:
    """What was found, less the files beside pages: their paths go to `skipped`."""
    for one in found:
        if isinstance(one, Rejection) and _is_beside_pages(one):
            skipped.append(one.source_path)
        else:
            yield one


def _is_beside_pages(rejection: Rejection) -> bool:
    """Whether nobody took the file for a page. A binary `billet.html` is a page that was lost."""
    if rejection.slug not in _BESIDE_PAGES:
        return False
    media_type = mimetypes.guess_type(rejection.source_path)[0] or ""
    return rejection.slug != "binaire" or media_type.startswith(_ASSET_TYPES)


def assets_rejection(source: str, skipped: list[str]) -> Iterator[Rejection]:
    """One rejection that counts the files which are no pages, by their endings."""
    if not skipped:
        return
    counts: dict[str, int] = {}
    for path in skipped:
        name = path.rpartition("/")[2]
        suffix = "." + name.rpartition(".")[2].lower() if "." in name else "sans extension"
        counts[suffix] = counts.get(suffix, 0) + 1
    kinds = ", ".join(f"{count} × {suffix}" for suffix, count in sorted(counts.items()))
    yield Rejection(
        f"{source}#fichiers-joints",
        "source",
        "hors-pages",
        f"Images, styles et autres fichiers qui ne sont pas des pages, non lus\u00a0: {kinds}.",
    )
