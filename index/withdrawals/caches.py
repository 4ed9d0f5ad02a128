"""The answers of servers that a build keeps to ask less: none may keep what was withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from index.withdrawals.redaction import load_withdrawals
from ingest.fetch import clear_answers
from ingest.model import Document, Rejection
from ingest.sources.web import is_address


def without_withdrawn_answers(
    records: Iterable[Document | Rejection], archive: Path, cache_folder: Path | None
) -> Iterator[Document | Rejection]:
    """Yields the records; at their end, clears the cache if the network gave something withdrawn.

    The whole cache goes, not one answer: what a page says is in the blog's feed, in its API and on
    its first page too. While the records are read it stays, for a crawl that is taken up again.

    Raises:
        IntegrityError: the register of withdrawals is missing or damaged.
    """
    withdrawals = load_withdrawals(archive)
    is_stained = False
    for record in records:
        if withdrawals and not is_stained and isinstance(record, Document):
            is_web = record.source is not None and is_address(record.source)
            is_stained = is_web and withdrawals.apply(record) != record
        yield record
    if is_stained and cache_folder is not None:
        clear_answers(cache_folder)
