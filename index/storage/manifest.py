"""What a generation says of itself: its files and their checksums, its encoder, its counts.

The file is canonical JSON that carries its own checksum: one changed byte, white space included,
and it is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from index.storage.durability import FileStamp
from ingest.errors import IntegrityError, SchemaError

SCHEMA_VERSION: Final = 1
MANIFEST_NAME: Final = "manifest.json"
STORE_NAME: Final = "store.sqlite"
VECTORS_NAME: Final = "vectors.faiss"

_FORMAT: Final = "archiblogue-generation"


@dataclass(frozen=True, slots=True)
class EncoderVersion:
    """The model whose vectors a generation holds."""

    name: str
    revision: str
    dimension: int


@dataclass(frozen=True, slots=True)
class ManifestFields:
    """What the builder states; the rest of the manifest is computed when it is sealed.

    `content_hash` is the logical content hash (see `logical_hash`): equal for equal content,
    however it was built. `n_amended` is the number of passages written or removed since the
    store was last written from nothing. `counts` are named `n_…`. `calibration` holds what the
    build measured (thresholds …), as JSON values.
    """

    encoder: EncoderVersion
    content_hash: str
    counts: Mapping[str, int]
    calibration: Mapping[str, object] = field(default_factory=dict)
    n_amended: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """A generation's manifest. `created_at` is ISO 8601, UTC. `parent` is a generation number.

    `n_withdrawals` is the length of the register of withdrawals that the build obeyed.
    """

    generation: int
    parent: int | None
    created_at: str
    encoder: EncoderVersion
    content_hash: str
    counts: Mapping[str, int]
    files: Mapping[str, FileStamp]
    calibration: Mapping[str, object] = field(default_factory=dict)
    n_withdrawals: int = 0
    n_amended: int = 0
    schema_version: int = SCHEMA_VERSION

    def to_bytes(self) -> bytes:
        """The manifest as the file holds it: canonical JSON with its own checksum, UTF-8."""
        body: dict[str, object] = {
            "format": _FORMAT,
            "schema_version": self.schema_version,
            "generation": self.generation,
            "parent": self.parent,
            "created_at": self.created_at,
            "encoder": {
                "name": self.encoder.name,
                "revision": self.encoder.revision,
                "dimension": self.encoder.dimension,
            },
            "content_hash": self.content_hash,
            "counts": dict(self.counts),
            "calibration": dict(self.calibration),
            "n_withdrawals": self.n_withdrawals,
            "n_amended": self.n_amended,
            "files": {
                name: {"size": stamp.size, "sha256": stamp.sha256}
                for name, stamp in self.files.items()
            },
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
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise SchemaError(
            f"L’archive «\u00a0{where}\u00a0» a le format {version}\u202f; cette version "
            "d’Archiblogue lit "
            f"les formats 1 à {SCHEMA_VERSION}. Mettez Archiblogue à jour."
        )
    try:
        return _manifest_of(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # Its checksum is right: these are the bytes that some build wrote.
        raise SchemaError(
            f"Le fichier «\u00a0{where}\u00a0» a été écrit par une version d’essai "
            "d’Archiblogue que celle-ci ne lit pas. Reconstruisez l’archive dans un autre dossier "
            "(«\u00a0archiblogue build SOURCE --archive DOSSIER\u00a0»)."
        ) from error


def logical_hash(rows: Iterable[Sequence[str | int | float | None]]) -> str:
    """SHA-256 of rows in the order given, one canonical JSON line each.

    The caller sorts the rows by a stable identifier and leaves out whatever depends on how the
    archive was built (integer keys, times), so that equal content has an equal hash.
    """
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(list(row), ensure_ascii=True, separators=(",", ":")).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _parse(content: bytes, where: str) -> dict[str, object]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _damaged(where) from error
    if not isinstance(body, dict) or body.pop("format", None) != _FORMAT:
        raise _damaged(where)
    body.pop("checksum", None)
    if _with_checksum({"format": _FORMAT, **body}) != content:
        raise _damaged(where)
    return body


def _manifest_of(body: Mapping[str, object]) -> Manifest:
    encoder, files = _mapping(body["encoder"]), _mapping(body["files"])
    parent = body["parent"]
    return Manifest(
        generation=_whole(body["generation"]),
        parent=None if parent is None else _whole(parent),
        created_at=str(body["created_at"]),
        encoder=EncoderVersion(
            str(encoder["name"]), str(encoder["revision"]), _whole(encoder["dimension"])
        ),
        content_hash=str(body["content_hash"]),
        counts={name: _whole(count) for name, count in _mapping(body["counts"]).items()},
        calibration=_mapping(body["calibration"]),
        files={
            name: FileStamp(_whole(_mapping(stamp)["size"]), str(_mapping(stamp)["sha256"]))
            for name, stamp in files.items()
        },
        n_withdrawals=_whole(body["n_withdrawals"]),
        n_amended=_whole(body["n_amended"]),
        schema_version=_whole(body["schema_version"]),
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


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return value


def _damaged(where: str) -> IntegrityError:
    return IntegrityError(
        f"Le fichier «\u00a0{where}\u00a0» est endommagé. Lancez «\u00a0archiblogue "
        "verify\u00a0» pour voir "
        "l’étendue des dégâts, puis «\u00a0archiblogue rollback\u00a0» pour revenir à la "
        "génération précédente."
    )
