"""What the records of a build say that the former generation does not hold already."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from index.building.fingerprints import document_hash
from index.storage.previous import DocumentStamp, FormerStore
from index.storage.writer import storable
from ingest.model import Document, Rejection


@dataclass(frozen=True, slots=True)
class Changes:
    """What a build has to do with the former generation.

    `written` are new or changed, `removed` the ids of those that went, `unchanged` of those that
    stay as they are. `rejections` are all those of the new generation. `n_passages` counts the
    passages to write and those to remove.
    """

    written: tuple[Document, ...]
    removed: tuple[str, ...]
    unchanged: frozenset[str]
    rejections: tuple[Rejection, ...]
    n_passages: int

    @property
    def replaced(self) -> tuple[str, ...]:
        """The ids of all documents of the former generation that do not stay as they are."""
        return tuple(d.doc_id for d in self.written) + self.removed


def find_changes(
    former: FormerStore,
    records: Iterable[Document | Rejection],
    replaces: Collection[str] | None,
) -> Changes:
    """The difference between the former generation and what was read now.

    Args:
        former: the store of the former generation.
        records: what the ingester gave; only new and changed documents are held in memory.
        replaces: the sources that were read again, looked at once `records` are all read; what
            came from others stays. None: nothing stays that was not read again.
    """
    stamps = former.document_stamps()
    seen: set[str] = set()
    written: list[Document] = []
    rejections: list[Rejection] = []
    for record in records:
        if isinstance(record, Rejection):
            rejections.append(record)
        elif record.doc_id in seen:
            rejections.append(twice(record))
        else:
            seen.add(record.doc_id)
            if stamps.get(record.doc_id) != _stamp(record):
                written.append(record)
    sources = None if replaces is None else {storable(source) for source in replaces}
    if sources is not None:
        said = set(rejections)
        rejections += [
            one for one in former.rejections() if one.source not in sources and one not in said
        ]
    removed = tuple(
        doc_id
        for doc_id, stamp in stamps.items()
        if doc_id not in seen and (sources is None or stamp.source in sources)
    )
    replaced = [one.doc_id for one in written] + list(removed)
    n_passages = sum(len(one.passages) for one in written) + former.count_passages(replaced)
    return Changes(
        written=tuple(written),
        removed=removed,
        unchanged=frozenset(stamps.keys() - set(replaced)),
        rejections=tuple(rejections),
        n_passages=n_passages,
    )


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


def _stamp(document: Document) -> DocumentStamp:
    return DocumentStamp(document_hash(document), storable(document.source))
