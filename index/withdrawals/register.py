"""The register of withdrawals: append-only, outside the generations, without any text.

    withdrawals.jsonl    one withdrawal a line: when, what kind, and its marks
    withdrawals.key      the secret of the marks, and how far the register goes: its keeper's alone

A mark is a keyed hash (HMAC-SHA-256, 128 bits kept) of what identifies a withdrawn text: the
register alone tells nobody who asked to be forgotten, nor what they had written. Each line carries
the hash of all before it, and the key file the last one: a changed, removed or cut line is seen.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from index.storage.durability import append_durably, write_durably
from index.storage.io_errors import unreadable
from index.storage.manifest import RegisterStamp
from ingest.errors import IntegrityError

LEDGER_NAME: Final = "withdrawals.jsonl"
KEY_NAME: Final = "withdrawals.key"

_MARK_BYTES: Final = 16
_FIRST_CHAIN: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One withdrawal. `kind` is `url`, `id` or `author`; `at` is ISO 8601, UTC."""

    at: str
    kind: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The register as it is on the disk; an archive without withdrawals has an empty one.

    `key` is empty for those who may not read it: they see how far the register goes, not what it
    says.
    """

    key: bytes = b""
    lines: tuple[LedgerLine, ...] = ()
    chain: str = _FIRST_CHAIN
    n_bytes: int = 0
    marks: frozenset[str] = field(default_factory=frozenset)

    @property
    def stamp(self) -> RegisterStamp:
        """How far it goes, as a manifest states it."""
        return RegisterStamp(len(self.lines), self.n_bytes, self.chain if self.lines else "")

    def mark(self, kind: str, *parts: str) -> str:
        """The keyed hash of what identifies something, 32 hexadecimal digits."""
        message = "\0".join((kind, *parts)).encode("utf-8", "surrogatepass")
        return hmac.new(self.key, message, hashlib.sha256).digest()[:_MARK_BYTES].hex()


def read_ledger(archive: Path, *, expected: RegisterStamp | None = None) -> Ledger:
    """The register of an archive, checked to the last line.

    Args:
        archive: the archive's folder.
        expected: how far it went when a generation was made.

    Raises:
        IntegrityError: a line or the key is missing or damaged.
    """
    expected = expected or RegisterStamp()
    content = _read_or_none(archive / LEDGER_NAME)
    head = _read_head(archive)
    if head is None and _is_secret(archive):
        head = (b"", expected.n_lines, expected.sha256 or _FIRST_CHAIN)
    if head is None:
        if content is not None or expected.n_lines:
            raise _damaged(archive / KEY_NAME)
        return Ledger()
    key, n_stated, chain_stated = head
    if content is None and n_stated:
        raise _damaged(archive / LEDGER_NAME)
    ledger = _read_lines(archive / LEDGER_NAME, content or b"", key)
    chains = _chains(content or b"", len(ledger.lines))
    if len(ledger.lines) < max(n_stated, expected.n_lines) or chains[n_stated] != chain_stated:
        raise _damaged(archive / LEDGER_NAME)
    if expected.sha256 and chains[expected.n_lines] != expected.sha256:
        raise _damaged(archive / LEDGER_NAME)
    return ledger


def register_size(archive: Path) -> int:
    """The bytes of the register, which only grows; 0 when there is none."""
    try:
        return (archive / LEDGER_NAME).stat().st_size
    except OSError:
        return 0


def is_key_sound(archive: Path) -> bool:
    """Whether the key file is as it was written, or rightly absent."""
    try:
        head = _read_head(archive)
    except IntegrityError:
        return False
    return head is not None or not (archive / LEDGER_NAME).exists()


def open_ledger(archive: Path) -> Ledger:
    """The register, with a key made for it when it is the first withdrawal (under the lock).

    Raises:
        IntegrityError: a line or the key is damaged.
        OSError: the disk refuses.
    """
    if not (archive / KEY_NAME).exists() and not (archive / LEDGER_NAME).exists():
        _write_head(archive, secrets.token_bytes(32), 0, _FIRST_CHAIN)
    ledger = read_ledger(archive)
    path = archive / LEDGER_NAME
    if path.exists() and path.stat().st_size > ledger.n_bytes:
        # The torn end of an append that never returned.
        write_durably(path, path.read_bytes()[: ledger.n_bytes])
    return ledger


def append_line(archive: Path, ledger: Ledger, kind: str, marks: Iterable[str]) -> Ledger:
    """The register with one more withdrawal, on the disk when this returns (under the lock).

    It is the one given when it has all of these marks already.

    Raises:
        OSError: the disk refuses.
    """
    line = LedgerLine(
        datetime.now(UTC).isoformat(timespec="seconds"), kind, tuple(sorted(set(marks)))
    )
    if ledger.marks.issuperset(line.marks):
        return ledger
    encoded = _encode(line, ledger.chain)
    append_durably(archive / LEDGER_NAME, encoded)
    chain = _next_chain(encoded)
    lines = (*ledger.lines, line)
    _write_head(archive, ledger.key, len(lines), chain)
    return Ledger(
        ledger.key, lines, chain, ledger.n_bytes + len(encoded), ledger.marks | set(line.marks)
    )


def _read_lines(path: Path, content: bytes, key: bytes) -> Ledger:
    lines: list[LedgerLine] = []
    chain, n_bytes = _FIRST_CHAIN, 0
    for raw in content.splitlines(keepends=True):
        line = _decode(raw, chain)
        if line is None:
            if n_bytes + len(raw) < len(content):
                raise _damaged(path)
            break
        lines.append(line)
        chain, n_bytes = _next_chain(raw), n_bytes + len(raw)
    marks = frozenset(mark for line in lines for mark in line.marks)
    return Ledger(key, tuple(lines), chain, n_bytes, marks)


def _chains(content: bytes, n_lines: int) -> list[str]:
    raws = content.splitlines(keepends=True)[:n_lines]
    return [_FIRST_CHAIN, *(_next_chain(raw) for raw in raws)]


def _encode(line: LedgerLine, previous: str) -> bytes:
    body = {"at": line.at, "kind": line.kind, "marks": list(line.marks), "previous": previous}
    body["chain"] = hashlib.sha256(_canonical(body)).hexdigest()
    return _canonical(body) + b"\n"


def _decode(raw: bytes, previous: str) -> LedgerLine | None:
    try:
        body = json.loads(raw)
        line = LedgerLine(
            str(body["at"]), str(body["kind"]), tuple(str(mark) for mark in body["marks"])
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return line if raw == _encode(line, previous) else None


def _next_chain(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _canonical(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def _write_head(archive: Path, key: bytes, n_lines: int, chain: str) -> None:
    body: dict[str, object] = {"key": key.hex(), "n_lines": n_lines, "chain": chain}
    body["checksum"] = hashlib.sha256(_canonical(body)).hexdigest()
    write_durably(archive / KEY_NAME, _canonical(body) + b"\n", mode=0o600)


def _read_head(archive: Path) -> tuple[bytes, int, str] | None:
    path = archive / KEY_NAME
    content = None if _is_secret(archive) else _read_or_none(path)
    if content is None:
        return None
    try:
        body = json.loads(content)
        checksum = body.pop("checksum")
        key, n_lines, chain = bytes.fromhex(body["key"]), int(body["n_lines"]), str(body["chain"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(path) from error
    body["checksum"] = hashlib.sha256(_canonical(body)).hexdigest()
    if body["checksum"] != checksum or _canonical(body) + b"\n" != content:
        raise _damaged(path)
    return key, n_lines, chain


def _is_secret(archive: Path) -> bool:
    """Whether the key is there, for others to read."""
    path = archive / KEY_NAME
    return path.exists() and not os.access(path, os.R_OK)


def _read_or_none(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise unreadable(path, error) from error


def _damaged(path: Path) -> IntegrityError:
    return IntegrityError(
        f"Le registre des retraits («\u00a0{path}\u00a0») manque ou est endommagé\u202f: des "
        "textes "
        "retirés pourraient reparaître. Remettez ce fichier depuis une sauvegarde avant toute "
        "autre commande."
    )
