"""From sources to a published generation: what `archiblogue build` and `build_archive` do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from archiblogue.typography import format_number
from index.building.build import BuildProgress, BuildSummary
from index.building.build import build_archive as _build
from index.building.sites import ArchivedSites
from index.encoders.load import load_encoder
from index.encoders.places import remember_place
from index.encoders.protocol import Encoder
from index.withdrawals.caches import without_withdrawn_answers
from ingest.duplicates import unify
from ingest.errors import SourceError
from ingest.model import Document, Rejection
from ingest.pipeline import IngestOptions, ingest

# Pages that are recognised and set aside on purpose: the build is whole without them.
EXPECTED_SLUGS: Final = frozenset(
    {
        "page-de-liste",
        "page-de-recherche",
        "page-introuvable",
        "hors-pages",
        "hors-blog",
        "non-publie",
        "sans-contenu",
        "protege",
        "robots",
        "autre-version",
    }
)

Records = Iterable[Document | Rejection]


@dataclass(slots=True)
class Tally:
    """What went by between the ingester and the index."""

    n_pages: int = 0
    n_documents: int = 0
    n_passages: int = 0
    n_comments: int = 0
    n_dropped_blocks: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)  # those that gave something

    @property
    def failures(self) -> list[Rejection]:
        """The rejections that a person should look at."""
        return [one for one in self.rejections if one.slug not in EXPECTED_SLUGS]

    def watch(self, records: Records, on_page: Callable[[Document | Rejection], None]) -> Records:
        """The same records, counted as they go by."""
        for record in records:
            self.n_pages += 1
            if record.source is not None:
                self.sources.add(record.source)
            if isinstance(record, Rejection):
                self.rejections.append(record)
            on_page(record)
            yield record

    def count(self, records: Records) -> Iterator[Document | Rejection]:
        """The same records, their contents counted as they go by."""
        for record in records:
            # Others were in the archive, and changed because a page of their site came or went.
            if isinstance(record, Document) and record.source in {None, *self.sources}:
                self.n_documents += 1
                self.n_passages += len(record.passages)
                self.n_comments += len(record.comments)
                self.n_dropped_blocks += len(record.drops)
            yield record


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How an archive is built.

    `reading` says how pages are read and the network is asked. `only_these` leaves nothing of other
    sources in the archive; `force` publishes a generation that answers worse than the former one.
    `on_page` is told of each page read, `on_step` of what is done with them.
    """

    reading: IngestOptions = field(
        default_factory=lambda: IngestOptions(n_workers=os.cpu_count() or 1)
    )
    only_these: bool = False
    force: bool = False
    on_page: Callable[[Document | Rejection], None] = lambda _: None
    on_step: Callable[[BuildProgress], None] | None = None


def build_archive(
    sources: str | Path | Iterable[str | Path],
    archive: str | Path,
    *,
    encoder: Encoder | str | None = None,
    options: BuildOptions | None = None,
    tally: Tally | None = None,
) -> BuildSummary:
    """What was built and published from these sources.

    Sources add up from one build to the next: what a source named again no longer holds leaves
    the archive, what came from other sources stays.

    Args:
        sources: folders, files, exports or addresses; one or several.
        archive: the archive's folder, made when there is none.
        encoder: the model that reads the passages, its name or its folder; the bundled one by
            default.
        options: how pages are read and what is published.
        tally: filled with what went by, the rejected pages among it.

    Raises:
        SourceError: nothing could be read; what was published before is still there.
        LockedError: another process is writing the archive.
        RegressionError: what was built answers worse than the former generation, which stays.
        EncoderError: the model cannot be loaded.
        ArchiveError: the folder cannot be written.
    """
    chosen, seen = options or BuildOptions(), tally or Tally()
    folder = Path(archive)
    named = [sources] if isinstance(sources, str | Path) else list(sources)
    model = load_encoder(encoder) if encoder is None or isinstance(encoder, str) else encoder
    pages = seen.watch(ingest([str(one) for one in named], chosen.reading), chosen.on_page)
    fetch = chosen.reading.fetch
    pages = without_withdrawn_answers(pages, folder, fetch.cache_folder if fetch else None)
    known = None if chosen.only_these else ArchivedSites(folder, seen.sources)
    built = _build(
        folder,
        _require_documents(seen.count(unify(pages, known)), seen),
        model,
        replaces=None if chosen.only_these else seen.sources,
        on_progress=chosen.on_step,
        force=chosen.force,
    )
    remember_place(folder, model)
    return built


def _require_documents(
    records: Iterator[Document | Rejection], tally: Tally
) -> Iterator[Document | Rejection]:
    """The same records; an error at their end when none of them was a document.

    An archive emptied by a mistyped folder would be a loss: the build stops instead.
    """
    yield from records
    if tally.n_documents:
        return
    n = format_number(tally.n_pages) + "\u00a0" + ("page" if tally.n_pages <= 1 else "pages")
    reasons = "".join(f"\n  {one.source_path}\u00a0: {one.detail}" for one in tally.rejections[:5])
    raise SourceError(
        f"Aucune page lisible parmi {n}\u00a0: l’archive n’est pas "
        f"modifiée.{reasons}\nIndiquez un dossier, un fichier ou un export qui contient des "
        "billets."
    )
