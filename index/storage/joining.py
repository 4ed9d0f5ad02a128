"""Writes what is left of neighbouring segments as one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from index.storage.arrays import pack_strings
from index.storage.lessons import join_lessons
from index.storage.postings import Postings, join_postings
from index.storage.segment import STORE_NAME, LiveSegment
from index.storage.segment_writer import DOCUMENT_ARRAYS, FACT_NAMES, SegmentDraft
from index.storage.tokens import TokenFile
from index.storage.vectors import HalfVectors

_ROW_ARRAYS: Final = (
    "keys", "passage_ids", "content", "embedded", "text_lengths", "title_lengths", "noise",
)  # fmt: skip
_COPIED_AT_ONCE: Final = 1 << 22
_COPIED: Final = {
    "documents": "number, doc_id, source_path, title, author, date, date_precision, date_source, "
    "date_raw, site, url, language, categories, tags, n_comments_declared, duplicate_of, "
    "platform, source",
    "comments": "id, comment_id, document, number, kind, author, date, date_precision, "
    "date_source, date_raw, url, parent_id, depth, is_post_author, state",
    "passages": 'id, passage_id, document, ordinal, role, kind, text, start, "end", heading, '
    "comment, comment_id, language, embedded",
    "ledger": 'document, position, action, rule, reason, text, start, "end", passage_id',
    "alignments": "comment_id, document, passage_id, method, confidence",
}


def join_segments(folder: Path, parts: Sequence[LiveSegment]) -> int:
    """The number of passages of the new segment in `folder`: all that is left of others.

    Args:
        folder: where; nothing may be there.
        parts: neighbours, in the order of their keys. What they deleted is not read.

    Raises:
        OSError: the disk refuses.
        IntegrityError: a file of a segment is damaged.
    """
    with closing(SegmentDraft(folder)) as draft:
        n_documents = 0
        token_ends = [np.zeros(0, dtype=np.uint64)]
        for part in parts:
            _copy_rows(draft.rows, part, n_documents)
            n_documents += len(part.live_documents)
            token_ends.append(_copy_tokens(draft.tokens, part, int(_last(token_ends))))
        arrays = _joined_arrays(parts) | _joined_facts(parts) | join_lessons(parts)
        arrays["token_ends"] = np.concatenate(token_ends)
        arrays |= _joined_postings(parts).as_arrays()
        draft.finish(arrays, _joined_vectors(parts))
    return len(arrays["keys"])


def _copy_rows(rows: sqlite3.Connection, part: LiveSegment, n_documents: int) -> None:
    """Copies the documents that are left, numbered from `n_documents`."""
    live = part.live_documents
    (n_comments,) = rows.execute("SELECT coalesce(max(id), 0) FROM comments").fetchone()
    rows.execute("COMMIT")
    uri = f"{(part.segment.path / STORE_NAME).resolve().as_uri()}?mode=ro&immutable=1"
    rows.execute("ATTACH ? AS other", (uri,))
    rows.execute("CREATE TEMP TABLE moved (previous INTEGER PRIMARY KEY, number INTEGER NOT NULL)")
    rows.execute("BEGIN")
    numbers = range(n_documents, n_documents + len(live))
    rows.executemany("INSERT INTO moved VALUES (?, ?)", zip(live.tolist(), numbers, strict=True))
    for table, columns in _COPIED.items():
        document = "number" if table == "documents" else "document"
        read = {document: "m.number"}
        if table == "comments":
            read["id"] = f"o.id + {n_comments:d}"
        if table == "passages":
            read["comment"] = f"o.comment + {n_comments:d}"
        wanted = ", ".join(read.get(one, f"o.{one}") for one in columns.split(", "))
        rows.execute(
            f"INSERT INTO {table} ({columns}) SELECT {wanted} FROM other.{table} o "
            f"JOIN moved m ON m.previous = o.{document} ORDER BY o.{document}, o.rowid"
            if table not in {"ledger", "alignments"}
            else f"INSERT INTO {table} ({columns}) SELECT {wanted} FROM other.{table} o "
            f"JOIN moved m ON m.previous = o.{document}"
        )
    rows.execute("COMMIT")
    rows.execute("DROP TABLE moved")
    rows.execute("DETACH other")
    rows.execute("BEGIN")


def _copy_tokens(tokens: BinaryIO, part: LiveSegment, n_bytes: int) -> NDArray[np.uint64]:
    """Where the codes of each passage that is left end, once copied after `n_bytes` others."""
    ends = part.segment.arrays["token_ends"].astype(np.int64)
    starts = np.concatenate([np.zeros(1, dtype=np.int64), ends[:-1]])[: len(ends)]
    live = part.live
    if live is None:
        _copy_bytes(tokens, part.segment.tokens, 0, part.segment.tokens.n_bytes)
        return np.asarray(ends + n_bytes, dtype=np.uint64)
    # One run for all passages that stay side by side.
    edges = np.flatnonzero(np.diff(np.r_[False, live, False].astype(np.int8)))
    for first, last in edges.reshape(-1, 2).tolist():
        _copy_bytes(tokens, part.segment.tokens, int(starts[first]), int(ends[last - 1]))
    return np.asarray(np.cumsum((ends - starts)[live]) + n_bytes, dtype=np.uint64)


def _copy_bytes(tokens: BinaryIO, file: TokenFile, start: int, end: int) -> None:
    for at in range(start, end, _COPIED_AT_ONCE):
        tokens.write(file.read(at, min(at + _COPIED_AT_ONCE, end)))


def _joined_arrays(parts: Sequence[LiveSegment]) -> dict[str, NDArray[Any]]:
    """The arrays with a value a passage or a document, of those that are left."""
    arrays: dict[str, NDArray[Any]] = {}
    for name in _ROW_ARRAYS:
        arrays[name] = np.concatenate([one.pick(one.segment.arrays[name]) for one in parts])
    for name in DOCUMENT_ARRAYS:
        kept = [one.segment.arrays[name][one.live_documents] for one in parts]
        arrays[name] = np.concatenate(kept)
    sizes = [np.diff(one.segment.first_rows)[one.live_documents] for one in parts]
    firsts = np.concatenate([np.zeros(1, dtype=np.int64), *sizes])
    arrays["documents.first_row"] = np.cumsum(firsts).astype(np.uint32)
    ids = [one.segment.doc_ids[number] for one in parts for number in one.live_documents.tolist()]
    arrays["documents.id"] = pack_strings(list(ids))
    firsts = arrays["documents.first_row"].astype(np.int64)
    numbers = np.arange(len(ids), dtype=np.int32)
    arrays["facts.document"] = np.repeat(numbers, firsts[1:] - firsts[:-1])
    return arrays


def _joined_vectors(parts: Sequence[LiveSegment]) -> HalfVectors:
    kept = []
    for part in parts:
        live = part.live
        kept.append(part.segment.vectors.halves(None if live is None else np.flatnonzero(live)))
    return np.concatenate(kept)


def _joined_facts(parts: Sequence[LiveSegment]) -> dict[str, NDArray[Any]]:
    """The facts of the passages that are left; a value that none has any more is forgotten."""
    arrays: dict[str, NDArray[Any]] = {}
    for name in FACT_NAMES:
        if name == "document":
            continue
        numbers: dict[str | None, int] = {}
        codes = [np.zeros(0, dtype=np.int32)]
        for part in parts:
            own = part.pick(part.segment.arrays[f"facts.{name}"])
            codes.append(recode(own, part.segment.arrays.strings(f"values.{name}"), numbers))
        arrays[f"facts.{name}"] = np.concatenate(codes)
        arrays[f"values.{name}"] = pack_strings(list(numbers))
    return arrays


def recode(
    codes: NDArray[np.int32], values: Sequence[str | None], numbers: dict[str | None, int]
) -> NDArray[np.int32]:
    """Codes (n,) that stand for `values` as `numbers` has them; values met first are added."""
    table = np.zeros(len(values), dtype=np.int32)
    for code in np.flatnonzero(np.bincount(codes, minlength=len(values))).tolist():
        table[code] = numbers.setdefault(values[code], len(numbers))
    return np.asarray(table[codes], dtype=np.int32)


def _joined_postings(parts: Sequence[LiveSegment]) -> Postings:
    placed, base = [], 0
    for part in parts:
        live = part.live
        is_live = np.ones(part.segment.n_rows, dtype=np.bool_) if live is None else live
        places = np.where(is_live, base + np.cumsum(is_live) - 1, -1)
        base += int(np.count_nonzero(is_live))
        placed.append((part.segment.postings, places))
    return join_postings(placed)


def _last(parts: Sequence[NDArray[np.uint64]]) -> int:
    filled = [one for one in parts if len(one)]
    return int(filled[-1][-1]) if filled else 0
