"""One build at work: what it read, what goes, what stays, and the segments that come of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from index.building.calibration import calibrate
from index.building.documents import DocumentIndexer
from index.building.embedder import PassageEmbedder
from index.building.fingerprints import ContentHash, document_hash
from index.building.previous import Previous, PreviousGeneration
from index.building.progress import BuildProgress, Report
from index.building.publish import GenerationDraft
from index.building.segments import entry_of, joined, merged, placed, whole
from index.building.versions import CALIBRATION_VERSION_KEY, calibration_version, passage_versions
from index.encoders.protocol import Encoder
from index.retrieval.confidence import INFO_KEY as CONFIDENCE_KEY
from index.retrieval.vectors import VectorIndex
from index.storage.columns import read_columns
from index.storage.lessons import as_kept
from index.storage.manifest import REJECTIONS_NAME, EncoderVersion, ManifestFields
from index.storage.reader import Store
from index.storage.segment import LiveSegment
from index.storage.segment_writer import (
    IndexedDocument,
    SegmentWriter,
    source_code,
    storable,
)
from index.withdrawals.generations import iter_stained
from ingest.lessons import lesson_of
from ingest.model import Document, Rejection

# Silences are learned anew when so large a share of the passages has changed since.
_MOST_DRIFT: Final = 0.1
_NONE_DELETED: Final = np.zeros(0, dtype=np.int64)


@dataclass(slots=True)
class Tally:
    """Documents that a build found new, changed, gone and as they were; passages that it wrote
    and took away."""

    n_new: int = 0
    n_changed: int = 0
    n_gone: int = 0
    n_unchanged: int = 0
    n_passages: int = 0


class GenerationBuild:
    """`read` the records, `settle` what they say of the rest, `finish` unless `is_nothing`."""

    def __init__(
        self, draft: GenerationDraft, previous: Previous, embedder: PassageEmbedder, report: Report
    ) -> None:
        self.tally = Tally()
        self.obeyed: list[Document] = []
        self._draft = draft
        self._previous = previous
        self._embedder = embedder
        self._report = report
        self._indexer = DocumentIndexer(embedder, previous, self._write)
        self._writer: SegmentWriter | None = None
        self._folder: Path | None = None
        self._known = (
            previous if isinstance(previous, PreviousGeneration) and previous.is_alike else None
        )
        self._sources = previous.sources()
        self._seen: set[str] = set()
        self._rejections: list[Rejection] = []
        self._deleted: dict[int, set[int]] = {}
        self._stained: set[int] = set()
        start = draft.parent.manifest.content_hash if draft.parent and self._known else ""
        self._content = ContentHash(start)

    def close(self) -> None:
        """Lets go of the segment that was being written, whole or not."""
        if self._writer is not None:
            self._writer.close()

    def read(self, records: Iterable[Document | Rejection]) -> None:
        """Takes what the ingester gave, nothing withdrawn in it; what did not change is let go."""
        for record in records:
            if isinstance(record, Rejection):
                self._rejections.append(record)
            elif record.doc_id in self._seen:
                self._rejections.append(twice(record))
            else:
                self._seen.add(record.doc_id)
                self._take(record)

    def settle(self, replaces: Collection[str] | None) -> None:
        """Decides of what was not read now.

        Args:
            replaces: the sources that were read again: what they do not hold any more goes. None:
                all that was not read goes.
        """
        sources = None if replaces is None else {source_code(one) for one in replaces}
        unread = [one for one in self._previous.fingerprints if one not in self._seen]
        stays = [one for one in unread if sources is not None and self._sources[one] not in sources]
        for doc_id in set(unread).difference(stays):
            self.tally.n_gone += 1
            self._delete(doc_id)
        self._keep_rejections(sources)
        again = [one for one in stays if self._previous.fingerprints[one] is None]
        for document in self._previous.documents(again):
            kept = self._draft.withdrawals.apply(document)
            if kept is None:
                self.tally.n_gone += 1
            else:
                self.tally.n_unchanged += 1
                self._put(kept, document_hash(kept))
        self.tally.n_unchanged += len(stays) - len(again)
        if self._is_register_longer:
            self._obey(frozenset(stays))
        self._indexer.flush()

    @property
    def is_nothing(self) -> bool:
        """Whether the generation that answers is already what would be built."""
        parent = self._draft.parent
        if self._known is None or parent is None or self._is_register_longer:
            return False
        if self.tally.n_passages or self.tally.n_new or self.tally.n_changed or self.tally.n_gone:
            return False
        if parent.manifest.calibration.get(CALIBRATION_VERSION_KEY) != calibration_version():
            return False
        return Counter(self._rejections) == Counter(self._previous.rejections)

    def finish(self) -> ManifestFields:
        """What the manifest says of the generation, all its segments on the disk.

        Raises:
            OSError: the disk refuses.
        """
        self._report(BuildProgress("Index", 0))
        self._write_rejections()
        parts = self._kept_parts()
        n_written = 0
        if self._writer is not None and self._folder is not None:
            n_written = self._writer.n_passages
            self._writer.finish()
            folder = self._draft.name_segment(self._folder)
            parts.append(whole(folder))
        parts = merged(self._draft, parts, n_written=n_written)
        with Store(placed(parts), self._rejections) as store:
            return self._fields(store)

    def _fields(self, store: Store) -> ManifestFields:
        parent, encoder = self._draft.parent, self._embedder.encoder
        counts = store.counts()
        n_changed = self.tally.n_passages
        n_drifted = n_changed + (parent.manifest.fields.n_drifted if parent else 0)
        known: Mapping[str, object] = {}
        if parent is not None and self._known is not None:
            known = parent.manifest.calibration
        is_known = (
            known.get(CALIBRATION_VERSION_KEY) == calibration_version() and CONFIDENCE_KEY in known
        )
        if is_known and n_drifted <= _MOST_DRIFT * counts["n_passages"]:
            calibration = dict(known)
        else:
            calibration, n_drifted = learn_calibration(store, encoder), 0
        last_keys = [int(one.segment.keys[-1]) for one in store.segments if one.segment.n_rows]
        return ManifestFields(
            encoder=EncoderVersion(encoder.name, encoder.revision, encoder.dimension),
            content_hash=self._content.value,
            counts=counts,
            segments=tuple(entry_of(self._draft, one) for one in store.segments),
            last_key=max([self._previous.last_key, *last_keys]),
            versions=passage_versions(),
            calibration=calibration,
            n_changed=n_changed,
            n_drifted=n_drifted,
        )

    def _take(self, document: Document) -> None:
        fingerprint = document_hash(document)
        if document.doc_id not in self._previous.fingerprints:
            self.tally.n_new += 1
        else:
            is_same = self._previous.fingerprints[document.doc_id] == fingerprint
            is_same = is_same and self._teaches_the_same(document)
            if is_same and self._sources[document.doc_id] == source_code(document.source):
                self.tally.n_unchanged += 1
                return
            self.tally.n_changed += 1
            self._delete(document.doc_id)
        self._put(document, fingerprint)

    def _teaches_the_same(self, document: Document) -> bool:
        lesson = as_kept(lesson_of(document)) if document.stated else None
        return self._known is not None and self._known.lesson(document.doc_id) == lesson

    def _put(self, document: Document, fingerprint: bytes) -> None:
        self.tally.n_passages += len(document.passages)
        self._content.add(document.doc_id, fingerprint)
        self._indexer.add(document, fingerprint)

    def _delete(self, doc_id: str) -> None:
        if self._known is not None:
            place = self._known.places[doc_id]
            self._deleted.setdefault(place.segment, set()).add(place.document)
            self._content.remove(doc_id, self._known.fingerprint_of(doc_id))
            self.tally.n_passages += self._known.n_passages_of(doc_id)

    def _write(self, indexed: IndexedDocument) -> None:
        if self._writer is None:
            self._folder = self._draft.start_segment()
            self._writer = SegmentWriter(
                self._folder,
                first_key=self._previous.last_key + 1,
                dimension=self._embedder.encoder.dimension,
            )
        self._writer.add(indexed)

    @property
    def _is_register_longer(self) -> bool:
        """Whether something was withdrawn since the generation before was made."""
        parent = self._draft.parent
        obeyed = parent.manifest.n_withdrawals if parent else 0
        return self._known is not None and obeyed < len(self._draft.withdrawals)

    def _obey(self, stays: frozenset[str]) -> None:
        """Takes out of the documents that stay what was withdrawn, and notes the segments that
        hold it, in what they deleted too."""
        if self._known is None:
            return
        withdrawals, suspects = self._draft.withdrawals, self._draft.suspects
        for number, part in enumerate(self._known.store.segments):
            for document, kept in iter_stained(part.segment, withdrawals, suspects):
                self._stained.add(number)
                place = self._known.places.get(document.doc_id)
                if document.doc_id in stays and place is not None and place.segment == number:
                    self._delete(document.doc_id)
                    self.obeyed.append(document)
                    self.tally.n_changed += kept is not None
                    self.tally.n_gone += kept is None
                    self.tally.n_unchanged -= 1
                    if kept is not None:
                        self._put(kept, document_hash(kept))

    def _keep_rejections(self, sources: Collection[int] | None) -> None:
        said = set(self._rejections)
        if sources is not None:
            self._rejections += [
                one
                for one in self._draft.withdrawals.filter(self._previous.rejections)
                if isinstance(one, Rejection)
                and source_code(one.source) not in sources
                and one not in said
            ]

    def _write_rejections(self) -> None:
        said = [[storable(value) for value in astuple(one)] for one in self._rejections]
        content = json.dumps(said, ensure_ascii=False, indent=0).encode()
        (self._draft.path / REJECTIONS_NAME).write_bytes(content)

    def _kept_parts(self) -> list[LiveSegment]:
        """The previous segments with what was deleted now; what was withdrawn is erased of them."""
        if self._known is None:
            return []
        parts: list[LiveSegment] = []
        for number, part in enumerate(self._known.store.segments):
            gone = np.array(sorted(self._deleted.get(number, ())), dtype=np.int64)
            left = replace(part, deleted=np.union1d(part.deleted, gone))
            if len(left.live_documents):
                parts.append(joined(self._draft, [left]) if number in self._stained else left)
        return parts


def learn_calibration(store: Store, encoder: Encoder) -> dict[str, object]:
    """What an archive learns of its own silences, as its manifest keeps it."""
    columns = read_columns(store)
    vectors = VectorIndex.of_store(store, columns.keys, encoder.dimension)
    learned = calibrate(store, columns, vectors, encoder)
    return {CONFIDENCE_KEY: learned.as_json(), CALIBRATION_VERSION_KEY: calibration_version()}


def twice(record: Document) -> Rejection:
    """What is said of the second page of one document."""
    return Rejection(
        source_path=record.source_path,
        stage="index",
        slug="document-en-double",
        detail=(
            f"Le document {record.doc_id} («\u00a0{record.title or 'sans titre'}\u00a0») a "
            "déjà été lu d’une autre page\u202f; celle-ci est laissée de côté."
        ),
        source=record.source,
    )
