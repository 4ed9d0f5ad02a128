"""Whose words: names as they are, keyed pseudonyms, or none, in every export.

A pseudonym is HMAC-SHA-256 of the name under a key of the corpus: the same person has the same one
in all exports of a corpus, and another in any other corpus. The key is kept in the user's own
configuration folder, never in the archive: who has the archive and an export cannot tie the two by
trying names. A person who writes under two names has two pseudonyms.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from index.export.record import ExportRecord
from ingest.errors import ArchiveError, UsageError
from ingest.masking import mask_contacts
from ingest.text import name_key

KEY_BYTES: Final = 32
_LETTERS: Final = 10  # 50 bits: two of 100,000 names share one in 1 corpus of 200,000
_TEXTS: Final = ("text", "title", "heading", "author", "post_author", "left", "keyword", "right")


class Authors(StrEnum):
    """How people are named."""

    REAL = "real"
    PSEUDONYMS = "pseudonyms"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Protection:
    """What is done to each record before any format sees it. `key` is needed for pseudonyms."""

    authors: Authors = Authors.REAL
    key: bytes = b""

    def apply(self, record: ExportRecord) -> ExportRecord:
        """The record with its contact details masked and its people named as chosen."""
        changed: dict[str, str | None] = {}
        n_masked = 0
        for name in _TEXTS:
            value = getattr(record, name)
            if value is None:
                continue
            masked = mask_contacts(value)
            if masked.n_masked:
                changed[name] = masked.text
                n_masked += masked.n_masked
        if "text" in changed:
            changed["fragment_url"] = None  # it repeats words of the text
        shown = replace(record, **changed, n_masked=n_masked) if changed else record  # type: ignore[arg-type]
        if self.authors is Authors.REAL:
            return shown
        # The names themselves, not their masked form, tell people apart.
        return replace(
            shown, author=self._name(record.author), post_author=self._name(record.post_author)
        )

    def _name(self, author: str | None) -> str | None:
        if author is None or self.authors is Authors.NONE:
            return None
        return pseudonym(author, self.key)


def pseudonym(author: str, key: bytes) -> str:
    """The pseudonym of a name: equal whatever the case and the accents."""
    name = name_key(author) or author
    digest = hmac.new(key, name.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return "auteur-" + base64.b32encode(digest).decode("ascii").lower()[:_LETTERS]


def parse_authors(name: str) -> Authors:
    """The choice of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return Authors(name)
    except ValueError:
        raise UsageError(
            f"Le choix d’auteurs «\u00a0{name}\u00a0» n’existe pas. Choisissez "
            f"{', '.join(one.value for one in Authors)}."
        ) from None


def corpus_key(archive: Path, folder: Path) -> bytes:
    """The key of the pseudonyms of an archive, made the first time, readable by its owner only.

    Args:
        archive: the archive's folder: its place names the corpus.
        folder: where keys are kept, outside any archive.

    Raises:
        ArchiveError: the key cannot be read or written, or is damaged.
    """
    name = hashlib.sha256(str(archive.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return read_key(folder / f"{name}.key", is_made=True)


def read_key(path: Path, *, is_made: bool = False) -> bytes:
    """The key in a file; made there when `is_made` and there is none.

    Raises:
        ArchiveError: the key cannot be read or written, or is damaged.
    """
    try:
        if is_made and not path.exists():
            _make(path)
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise ArchiveError(
            f"La clé des pseudonymes «\u00a0{path}\u00a0» ne peut pas être lue ou écrite "
            f"({error.strerror}). Vérifiez ce dossier, ou choisissez --authors none."
        ) from error
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise ArchiveError(
            f"La clé des pseudonymes «\u00a0{path}\u00a0» est endommagée\u202f: remettez-la depuis "
            "une sauvegarde. En la supprimant, tous les pseudonymes de ce corpus changeront."
        )
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was quicker
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(KEY_BYTES) + "\n")
