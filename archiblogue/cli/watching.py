"""`watch`: build again whenever a source changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiblogue.cli.building import ingest_options
from archiblogue.cli.terminal import say, warn
from index.building.watch import WatchEvent, WatchKind, WatchOptions, watch
from index.encoders.load import load_encoder
from ingest.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiblogue.settings import Settings


def run_watch(
    sources: Sequence[str], settings: Settings, *, encoder: str | None, options: WatchOptions
) -> int:
    """Build at once, then at each change, until interrupted; a failure is told and tried again.

    1 when the rounds end on a failure.
    """
    last = WatchKind.BUILT

    def tell(event: WatchEvent) -> None:
        nonlocal last
        last = event.kind
        (say if last is WatchKind.BUILT else warn)(event.message)

    model = load_encoder(encoder or settings.encoder)
    watch(settings.archive, sources, model, options=options, on_event=tell)
    return 0 if last is WatchKind.BUILT else ArchiveError.exit_code


def watch_options(settings: Settings, *, interval_s: float, n_rounds: int | None) -> WatchOptions:
    """How often to look, and how pages are read."""
    return WatchOptions(interval_s=interval_s, n_rounds=n_rounds, ingest=ingest_options(settings))
