"""`build`: from sources to a published generation, with a summary."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from archiblogue.building import BuildOptions, Tally, build_archive
from archiblogue.cli.terminal import count, progress, say, say_json, warn
from index.building.build import BuildProgress
from ingest.errors import UsageError
from ingest.fetch import FetchOptions
from ingest.model import Document, Rejection
from ingest.pipeline import IngestOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiblogue.settings import Settings
    from index.building.build import BuildSummary

N_REJECTIONS_SHOWN = 10

_PAGE_SUFFIXES = frozenset({".htm", ".html", ".xhtml", ".txt", ".md", ".mhtml", ".mht"})
# One such file holds any number of pages.
_EXPORT_SUFFIXES = frozenset(
    {".gz", ".json", ".jsonl", ".sql", ".tar", ".tgz", ".warc", ".wacz", ".xml", ".zip"}
)


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What the options of `build` ask for, sources apart.

    `only_these` leaves nothing of other sources in the archive; `force` publishes a generation
    that answers worse than the former one. `base_url` is the address of the folder that the
    sources are copies of.
    """

    encoder: str | None = None
    contact: str | None = None
    only_these: bool = False
    force: bool = False
    base_url: str | None = None


def ingest_options(settings: Settings, contact: str | None = None) -> IngestOptions:
    """How pages are read and the network is asked under these settings."""
    return IngestOptions(
        n_workers=settings.n_workers or os.cpu_count() or 1,
        timeout_s=settings.timeout_s,
        fetch=FetchOptions(contact=contact or settings.contact, cache_folder=settings.cache),
    )


def expected_pages(sources: Sequence[str]) -> int | None:
    """How many pages sources hold where all are saved pages; None where only reading tells."""
    n_pages = 0
    for source in sources:
        path = Path(source)
        files = [path] if path.is_file() else (p for p in path.rglob("*") if p.is_file())
        for file in files:
            if file.suffix.lower() in _EXPORT_SUFFIXES:
                return None
            n_pages += file.suffix.lower() in _PAGE_SUFFIXES
    return n_pages or None


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
    reading = replace(
        ingest_options(settings, request.contact),
        is_lenient="-" in sources,
        base_url=request.base_url,
    )
    sources = named_sources(sources)
    if not sources:
        raise UsageError("Aucune source n’a été donnée sur l’entrée\u00a0: une par ligne.")
    n_expected = expected_pages(sources)
    with progress("Lecture") as advance:
        embedded = BuildProgress("Vecteurs", 0)

        def on_page(_: Document | Rejection | None = None) -> None:
            total = None if n_expected is None else max(n_expected, tally.n_pages)
            label = "Lecture des pages"
            if embedded.done:
                label += f", {count(embedded.done, 'passage vectorisé', 'passages vectorisés')}"
            advance(tally.n_pages, total, label=label)

        def on_step(step: BuildProgress) -> None:
            nonlocal embedded
            if step.stage == embedded.stage:
                # Pages are read and their passages embedded in turn: the pages tell how far.
                embedded = step
                on_page()
            else:
                advance(step.done, step.total, label=step.stage)

        summary = build_archive(
            sources,
            settings.archive,
            encoder=request.encoder or settings.encoder,
            options=BuildOptions(
                reading=reading,
                only_these=request.only_these,
                force=request.force,
                on_page=on_page,
                on_step=on_step,
            ),
            tally=tally,
        )
    _report(tally, summary, settings, seconds=time.monotonic() - started, as_json=as_json)
    return 3 if tally.failures else 0


def _changes(summary: BuildSummary) -> str:
    """What a build found, in a line."""
    found = summary.tally
    return ", ".join(
        (
            count(found.n_new, "nouveau", "nouveaux"),
            count(found.n_changed, "changé", "changés"),
            count(found.n_gone, "disparu", "disparus"),
            count(found.n_unchanged, "inchangé", "inchangés"),
            count(summary.n_embedded, "passage vectorisé", "passages vectorisés"),
        )
    )


def _report(
    tally: Tally, summary: BuildSummary, settings: Settings, *, seconds: float, as_json: bool
) -> None:
    found = summary.tally
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
                "n_new_documents": found.n_new,
                "n_changed_documents": found.n_changed,
                "n_gone_documents": found.n_gone,
                "n_unchanged_documents": found.n_unchanged,
                "n_embedded": summary.n_embedded,
                "generation": summary.generation.number,
                "is_published": summary.is_published,
                "seconds": round(seconds, 2),
            }
        )
    else:
        say(f"Archive {settings.archive}")
        say("  " + count(tally.n_pages, "page lue", "pages lues"))
        say("  " + count(tally.n_documents, "document"))
        say(f"    {_changes(summary)}")
        say("  " + count(tally.n_passages, "passage"))
        say("  " + count(tally.n_comments, "commentaire"))
        say("  " + count(tally.n_dropped_blocks, "bloc écarté", "blocs écartés"))
        say("  " + count(len(tally.rejections), "page rejetée", "pages rejetées"))
        for slug, n in Counter(one.slug for one in tally.rejections).most_common():
            say(f"    {slug}\u00a0: {n}")
        if not summary.is_published:
            say(f"  Rien à faire\u202f: la génération {summary.generation.number} reste en place.")
        say(f"  {seconds:.1f}\u00a0s".replace(".", ","))
    for rejection in tally.failures[:N_REJECTIONS_SHOWN]:
        warn(f"Rejetée\u00a0: {rejection.source_path}\u00a0: {rejection.detail}")
    n_more = len(tally.failures) - N_REJECTIONS_SHOWN
    if n_more > 0:
        warn(f"… et {count(n_more, 'autre')}. Voyez «\u00a0archiblogue rejections\u00a0».")
