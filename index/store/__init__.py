"""The archive's rows: SQLite and FTS5, the source of truth; the only importer of sqlite3."""

from index.store.amender import StoreAmender
from index.store.former import DocumentStamp, FormerStore
from index.store.reader import Store
from index.store.rows import DocumentRecord, PassageRow
from index.store.schema import SCHEMA_VERSION, STORE_ERRORS
from index.store.writer import StoreWriter

__all__ = [
    "SCHEMA_VERSION",
    "STORE_ERRORS",
    "DocumentRecord",
    "DocumentStamp",
    "FormerStore",
    "PassageRow",
    "Store",
    "StoreAmender",
    "StoreWriter",
]
