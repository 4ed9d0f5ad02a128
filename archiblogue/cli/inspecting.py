"""`corpus`, `info`: what is in an archive."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from archiblogue.cli.terminal import printable, say, say_json, say_table, table
from archiblogue.typography import format_number as group
from index.archive import open_archive
from index.export import write_hits_csv

if TYPE_CHECKING:
    from archiblogue.settings import Settings
    from index.archive import ArchiveInfo

COUNT_LABELS = (
    ("n_documents", "Billets"),
    ("n_passages", "Passages"),
    ("n_comments", "Commentaires"),
    ("n_dropped_blocks", "Blocs écartés"),
    ("n_rejected_pages", "Pages rejetées"),
)


def run_corpus(settings: Settings, *, form: str) -> int:
    """Write every indexed passage, one a line or a row."""
    with open_archive(settings.archive) as archive:
        if form == "csv":
            say_table(write_hits_csv(archive.iter_passages()))
            return 0
        for hit in archive.iter_passages():
            if form == "json":
                say_json(hit.as_record())
            else:
                say(f"{hit.passage_id}\t{hit.role.value}\t{printable(hit.text)}")
    return 0


def run_info(settings: Settings, *, as_json: bool) -> int:
    """Write what the archive holds and what made it."""
    with open_archive(settings.archive) as archive:
        info = archive.info()
    if as_json:
        say_json(asdict(info), indent=2)
    else:
        table(_described(info))
    return 0


def _described(info: ArchiveInfo) -> list[tuple[str, str]]:
    """The facts as a person reads them."""
    encoder = info.encoder
    counts = [
        (label, group(info.counts[name])) for name, label in COUNT_LABELS if name in info.counts
    ]
    return [
        ("Génération", f"{info.generation} ({info.created_at})"),
        *counts,
        ("Modèle", f"{encoder.name}, révision {encoder.revision[:12]}"),
        ("Vecteurs", f"{encoder.dimension} nombres"),
        *((name, f"{group(round(size / 1000))}\u00a0ko") for name, size in info.sizes.items()),
        ("Empreinte", info.content_hash),
    ]
