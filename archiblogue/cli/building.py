"""`build`: from sources to a published generation, with a summary."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from archiblogue.cli.terminal import Advance, count, progress, say, say_json, warn
from index.building.build import BuildProgress, build_archive
from index.encoders.load import load_encoder
from index.withdrawals.caches import without_withdrawn_answers
from ingest.duplicates import unify
from ingest.errors import SourceError, UsageError
from ingest.fetch import FetchOptions
from ingest.model import Document, Rejection
from ingest.pipeline import IngestOptions, ingest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiblogue.settings import Settings

# Pages that are recognised and set aside on purpose: the build is whole without them.
EXPECTED_SLUGS = frozenset(
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
    }
)
N_REJECTIONS_SHOWN = 10


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

    def watch(
        self, records: Iterable[Document | Rejection], advance: Advance
    ) -> Iterator[Document | Rejection]:
        """The same records, counted as they go by."""
        for record in records:
            self.n_pages += 1
            if record.source is not None:
                self.sources.add(record.source)
            if isinstance(record, Rejection):
                self.rejections.append(record)
            advance(self.n_pages, label=f"Lecture\u00a0: {record.source_path[-40:]}")
            yield record

    def count(self, records: Iterable[Document | Rejection]) -> Iterator[Document | Rejection]:
        """The same records, their contents counted as they go by."""
        for record in records:
            if isinstance(record, Document):
                self.n_documents += 1
                self.n_passages += len(record.passages)
                self.n_comments += len(record.comments)
                self.n_dropped_blocks += len(record.drops)
            yield record


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What the options of `build` ask for, sources apart.

    `only_these` leaves nothing of other sources in the archive; `force` publishes a generation
    that answers worse than the former one.
    """

    encoder: str | None = None
    contact: str | None = None
    only_these: bool = False
    force: bool = False


def ingest_options(settings: Settings, contact: str | None = None) -> IngestOptions:
    """How pages are read and the network is asked under these settings."""
    return IngestOptions(
        n_workers=settings.n_workers or os.cpu_count() or 1,
        timeout_s=settings.timeout_s,
        fetch=FetchOptions(contact=contact or settings.contact, cache_folder=settings.cache),
    )


def named_sources(sources: Sequence[str]) -> list[str]:
    """The sources, those that `-` reads from stdin among them, one a line."""
    named: list[str] = []
    for source in sources:
        if source == "-":
            named += [line.strip() for line in sys.stdin if line.strip()]
        else:
            named.append(source)
    return named


def run_build(
    sources: Sequence[str], settings: Settings, request: BuildRequest, *, as_json: bool
) -> int:
    """Build the archive; 3 when some pages could not be read, 0 when all could.

    Sources add up from one build to the next: what a source named again no longer holds leaves
    the archive, what came from other sources stays.

    Raises:
        ArchiveError: nothing could be read, or the archive cannot be written; what was
            published before is still there.
    """
    started = time.monotonic()
    tally = Tally()
    options = replace(ingest_options(settings, request.contact), is_lenient="-" in sources)
    sources = named_sources(sources)
    if not sources:
        raise UsageError("Aucune source n’a été donnée sur l’entrée\u00a0: une par ligne.")
    model = load_encoder(request.encoder or settings.encoder)
    with progress("Lecture") as advance:
        pages = tally.watch(ingest(sources, options), advance)
        pages = without_withdrawn_answers(pages, settings.archive, settings.cache)
        records = _require_documents(tally.count(unify(pages)), tally)

        def show(step: BuildProgress) -> None:
            advance(step.done, step.total, label=step.stage)

        build_archive(
            settings.archive,
            records,
            model,
            replaces=None if request.only_these else tally.sources,
            on_progress=show,
            force=request.force,
        )
    _report(tally, settings, seconds=time.monotonic() - started, as_json=as_json)
    return 3 if tally.failures else 0


def _require_documents(
    records: Iterator[Document | Rejection], tally: Tally
) -> Iterator[Document | Rejection]:
    """The same records; an error at their end when none of them was a document.

    An archive emptied by a mistyped folder would be a loss: the build stops instead.
    """
    yield from records
    if tally.n_documents:
        return
    reasons = "".join(f"\n  {one.source_path}\u00a0: {one.detail}" for one in tally.rejections[:5])
    raise SourceError(
        f"Aucune page lisible parmi {count(tally.n_pages, 'page')}\u00a0: l’archive n’est pas "
        f"modifiée.{reasons}\nIndiquez un dossier, un fichier ou un export qui contient des "
        "billets."
    )


def _report(tally: Tally, settings: Settings, *, seconds: float, as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "archive": str(settings.archive),
                "n_pages": tally.n_pages,
                "n_documents": tally.n_documents,
                "n_passages": tally.n_passages,
                "n_comments": tally.n_comments,
                "n_dropped_blocks": tally.n_dropped_blocks,
                "n_rejected_pages": len(tally.rejections),
                "seconds": round(seconds, 2),
            }
        )
    else:
        say(f"Archive {settings.archive}")
        say("  " + count(tally.n_pages, "page lue", "pages lues"))
        say("  " + count(tally.n_documents, "document"))
        say("  " + count(tally.n_passages, "passage"))
        say("  " + count(tally.n_comments, "commentaire"))
        say("  " + count(tally.n_dropped_blocks, "bloc écarté", "blocs écartés"))
        say("  " + count(len(tally.rejections), "page rejetée", "pages rejetées"))
        say(f"  {seconds:.1f}\u00a0s".replace(".", ","))
    for rejection in tally.failures[:N_REJECTIONS_SHOWN]:
        warn(f"Rejetée\u00a0: {rejection.source_path}\u00a0: {rejection.detail}")
    n_more = len(tally.failures) - N_REJECTIONS_SHOWN
    if n_more > 0:
        warn(f"… et {count(n_more, 'autre')}. Voyez «\u00a0archiblogue rejections\u00a0».")
