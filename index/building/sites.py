"""What an archive learned of sites, for a build that reads some of their pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.building.previous import PreviousGeneration
from index.storage.generation import current_generation
from index.storage.lessons import read_lesson, site_code, taught_sites
from index.storage.manifest import ReleasedFormError
from index.storage.segment import LiveSegment
from index.storage.segment_writer import source_code
from ingest.errors import ArchiveNotFoundError
from ingest.lessons import Lesson
from ingest.model import Document

__all__ = ["ArchivedSites"]


class ArchivedSites:
    """The sites of the generation that answers, less what a build reads again.

    It is asked while the build holds the lock, once its generation was checked.
    """

    def __init__(self, archive: Path, sources: Collection[str]) -> None:
        """Reads nothing yet.

        Args:
            archive: the archive's folder; there may be none.
            sources: those that are read again, known whole once their pages are read.
        """
        self._archive = archive
        self._sources = sources

    def lessons(
        self, touched: Collection[str], replaced: Collection[str]
    ) -> Mapping[str, list[Lesson]]:
        """The lessons of the documents that stay, by site: of sites whose pages come or go.

        Args:
            touched: the sites of the pages read now.
            replaced: the ids of the documents that pages read now replace.

        Raises:
            IntegrityError: a file of the archive is damaged.
        """
        found: dict[str, list[Lesson]] = {}
        previous = self._previous()
        if previous is None:
            return found
        with closing(previous):
            parts = [
                (part, _goes(part, self._sources, replaced)) for part in previous.store.segments
            ]
            codes = {site_code(one) for one in touched}
            for part, goes in parts:
                codes.update(_sites(part)[goes].tolist())
            codes.discard(0)
            for part, goes in parts:
                stays = np.isin(_sites(part), np.array(sorted(codes), dtype=np.uint64)) & ~goes
                for number in part.live_documents[stays[part.live_documents]].tolist():
                    lesson = read_lesson(part.segment.arrays, number)
                    if lesson is not None:
                        found.setdefault(lesson.site, []).append(lesson)
        return found

    def documents(self, doc_ids: Collection[str]) -> Iterator[Document]:
        """Yields these documents, with what their pages stated.

        Raises:
            IntegrityError: a file of the archive is damaged.
        """
        previous = self._previous()
        if previous is not None:
            with closing(previous):
                yield from previous.documents(doc_ids)

    def _previous(self) -> PreviousGeneration | None:
        try:
            generation = current_generation(self._archive)
        except (ArchiveNotFoundError, ReleasedFormError):
            return None  # a first build, or of the released form, which has no lessons
        return PreviousGeneration(generation, is_alike=True, has_vectors=False)


def _sites(part: LiveSegment) -> NDArray[np.uint64]:
    return taught_sites(part.segment.arrays, len(part.segment.doc_ids))


def _goes(
    part: LiveSegment, sources: Collection[str], replaced: Collection[str]
) -> NDArray[np.bool_]:
    """The documents of a segment, (n,) bool, that this build reads again or lets go."""
    segment = part.segment
    codes = np.array(sorted(source_code(one) for one in sources), dtype=np.uint64)
    goes: NDArray[np.bool_] = np.isin(segment.arrays["documents.source"], codes)
    goes |= np.array([one in replaced for one in segment.doc_ids], dtype=np.bool_)
    goes[part.deleted] = False
    return goes
