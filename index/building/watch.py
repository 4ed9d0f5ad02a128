"""Rebuilding when the sources change: folders are looked at, addresses are read again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import Final

from index.building.build import BuildSummary, build_archive
from index.building.sites import ArchivedSites
from index.encoders.protocol import Encoder
from index.withdrawals.caches import without_withdrawn_answers
from ingest.duplicates import unify
from ingest.errors import ArchiveError, SourceError
from ingest.model import Document, Rejection
from ingest.pipeline import IngestOptions, ingest, source_name

# A file still growing gives another look: what is read must have stayed the same that long.
_SETTLE_S: Final = 2.0
# How often a settling folder, and the wish to stop, are looked at.
_STEP_S: Final = 0.5

Look = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How to watch: seconds between two looks, between two readings of an address, and settling.

    `n_rounds` is how many looks to take, None for no end.
    """

    interval_s: float = 60.0
    network_interval_s: float = 3600.0
    settle_s: float = _SETTLE_S
    n_rounds: int | None = None
    ingest: IngestOptions = field(default_factory=IngestOptions)


class WatchKind(StrEnum):
    """What happened. The values are part of the JSON contract."""

    BUILT = "built"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One thing that happened: a build with its summary, or a failure with its sentence."""

    kind: WatchKind
    message: str
    summary: BuildSummary | None = None


def watch(  # noqa: PLR0913 (three of them are named options)
    archive: Path,
    sources: Sequence[str],
    encoder: Encoder,
    *,
    options: WatchOptions | None = None,
    on_event: Callable[[WatchEvent], None] | None = None,
    stop: Event | None = None,
) -> None:
    """Build at once, then whenever a source changes, until `stop` is set or the rounds are over.

    A failure (a folder unplugged, another writer, a full disk) is told and tried again at the next
    look; the archive answers meanwhile.

    Args:
        archive: the archive's folder.
        sources: paths and addresses, as for a build.
        encoder: the model that reads the passages.
        options: how often to look.
        on_event: told of each build and each failure.
        stop: set it to end after the step under way.
    """
    options = options or WatchOptions()
    tell = on_event or (lambda _: None)
    stop = stop or Event()
    watcher = _Watcher(archive, sources, encoder, options)
    n_rounds = 0
    while not stop.is_set():
        event = watcher.look(stop)
        if event is not None:
            tell(event)
        n_rounds += 1
        if options.n_rounds is not None and n_rounds >= options.n_rounds:
            return
        stop.wait(options.interval_s)


def look_at(sources: Sequence[str]) -> Look:
    """The files of the sources with size and time of change (ns), in order; addresses left out."""
    seen: list[tuple[str, int, int]] = []
    for source in sources:
        path = Path(source)
        if _is_address(source) or not path.exists():
            continue
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            try:
                facts = file.stat()
            except OSError:  # gone between the two calls: the next look will say so
                continue
            if file.is_file():
                seen.append((str(file), facts.st_size, facts.st_mtime_ns))
    return tuple(seen)


class _Watcher:
    """What was built last, and when addresses were last read."""

    def __init__(
        self, archive: Path, sources: Sequence[str], encoder: Encoder, options: WatchOptions
    ) -> None:
        self._archive = archive
        self._sources = tuple(sources)
        self._encoder = encoder
        self._options = options
        self._built: Look | None = None
        self._has_addresses = any(map(_is_address, self._sources))
        self._next_network = 0.0

    def look(self, stop: Event) -> WatchEvent | None:
        """What came of one look, None when nothing changed."""
        seen = look_at(self._sources)
        is_network_due = self._has_addresses and time.monotonic() >= self._next_network
        if seen == self._built and not is_network_due:
            return None
        if self._built is not None:
            seen = self._settled(seen, stop)
        if stop.is_set():
            return None
        try:
            summary = build_archive(
                self._archive,
                self._records(),
                self._encoder,
                replaces=[source_name(source) for source in self._sources],
            )
        except ArchiveError as error:
            return WatchEvent(WatchKind.FAILED, str(error))
        self._built = seen
        self._next_network = time.monotonic() + self._options.network_interval_s
        message = (
            f"Génération {summary.generation.number}\u202f: {summary.n_documents} documents, "
            f"{summary.n_embedded} passages nouveaux ou changés, {summary.seconds:.1f}\u00a0s."
        )
        return WatchEvent(WatchKind.BUILT, message.replace(".", ",", 1), summary)

    def _settled(self, seen: Look, stop: Event) -> Look:
        """The look that stayed the same for the settling time."""
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < self._options.settle_s and not stop.is_set():
            stop.wait(min(_STEP_S, self._options.settle_s))
            again = look_at(self._sources)
            if again != seen:
                seen, quiet_since = again, time.monotonic()
        return seen

    def _records(self) -> Iterator[Document | Rejection]:
        """The records of the sources; an error at their end when none is a document.

        An unplugged disk looks like an empty folder: the archive must not be emptied by it.
        """
        n_documents = 0
        options = self._options.ingest
        read = ingest(self._sources, options)
        cache = None if options.fetch is None else options.fetch.cache_folder
        pages = without_withdrawn_answers(read, self._archive, cache)
        sources = frozenset(source_name(source) for source in self._sources)
        for record in unify(pages, ArchivedSites(self._archive, sources)):
            n_documents += isinstance(record, Document)
            yield record
        if not n_documents:
            raise SourceError(
                "Aucune page lisible dans les sources\u202f: l’archive n’est pas modifiée. "
                "Vérifiez que le dossier ou le disque est bien là."
            )


def _is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))
