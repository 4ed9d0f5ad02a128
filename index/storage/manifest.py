"""What a generation says of itself: its files and their checksums, its encoder, its counts.

The file is canonical JSON that carries its own checksum: one changed byte, white space included,
and it is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

from index.storage.durability import FileStamp
from ingest.errors import IntegrityError, SchemaError


class ReleasedFormError(SchemaError):
    """The archive is of the released form before this one: a build converts it."""


SCHEMA_VERSION: Final = 2
MANIFEST_NAME: Final = "manifest.json"
REJECTIONS_NAME: Final = "rejections.json"

_FORMAT: Final = "archiblogue-generation"
# One store and one index of vectors a generation: `index.building.conversion` reads it.
_RELEASED_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class EncoderVersion:
    """The model whose vectors a generation holds."""

    name: str
    revision: str
    dimension: int


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment that a generation stands on, and how much of it.

    `deleted` is the name of the file, beside the manifest, that holds the numbers of the documents
    deleted in it (int64), None where there are none.
    """

    name: str
    n_passages: int
    n_deleted: int = 0
    deleted: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterStamp:
    """How far the register of withdrawals went: lines, bytes, and the SHA-256 of these."""

    n_lines: int = 0
    n_bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class ManifestFields:
    """What the builder states; the rest of the manifest is computed when it is sealed.

    `content_hash` is the logical content hash (`index.building.fingerprints`): equal for equal
    content, however it was built. `last_key` is the highest passage key ever given, `n_changed`
    the passages that the build wrote or removed, `n_drifted` those since silences were learned.
    `counts` are named `n_…`. `versions` and `calibration` say how passages were read and what was
    measured of the whole, as JSON values.
    """

    encoder: EncoderVersion
    content_hash: str
    counts: Mapping[str, int]
    segments: tuple[SegmentEntry, ...] = ()
    last_key: int = 0
    versions: str = ""
    calibration: Mapping[str, object] = field(default_factory=dict)
    n_changed: int = 0
    n_drifted: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """A generation's manifest. `created_at` is ISO 8601, UTC. `parent` is a generation number.

    `files` are those of the segments and those beside the manifest, by path from the archive's
    folder.
    """

    generation: int
    parent: int | None
    created_at: str
    fields: ManifestFields
    files: Mapping[str, FileStamp]
    register: RegisterStamp = field(default_factory=RegisterStamp)
    schema_version: int = SCHEMA_VERSION

    @property
    def encoder(self) -> EncoderVersion:
        """The model whose vectors it holds."""
        return self.fields.encoder

    @property
    def content_hash(self) -> str:
        """The logical content hash."""
        return self.fields.content_hash

    @property
    def counts(self) -> Mapping[str, int]:
        """How many documents, passages … it holds, named `n_…`."""
        return self.fields.counts

    @property
    def segments(self) -> tuple[SegmentEntry, ...]:
        """The segments that it stands on, in the order of their keys."""
        return self.fields.segments

    @property
    def calibration(self) -> Mapping[str, object]:
        """What was measured of the whole."""
        return self.fields.calibration

    @property
    def n_withdrawals(self) -> int:
        """The length of the register of withdrawals that the build obeyed."""
        return self.register.n_lines

    def to_bytes(self) -> bytes:
        """The manifest as the file holds it: canonical JSON with its own checksum, UTF-8."""
        said = self.fields
        body: dict[str, object] = {
            "format": _FORMAT,
            "schema_version": self.schema_version,
            "generation": self.generation,
            "parent": self.parent,
            "created_at": self.created_at,
            "encoder": asdict(said.encoder),
            "content_hash": said.content_hash,
            "counts": dict(said.counts),
            "segments": [asdict(one) for one in said.segments],
            "last_key": said.last_key,
            "versions": said.versions,
            "calibration": dict(said.calibration),
            "n_changed": said.n_changed,
            "n_drifted": said.n_drifted,
            "register": asdict(self.register),
            "files": {name: asdict(stamp) for name, stamp in self.files.items()},
        }
        return _with_checksum(body)


def read_manifest(content: bytes, *, where: str) -> Manifest:
    """The manifest that these bytes hold, checked to the last byte.

    Args:
        content: the bytes of `manifest.json`.
        where: how to name the file to the user.

    Raises:
        IntegrityError: the bytes are not what a build wrote.
        SchemaError: a newer version of Archiblogue wrote it, or one that was never released.
    """
    body = _parse(content, where)
    version = body.get("schema_version")
    if version == _RELEASED_VERSION:
        raise ReleasedFormError(
            f"L’archive «\u00a0{where}\u00a0» est dans l’ancien format ({version}). Lancez "
            "«\u00a0archiblogue build SOURCE\u00a0»\u202f: elle est convertie, sans rien relire "
            "de ce qu’elle contient déjà."
        )
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise SchemaError(
            f"L’archive «\u00a0{where}\u00a0» a le format {version}\u202f; cette version "
            f"d’Archiblogue lit le format {SCHEMA_VERSION}. Mettez Archiblogue à jour."
        )
    if version != SCHEMA_VERSION:
        raise _of_a_trial(where)
    try:
        return _manifest_of(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # Its checksum is right: these are the bytes that some build wrote.
        raise _of_a_trial(where) from error


def _parse(content: bytes, where: str) -> dict[str, object]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise damaged(where) from error
    if not isinstance(body, dict) or body.pop("format", None) != _FORMAT:
        raise damaged(where)
    body.pop("checksum", None)
    if _with_checksum({"format": _FORMAT, **body}) != content:
        raise damaged(where)
    return body


def _manifest_of(body: Mapping[str, object]) -> Manifest:
    encoder, register = _mapping(body["encoder"]), _mapping(body["register"])
    parent = body["parent"]
    fields = ManifestFields(
        encoder=EncoderVersion(
            str(encoder["name"]), str(encoder["revision"]), _whole(encoder["dimension"])
        ),
        content_hash=str(body["content_hash"]),
        counts={name: _whole(count) for name, count in _mapping(body["counts"]).items()},
        segments=tuple(_entry_of(_mapping(one)) for one in _sequence(body["segments"])),
        last_key=_whole(body["last_key"]),
        versions=str(body["versions"]),
        calibration=_mapping(body["calibration"]),
        n_changed=_whole(body["n_changed"]),
        n_drifted=_whole(body["n_drifted"]),
    )
    return Manifest(
        generation=_whole(body["generation"]),
        parent=None if parent is None else _whole(parent),
        created_at=str(body["created_at"]),
        fields=fields,
        files={name: _stamp_of(_mapping(one)) for name, one in _mapping(body["files"]).items()},
        register=RegisterStamp(
            _whole(register["n_lines"]), _whole(register["n_bytes"]), str(register["sha256"])
        ),
        schema_version=_whole(body["schema_version"]),
    )


def _entry_of(body: Mapping[str, object]) -> SegmentEntry:
    deleted = body["deleted"]
    return SegmentEntry(
        name=str(body["name"]),
        n_passages=_whole(body["n_passages"]),
        n_deleted=_whole(body["n_deleted"]),
        deleted=None if deleted is None else str(deleted),
    )


def _stamp_of(body: Mapping[str, object]) -> FileStamp:
    return FileStamp(
        size=_whole(body["size"]),
        sha256=str(body["sha256"]),
        inode=_whole(body["inode"]),
        mtime_ns=_whole(body["mtime_ns"]),
    )


def _with_checksum(body: Mapping[str, object]) -> bytes:
    checksum = hashlib.sha256(_canonical(body)).hexdigest()
    return _canonical({**body, "checksum": checksum}) + b"\n"


def _canonical(body: Mapping[str, object]) -> bytes:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1)
    return text.encode("utf-8", "surrogatepass")


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(type(value).__name__)
    return value


def _sequence(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise TypeError(type(value).__name__)
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return value


def _of_a_trial(where: str) -> SchemaError:
    return SchemaError(
        f"Le fichier «\u00a0{where}\u00a0» a été écrit par une version d’essai "
        "d’Archiblogue que celle-ci ne lit pas. Reconstruisez l’archive dans un autre dossier "
        "(«\u00a0archiblogue build SOURCE --archive DOSSIER\u00a0»)."
    )


def damaged(where: str) -> IntegrityError:
    """The error to raise when a file of an archive is not what was written.

    Args:
        where: how to name the file to the user.
    """
    return IntegrityError(
        f"Le fichier «\u00a0{where}\u00a0» est endommagé. Lancez «\u00a0archiblogue "
        "verify\u00a0» pour voir "
        "l’étendue des dégâts, puis «\u00a0archiblogue rollback\u00a0» pour revenir à la "
        "génération précédente."
    )
