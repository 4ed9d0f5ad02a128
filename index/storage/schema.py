"""The tables of a segment, their version, and the connections to them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from ingest.errors import IntegrityError, SchemaError

# Raise it whenever a reader of the former one would misread, tables added included: see
# `tests/durability/test_old_archives.py`. 1 was one store a generation.
SCHEMA_VERSION: Final = 2
# What a store raises when the disk refuses; the border translates it.
STORE_ERRORS: Final = (sqlite3.Error,)

# Written once, from nothing. `documents.number` counts from 0 in the order of the keys; a
# passage's `id` is its key, never given twice in an archive. A ledger entry whose text is that of
# its passage does not repeat it.
_TABLES: Final = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    doc_id TEXT NOT NULL UNIQUE,
    source_path TEXT NOT NULL,
    title TEXT, author TEXT,
    date TEXT, date_precision TEXT, date_source TEXT, date_raw TEXT,
    site TEXT, url TEXT, language TEXT,
    categories TEXT NOT NULL, tags TEXT NOT NULL,
    n_comments_declared INTEGER, duplicate_of TEXT, platform TEXT, source TEXT
) STRICT;
CREATE TABLE comments (
    id INTEGER PRIMARY KEY,
    comment_id TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL, author TEXT,
    date TEXT, date_precision TEXT, date_source TEXT, date_raw TEXT,
    url TEXT, parent_id TEXT, depth INTEGER NOT NULL,
    is_post_author INTEGER NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    passage_id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents,
    ordinal INTEGER NOT NULL,
    role TEXT NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    heading TEXT, comment INTEGER REFERENCES comments, comment_id TEXT, language TEXT,
    embedded BLOB NOT NULL
) STRICT;
CREATE TABLE ledger (
    document INTEGER NOT NULL REFERENCES documents,
    position INTEGER NOT NULL,
    action TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL, text TEXT,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, passage_id TEXT,
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE alignments (
    comment_id TEXT PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents,
    passage_id TEXT NOT NULL, method TEXT NOT NULL, confidence REAL NOT NULL
) STRICT, WITHOUT ROWID;
"""
# Made once the rows are written: an index that grows with them costs three times as much.
_INDEXES: Final = """
CREATE INDEX passages_of_document ON passages (document);
CREATE INDEX comments_of_document ON comments (document);
"""


def create(path: Path) -> sqlite3.Connection:
    """A connection to new, empty tables at `path`, not safe against a crash before `seal`.

    A build that dies is thrown away whole, so nothing is synced until the segment is sealed.
    """
    # As a URI, so that other segments can be attached as they are: immutable.
    connection = sqlite3.connect(path.resolve().as_uri(), uri=True, isolation_level=None)
    connection.execute("PRAGMA page_size = 8192")
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -65536")
    connection.executescript(_TABLES)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION:d}")
    connection.execute("BEGIN")
    return connection


def seal(connection: sqlite3.Connection) -> None:
    """Makes the file whole and lets it go."""
    connection.execute("COMMIT")
    connection.executescript(f"{_INDEXES} ANALYZE;")
    connection.close()


def open_read_only(path: Path, *, version: int = SCHEMA_VERSION) -> sqlite3.Connection:
    """A read-only connection that several threads may use in turn.

    Raises:
        IntegrityError: the file is missing or is not a store.
        SchemaError: another version of Archiblogue wrote it.
    """
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise IntegrityError(
            f"Le fichier « {path} » est illisible. Lancez «\u00a0archiblogue verify\u00a0», "
            "puis reconstruisez l’archive."
        ) from error
    if found != version:
        connection.close()
        raise SchemaError(
            f"Le fichier « {path} » a le schéma {found}\u202f; cette version d’Archiblogue lit "
            f"le schéma {version}. Mettez Archiblogue à jour, ou reconstruisez l’archive "
            "(«\u00a0archiblogue build SOURCE\u00a0»)."
        )
    connection.execute("PRAGMA query_only = ON")
    # An archive may come from somebody else: its schema calls no function of ours.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA mmap_size = 1073741824")
    return connection
