"""A store that shows nothing withdrawn, for a generation older than the last withdrawals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from index.storage.columns import Columns, Mask, content_code
from index.storage.generation import Generation
from index.storage.reader import Store
from index.storage.rows import DocumentRecord, PassageDetails, PassageRow
from index.storage.segment import LiveSegment
from index.withdrawals.documents import COMMENT_PLACEHOLDER, PASSAGE_PLACEHOLDER
from index.withdrawals.generations import as_document
from index.withdrawals.redaction import Withdrawals, load_withdrawals
from index.withdrawals.register import KEY_NAME
from ingest.errors import ArchiveError
from ingest.identity import text_hash
from ingest.model import Rejection


def open_store(generation: Generation) -> Store:
    """The store of a generation, masked when something was withdrawn since it was built.

    Raises:
        ArchiveError: something was withdrawn since, and this account may not know what.
        IntegrityError: the store, or the register of withdrawals, is missing or damaged.
        SchemaError: a newer version of Archiblogue wrote the store.
    """
    stamp = generation.manifest.register
    withdrawals = load_withdrawals(generation.archive, expected=stamp)
    if len(withdrawals) == stamp.n_lines:
        return Store.open(generation)
    if not withdrawals.ledger.key:
        raise ArchiveError(
            "Un retrait est en cours dans l’archive, et ce compte ne peut pas lire ce qu’il faut "
            f"cacher («\u00a0{generation.archive / KEY_NAME}\u00a0»). Attendez qu’il finisse, ou "
            "demandez à la personne qui tient l’archive de relancer le retrait."
        )
    return MaskedStore(generation, withdrawals)


def withheld(store: Store, columns: Columns) -> Mask | None:
    """The rows (n_rows,) bool that only say that something was withdrawn: they answer nothing.

    None where there is none.
    """
    codes = [content_code(text_hash(text)) for text in (COMMENT_PLACEHOLDER, PASSAGE_PLACEHOLDER)]
    rows: Mask = np.isin(columns.content.codes, codes)
    if isinstance(store, MaskedStore):
        rows[columns.rows(store.masked_keys())] = True
    return rows if rows.any() else None


class MaskedStore(Store):
    """A store whose withdrawn passages are replaced by the placeholder, wherever they are read."""

    def __init__(self, generation: Generation, withdrawals: Withdrawals) -> None:
        super().__init__(generation.open_segments(), generation.rejections())
        self._withdrawals = withdrawals
        # Their authors withdrew: what others wrote under them stays, without title or address.
        self._orphans = {
            doc_id
            for _, doc_id, name in self._live_rows(
                "SELECT number, doc_id, author FROM documents WHERE author IS NOT NULL"
            )
            if withdrawals.hides_author(name)
        }

    def masked_keys(self) -> NDArray[np.int64]:
        """The keys of the passages withdrawn since the generation was built, (n,)."""
        hidden = [row.key for row in super().iter_passages() if self._withdrawals.hides(row)]
        return np.array(hidden, dtype=np.int64)

    def passages(self, keys: Sequence[int]) -> dict[int, PassageRow]:
        """The passages of these keys that exist, by key."""
        return {key: self._mask(row) for key, row in super().passages(keys).items()}

    def details(self, keys: Sequence[int]) -> dict[int, PassageDetails]:
        """What an export says of these passages beyond their rows, by key."""
        details = super().details(keys)
        for key, row in super().passages(list(details)).items():
            if self._withdrawals.hides(row):
                details[key] = replace(
                    details[key], date_precision=None, date_source=None, post_url=None
                )
            if row.doc_id in self._orphans:
                details[key] = replace(details[key], post_author=None, post_url=None)
        return details

    def iter_passages(self) -> Iterator[PassageRow]:
        """Yields every passage, in corpus order."""
        return map(self._mask, super().iter_passages())

    def passage(self, passage_id: str) -> PassageRow | None:
        """The passage of that public id."""
        row = super().passage(passage_id)
        return row and self._mask(row)

    def passages_of(self, doc_id: str) -> tuple[PassageRow, ...]:
        """The passages of a document, in page order."""
        return tuple(map(self._mask, super().passages_of(doc_id)))

    def texts(self, keys: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Yields key and text of these passages."""
        for key, row in self.passages(keys).items():
            yield key, row.text

    def document(self, doc_id: str) -> DocumentRecord | None:
        """The document of that id; None when it was withdrawn whole."""
        record = super().document(doc_id)
        kept = record and self._withdrawals.apply(as_document(record))
        if kept is None:
            return None
        return DocumentRecord(**{f.name: getattr(kept, f.name) for f in fields(DocumentRecord)})

    def titles(self) -> dict[str, str]:
        """The title of each document that has one and may show it, by id."""
        hidden = self._orphans
        return {
            doc_id: title
            for doc_id, title in super().titles().items()
            if doc_id not in hidden and not self._withdrawals.hides_document(doc_id)
        }

    def rejections(self) -> tuple[Rejection, ...]:
        """The pages that gave no document, without what names a withdrawn one."""
        kept = self._withdrawals.filter(super().rejections())
        return tuple(one for one in kept if isinstance(one, Rejection))

    def column_values(self, part: LiveSegment, name: str) -> list[str | None]:
        """What each code of a fact stands for, without the names of those who withdrew."""
        values = super().column_values(part, name)
        return [None if self._withdrawals.hides_author(value) else value for value in values]

    def _mask(self, row: PassageRow) -> PassageRow:
        if not self._withdrawals.hides(row):
            if row.doc_id in self._orphans:
                return replace(row, title=None, url=None, source_path="")
            return row
        is_post = row.comment_id is None
        return replace(
            row,
            text=PASSAGE_PLACEHOLDER if is_post else COMMENT_PLACEHOLDER,
            heading=None,
            title=None if is_post else row.title,
            author=None,
            date=None,
            url=None,
            source_path="" if is_post else row.source_path,
        )
