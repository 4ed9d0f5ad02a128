"""The tables, their version, and the connections to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ingest.errors import IntegrityError, SchemaError

SCHEMA_VERSION: Final = 1
# What a store raises when the disk refuses; the border translates it.
STORE_ERRORS: Final = (sqlite3.Error,)

# A generation's file is written from nothing, or is that of the former one with some documents
# replaced; after a withdrawal always from nothing: what was withdrawn was then never in it.
# `id` is the key of vectors and postings; AUTOINCREMENT never gives a key twice, and the sequence
# is carried from one generation to the next. FTS5 holds no copy of the text (content='').
_TABLES: Final = """
CREATE TABLE documents (
    doc_id TEXT PRIMARY KEY,
    source_path TEXT NOT NULL,
    title TEXT, author TEXT,
    date TEXT, date_precision TEXT, date_source TEXT, date_raw TEXT,
    site TEXT, url TEXT, language TEXT,
    categories TEXT NOT NULL, tags TEXT NOT NULL,
    n_comments_declared INTEGER, duplicate_of TEXT, platform TEXT, source TEXT,
    fingerprint TEXT NOT NULL
) STRICT;
CREATE TABLE comments (
    comment_id TEXT PRIMARY KEY,
    doc_id TEXT NOT NULL REFERENCES documents,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL, author TEXT,
    date TEXT, date_precision TEXT, date_source TEXT, date_raw TEXT,
    url TEXT, parent_id TEXT, depth INTEGER NOT NULL,
    is_post_author INTEGER NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE INDEX comments_of_document ON comments (doc_id, number);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    passage_id TEXT NOT NULL UNIQUE,
    doc_id TEXT NOT NULL REFERENCES documents,
    ordinal INTEGER NOT NULL,
    role TEXT NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    heading TEXT, comment_id TEXT, language TEXT,
    content_hash TEXT NOT NULL,
    embedded_hash TEXT NOT NULL
) STRICT;
CREATE INDEX passages_of_document ON passages (doc_id, ordinal);
CREATE INDEX passages_by_vector ON passages (embedded_hash);
CREATE TABLE token_codes (
    id INTEGER PRIMARY KEY REFERENCES passages, codes BLOB NOT NULL
) STRICT;
CREATE TABLE ledger (
    doc_id TEXT NOT NULL REFERENCES documents,
    position INTEGER NOT NULL,
    action TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, passage_id TEXT,
    PRIMARY KEY (doc_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE rejections (
    position INTEGER PRIMARY KEY,
    source_path TEXT NOT NULL, stage TEXT NOT NULL, slug TEXT NOT NULL, detail TEXT NOT NULL,
    source TEXT
) STRICT;
CREATE TABLE alignments (
    comment_id TEXT PRIMARY KEY,
    passage_id TEXT NOT NULL, method TEXT NOT NULL, confidence REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE build_info (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE postings (term TEXT PRIMARY KEY, n INTEGER NOT NULL, passages BLOB NOT NULL) STRICT,
    WITHOUT ROWID;
CREATE TABLE arrays (name TEXT PRIMARY KEY, dtype TEXT NOT NULL, content BLOB NOT NULL) STRICT,
    WITHOUT ROWID;
CREATE TABLE column_values (
    name TEXT NOT NULL, code INTEGER NOT NULL, value TEXT,
    PRIMARY KEY (name, code)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE passages_fts USING fts5(
    text, title, heading, content='', tokenize='unicode61 remove_diacritics 2'
);
"""


def _create_tables(connection: sqlite3.Connection) -> None:
    connection.executescript(_TABLES)


# Version n is reached from n - 1 by the n-th entry, in one transaction with its number.
_MIGRATIONS: Final[dict[int, Callable[[sqlite3.Connection], None]]] = {
    1: _create_tables,
}


def create(path: Path) -> sqlite3.Connection:
    """A connection to a new, empty store at `path`, not safe against a crash before `close`.

    A build that dies is thrown away whole, so nothing is synced until the generation is sealed.
    """
    connection = reopen(path)
    migrate(connection)
    return connection


def reopen(path: Path) -> sqlite3.Connection:
    """A connection to a store that is still being built, without any safety against a crash."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA page_size = 8192")
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to SCHEMA_VERSION, one version at a time."""
    current = int(connection.execute("PRAGMA user_version").fetchone()[0])
    for version in range(current + 1, SCHEMA_VERSION + 1):
        _MIGRATIONS[version](connection)
        connection.execute(f"PRAGMA user_version = {version:d}")


def open_read_only(path: Path) -> sqlite3.Connection:
    """A read-only connection that several threads may use in turn.

    Raises:
        IntegrityError: the file is missing or is not a store.
        SchemaError: a newer version of Archiblogue wrote it.
    """
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise IntegrityError(
            f"Le fichier « {path} » est illisible. Lancez «\u00a0archiblogue verify\u00a0», "
            "puis reconstruisez l’archive."
        ) from error
    if version > SCHEMA_VERSION:
        connection.close()
        raise SchemaError(
            f"L’archive « {path} » a le schéma {version}\u202f; cette version d’Archiblogue lit "
            f"les schémas 1 à {SCHEMA_VERSION}. Mettez Archiblogue à jour."
        )
    connection.execute("PRAGMA query_only = ON")
    # An archive may come from somebody else: its schema calls no function of ours.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA mmap_size = 1073741824")
    return connection
