"""The project's exception tree.

    ArchiveError                 everything the project raises on purpose
    ├── UsageError               the request cannot be read as given       (exit 2)
    ├── SourceError              a source is missing or cannot be read     (exit 1)
    ├── FetchError               the network answered no                   (exit 1)
    ├── ExtractionError          one page cannot be read; becomes a Rejection
    ├── EncoderError             a model is missing or does not fit        (exit 1)
    ├── ArchiveNotFoundError     there is no archive at that place         (exit 1)
    ├── SchemaError              another version made the archive          (exit 1)
    ├── RegressionError          a build answers worse than the one before (exit 1)
    ├── IntegrityError           a file of the archive is damaged          (exit 4)
    └── LockedError              another process is writing the archive    (exit 5)

A message is a French sentence for the user: the value seen, then the next step to take.
"""

from __future__ import annotations

from typing import ClassVar


class ArchiveError(Exception):
    """Root of the tree. `exit_code` is what the command line returns for it."""

    exit_code: ClassVar[int] = 1


class UsageError(ArchiveError):
    """The request cannot be read as given."""

    exit_code = 2


class SourceError(ArchiveError):
    """A source is missing or cannot be read."""


class FetchError(ArchiveError):
    """An address refused, timed out, or is not allowed.

    `slug` is a stable identifier for a `Rejection` (`adresse-interdite`, `robots`, …).
    """

    def __init__(self, message: str, slug: str = "reseau") -> None:
        super().__init__(message)
        self.slug = slug


class ExtractionError(ArchiveError):
    """One page cannot be read; the pipeline turns it into a `Rejection`.

    `slug` is a stable identifier (`vide`, `binaire`, …), `detail` a French sentence.
    """

    def __init__(self, slug: str, detail: str) -> None:
        super().__init__(detail)
        self.slug = slug
        self.detail = detail


class EncoderError(ArchiveError):
    """A model is missing, refused, or does not fit the archive."""


class ArchiveNotFoundError(ArchiveError):
    """There is no archive at that place."""


class SchemaError(ArchiveError):
    """The archive was made by a version of Archiblogue that this one cannot read."""


class RegressionError(ArchiveError):
    """The new generation answers its own probes worse than the current one, which stays."""


class IntegrityError(ArchiveError):
    """A file of the archive is damaged."""

    exit_code = 4


class LockedError(ArchiveError):
    """Another process is writing the archive."""

    exit_code = 5
