"""What an export counted on its way: what it gave, what it left out, what it changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from index.export.record import ExportRecord


@dataclass(slots=True)
class Tally:
    """Counts that grow while the records stream; whole once the last one is written.

    `left_out` counts, by reason in French, the records that a format cannot hold; `changes` counts
    what was changed in the values, by transformation.
    """

    n_records: int = 0
    n_containing: int = 0
    n_near: int = 0
    n_undated: int = 0
    n_undated_excluded: int = 0
    n_copies: int = 0
    n_in_threads: int = 0
    n_asked: int | None = None
    left_out: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)

    def count(self, record: ExportRecord) -> None:
        """Counts a record given to the format."""
        if record.thread_of is not None:
            self.n_in_threads += 1
            return
        self.n_records += 1
        self.n_copies += record.n_copies
        if record.date is None:
            self.n_undated += 1
        if record.score is not None:
            if record.lexical_rank is not None:
                self.n_containing += 1
            else:
                self.n_near += 1
        if record.n_masked:
            self.changes["coordonnées masquées"] += record.n_masked

    def leave_out(self, reason: str) -> None:
        """Counts a record that the format cannot hold."""
        self.left_out[reason] += 1

    def change(self, what: str, n: int) -> None:
        """Counts `n` changes of that kind."""
        if n:
            self.changes[what] += n

    def as_record(self) -> dict[str, object]:
        """The counts, as JSON values."""
        return {
            "shown": self.n_records,
            "containing": self.n_containing,
            "near": self.n_near,
            "undated": self.n_undated,
            "undated_excluded": self.n_undated_excluded,
            "copies_folded": self.n_copies,
            "in_threads": self.n_in_threads,
            "left_out": dict(self.left_out),
            "changes": dict(self.changes),
        }
