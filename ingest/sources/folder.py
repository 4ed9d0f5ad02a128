"""Folders and single files, recognised by content, in the order of their paths."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.errors import SourceError
from ingest.mirror import mirrored_address
from ingest.model import Page, Rejection
from ingest.sources.blob import file_blob
from ingest.sources.dispatch import Found, assets_rejection, read_blob, without_assets
from ingest.sources.json_exports import Replies, load_comments, orphan_comments
from ingest.sources.threads import Threads

__all__ = ["iter_folder"]

_REASONS = {
    "caches": "fichier ou dossier caché",
    "liens": "lien symbolique",
    "speciaux": "fichier spécial",
    "illisibles": "dossier illisible",
}


# Files that speak of the folder, not pages of it. Given by their own name, they are read.
_NOTICE = re.compile(
    r"(?:readme|lisez-?moi|licen[cs]e|changelog|contributing)(?:\.\w{2})?(?:\.(?:md|txt|rst|html?))?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Walk:
    """Files of a folder in path order, and what was passed over on the way."""

    files: list[tuple[str, Path]] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)


def iter_folder(path: Path) -> Iterator[Found]:
    """What the files of a folder and of its folders hold, or what one file holds.

    `source_path` begins with the folder's own name, so that two sources do not name two pages
    alike (saved sites are full of `index.html`); a page given alone has the name that it has in its
    folder. Hidden files and links are not followed: one rejection a kind counts them.

    Raises:
        SourceError: `path` does not exist, or the folder holds no file.
    """
    if not path.exists():
        raise SourceError(
            f"La source «\u00a0{path}\u00a0» n\u2019existe pas\u00a0: {_proposal(path)}."
        )
    root = path.resolve()
    if not root.is_dir():
        if not root.is_file():
            raise SourceError(
                f"La source «\u00a0{path}\u00a0» n\u2019est ni un fichier ni un dossier\u00a0: "
                "donnez un dossier de pages ou un export."
            )
        for found in read_blob(file_blob(root, root.name)):
            is_page = isinstance(found, Page) and found.source_path == root.name
            name = f"{root.parent.name}/{root.name}".lstrip("/")
            yield replace(found, source_path=name) if is_page else found
        return
    walk = _Walk()
    _visit(root, root.name, walk)
    if not walk.files:
        raise SourceError(
            f"Le dossier «\u00a0{path}\u00a0» ne contient aucun fichier visible\u00a0: donnez un "
            "dossier de pages enregistrées ou un export de blog."
        )
    skipped: list[str] = []
    yield from without_assets(_read_files(sorted(walk.files)), skipped)
    yield from assets_rejection(root.name, skipped)
    for kind, count in sorted(walk.passed.items()):
        detail = f"{count} × {_REASONS[kind]}, laissé de côté."
        yield Rejection(f"{root.name}#{kind}", "source", "hors-pages", detail)


def _proposal(path: Path) -> str:
    """What to do about a path that is not there: one that begins with a host is an address."""
    named = path.as_posix()
    if mirrored_address(f"{path.parts[0] if path.parts else ''}/") is None:
        return "vérifiez le chemin donné"
    return f"pour lire un site, donnez son adresse entière, https://{named}"


def _read_files(files: list[tuple[str, Path]]) -> Iterator[Found]:
    """What each file holds; comments in a file beside their posts join them."""
    beside: dict[Path, Replies] = {}
    joined: set[Path] = set()
    for name, file in files:
        if file.suffix.lower() == ".json":
            replies = _load_replies(file, name)
            if replies:
                joined.add(file)
                gathered = beside.setdefault(file.parent, defaultdict(list))
                for post_id, comments in replies.items():
                    gathered[post_id].extend(comments)
    threads, others = _gather_threads([pair for pair in files if pair[1] not in joined])
    for name, file in files:
        if file in others:
            yield from others[file]
        elif file not in joined:
            blob = file_blob(file, name)
            yield from threads.join(read_blob(blob, beside.get(file.parent)))
    yield from threads.rest()
    for folder, replies in beside.items():
        yield from orphan_comments(replies, f"{folder.name}/comments")


def _gather_threads(files: list[tuple[str, Path]]) -> tuple[Threads, dict[Path, list[Found]]]:
    """Threads of the files that hold only comments, and what else these files gave."""
    threads = Threads()
    others: dict[Path, list[Found]] = {}
    for name, file in files:
        try:
            found = threads.gather(file_blob(file, name))
        except OSError:
            continue  # met again in its turn, and rejected with its reason
        if found is not None:
            others[file] = found
    return threads, others


def _load_replies(file: Path, name: str) -> Replies:
    try:
        return load_comments(file_blob(file, name))
    except OSError:
        return defaultdict(list)  # met again in its turn, and rejected with its reason


def _visit(folder: Path, name: str, walk: _Walk) -> None:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        walk.passed["illisibles"] += 1
        return
    for entry in entries:
        shown = f"{name}/{entry.name}"
        if entry.name.startswith(".") or entry.name == "__MACOSX":
            walk.passed["caches"] += 1
        elif entry.is_symlink():
            walk.passed["liens"] += 1
        elif entry.is_dir():
            _visit(entry, shown, walk)
        elif entry.is_file() and _NOTICE.fullmatch(entry.name):
            continue
        elif entry.is_file():
            walk.files.append((shown, entry))
        else:
            walk.passed["speciaux"] += 1
