"""Reads a generation of the released form: one store and one index of vectors, to convert it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.storage.durability import FileStamp, stamp_file
from index.storage.manifest import MANIFEST_NAME, EncoderVersion, damaged
from index.storage.rows import DocumentRecord, Row, document_record
from index.storage.schema import open_read_only
from index.storage.vectors import VECTORS_NAME
from ingest.errors import IntegrityError
from ingest.model import (
    Action,
    LedgerEntry,
    Passage,
    PassageKind,
    Rejection,
    Role,
)

_STORE_NAME: Final = "store.sqlite"
_SCHEMA_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class ReleasedManifest:
    """What a conversion reads of the manifest: the encoder, and how far the register went."""

    encoder: EncoderVersion
    n_withdrawals: int


class ReleasedStore:
    """The rows of a generation of the released form."""

    def __init__(self, folder: Path) -> None:
        """Opens it, its files compared with its manifest.

        Raises:
            IntegrityError: a file is missing or damaged.
        """
        self.folder = folder
        self.manifest = _read_manifest(folder)
        self._connection = open_read_only(folder / _STORE_NAME, version=_SCHEMA_VERSION)

    def close(self) -> None:
        """Closes the file; twice is once."""
        self._connection.close()

    def last_key(self) -> int:
        """The highest passage key ever given."""
        rows = self._all("SELECT seq FROM sqlite_sequence WHERE name = 'passages'")
        return int(rows[0][0]) if rows else 0

    def sources(self) -> dict[str, str | None]:
        """Where each document was read, by id."""
        return dict(self._all("SELECT doc_id, source FROM documents ORDER BY doc_id"))

    def rejections(self) -> tuple[Rejection, ...]:
        """The pages that gave no document."""
        rows = self._all(
            "SELECT source_path, stage, slug, detail, source FROM rejections ORDER BY position"
        )
        return tuple(Rejection(*row) for row in rows)

    def embedded(self) -> Iterator[tuple[int, str, bytes]]:
        """Yields key, hash of what was embedded (hexadecimal) and codes of each passage."""
        yield from self._all(
            "SELECT p.id, p.embedded_hash, coalesce(t.codes, x'') FROM passages p "
            "LEFT JOIN token_codes t USING (id)"
        )

    def document(self, doc_id: str) -> DocumentRecord | None:
        """The document of that id, whole."""
        rows = self._all("SELECT * FROM documents WHERE doc_id = ?", doc_id)
        if not rows:
            return None
        passages = self._all(
            'SELECT passage_id, doc_id, ordinal, role, kind, text, start, "end", heading, '
            "comment_id, language FROM passages WHERE doc_id = ? ORDER BY ordinal, passage_id",
            doc_id,
        )
        comments = self._all("SELECT * FROM comments WHERE doc_id = ? ORDER BY number", doc_id)
        ledger = self._all("SELECT * FROM ledger WHERE doc_id = ? ORDER BY position", doc_id)
        return document_record(
            rows[0],
            (
                Passage(one[0], one[1], one[2], Role(one[3]), PassageKind(one[4]), *one[5:])
                for one in passages
            ),
            comments,
            (LedgerEntry(Action(one[2]), *one[3:]) for one in ledger),
        )

    def _all(self, sql: str, *values: str) -> list[Row]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise damaged(f"{self.folder.name}/{_STORE_NAME}") from error


def check_released(folder: Path) -> None:
    """Compares the files of a generation of the released form with its manifest.

    Raises:
        IntegrityError: one is missing or damaged.
    """
    _read_manifest(folder)


def released_files(folder: Path) -> tuple[str, ...]:
    """The names of the files that a generation of the released form is made of, where it is."""
    return tuple(
        name for name in (MANIFEST_NAME, _STORE_NAME, VECTORS_NAME) if (folder / name).exists()
    )


def _read_manifest(folder: Path) -> ReleasedManifest:
    where = f"{folder.name}/{MANIFEST_NAME}"
    try:
        body = json.loads((folder / MANIFEST_NAME).read_bytes())
        encoder = body["encoder"]
        for name, stated in body["files"].items():
            expected = FileStamp(stated["size"], stated["sha256"])
            if not stamp_file(folder / name).is_same_bytes(expected):
                raise damaged(f"{folder.name}/{name}")
        return ReleasedManifest(
            EncoderVersion(encoder["name"], encoder["revision"], encoder["dimension"]),
            int(body["n_withdrawals"]),
        )
    except IntegrityError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(where) from error
