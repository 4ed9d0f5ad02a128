"""Folders and single files of saved pages, read in the order of their paths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.errors import SourceError
from ingest.limits import MAX_PAGE_BYTES, megabytes
from ingest.model import Page, Rejection

__all__ = ["iter_folder"]

_MEDIA_TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
}


def iter_folder(path: Path, max_page_bytes: int = MAX_PAGE_BYTES) -> Iterator[Page | Rejection]:
    """The pages of a folder and of its folders, or of one file, sorted by path.

    Hidden files and folders, and files of other types, are passed over. `source_path` begins
    with the folder's own name, so that two sources do not name two pages alike.

    Raises:
        SourceError: `path` does not exist, or the folder holds no page.
    """
    if not path.exists():
        raise SourceError(
            f"La source «\u00a0{path}\u00a0» n’existe pas\u00a0: vérifiez le chemin donné."
        )
    root = path.resolve()
    if root.is_file():
        yield _read(root, root.name, max_page_bytes)
        return
    files = [
        file
        for file in sorted(root.rglob("*"))
        if file.suffix.lower() in _MEDIA_TYPES and file.is_file() and not _is_hidden(file, root)
    ]
    if not files:
        raise SourceError(
            f"Le dossier «\u00a0{path}\u00a0» ne contient aucune page .txt ou .html\u00a0: "
            "donnez un dossier de pages enregistrées."
        )
    for file in files:
        yield _read(file, f"{root.name}/{file.relative_to(root).as_posix()}", max_page_bytes)


def _is_hidden(file: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(root).parts)


def _read(file: Path, source_path: str, max_page_bytes: int) -> Page | Rejection:
    try:
        n_bytes = file.stat().st_size
        if n_bytes > max_page_bytes:
            return Rejection(
                source_path,
                "limits",
                "trop-gros",
                f"Fichier de {megabytes(n_bytes)}, au-delà de la limite de "
                f"{megabytes(max_page_bytes)} pour une page.",
            )
        content = file.read_bytes()
    except OSError as error:
        return Rejection(
            source_path,
            "source",
            "illisible",
            f"Fichier illisible ({error.strerror or error})\u00a0: vérifiez ses droits.",
        )
    return Page(source_path, content, media_type=_MEDIA_TYPES.get(file.suffix.lower()))
