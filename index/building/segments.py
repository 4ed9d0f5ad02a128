"""The segments of a generation that is being made: joined, placed, named in its manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.building.merging import plan_merges
from index.building.publish import Generation, GenerationDraft, new_generation
from index.storage.joining import join_segments
from index.storage.manifest import REJECTIONS_NAME, SegmentEntry
from index.storage.reader import Store
from index.storage.segment import LiveSegment, Segment


def n_live(part: LiveSegment) -> int:
    """The number of passages that are left."""
    firsts = part.segment.first_rows
    return int((firsts[1:] - firsts[:-1])[part.live_documents].sum())


def whole(folder: Path) -> LiveSegment:
    """A segment of which nothing is deleted."""
    return LiveSegment(Segment(folder), np.zeros(0, dtype=np.int64))


def placed(parts: Sequence[LiveSegment]) -> list[LiveSegment]:
    """The parts, each with the number of passages before it."""
    found, base = [], 0
    for part in parts:
        found.append(replace(part, base=base))
        base += n_live(part)
    return found


def joined(draft: GenerationDraft, parts: Sequence[LiveSegment]) -> LiveSegment:
    """What is left of some neighbours, written as one segment.

    Raises:
        OSError: the disk refuses.
    """
    folder = draft.start_segment()
    join_segments(folder, parts)
    return whole(draft.name_segment(folder))


def merged(
    draft: GenerationDraft, parts: Sequence[LiveSegment], *, n_written: int | None = None
) -> list[LiveSegment]:
    """The parts, those that have become many made one (`plan_merges`).

    Raises:
        OSError: the disk refuses.
    """
    made = list(parts)
    while runs := plan_merges([n_live(part) for part in made], n_written=n_written):
        for run in reversed(runs):
            made[run.start : run.end] = [joined(draft, made[run.start : run.end])]
    return made


def entry_of(draft: GenerationDraft, part: LiveSegment) -> SegmentEntry:
    """A segment as the manifest names it; what is deleted in it is written beside the manifest."""
    name = None
    if len(part.deleted):
        name = f"{part.segment.name}.deleted"
        (draft.path / name).write_bytes(part.deleted.astype("<i8").tobytes())
    return SegmentEntry(part.segment.name, n_live(part), len(part.deleted), name)


def merge_segments(archive: Path) -> Generation | None:
    """The generation made when segments had become many, or held much that is deleted; None when
    there was nothing to do. It answers what the one before answered.

    Raises:
        LockedError: another process is writing.
        IntegrityError: a file of the generation that answers is damaged.
        ArchiveError: the folder cannot be written, or the disk refuses.
    """
    with new_generation(archive) as draft:
        parent = draft.parent
        if parent is None or parent.manifest.n_withdrawals < len(draft.withdrawals):
            return None  # a build converts the one, and obeys the register in the other
        parent.check()
        with Store.open(parent) as previous:
            parts = [joined(draft, [p]) if len(p.deleted) else p for p in previous.segments]
            parts = merged(draft, parts)
            if [one.segment.name for one in parts] == [e.name for e in parent.manifest.segments]:
                return None
            with Store(placed(parts), ()) as store:
                entries = tuple(entry_of(draft, one) for one in store.segments)
        content = (parent.path / REJECTIONS_NAME).read_bytes()
        (draft.path / REJECTIONS_NAME).write_bytes(content)
        fields = replace(parent.manifest.fields, segments=entries, n_changed=0)
        return draft.commit(fields)
