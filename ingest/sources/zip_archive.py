"""Members of a ZIP, in name order, read in memory only: nothing is ever written to disk."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, Final, cast

from ingest.limits import MAX_ARCHIVE_MEMBERS, InflateStream
from ingest.model import Rejection
from ingest.sources.blob import Blob

_MAX_DIRECTORY_BYTES: Final = 64_000_000
_END_RECORD: Final = struct.Struct("<4s4H2LH")
_LOCAL_HEADER: Final = struct.Struct("<4s5H3L2H")
_READABLE_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def iter_members(blob: Blob) -> Iterator[Blob | Rejection]:
    """Files of the archive in name order as blobs; what cannot be trusted as rejections.

    Refused whole: a directory out of bounds, overlapping members (a bomb that no ratio
    shows). Refused one by one: names that climb or are absolute, links, encryption, other
    methods than deflate (their decoders cannot be bounded).
    """
    with blob.open() as stream:
        refusal = _refuse_directory(stream)
        if refusal:
            yield Rejection(blob.name, "limits", *refusal)
            return
        try:
            infos = zipfile.ZipFile(stream).infolist()
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            ValueError,
            struct.error,
            OSError,
        ) as error:
            yield Rejection(
                blob.name,
                "source",
                "zip-illisible",
                f"Archive ZIP illisible ({error})\u00a0: reprenez-la à sa source.",
            )
            return
        refusal = _refuse_overlap(infos)
        if refusal:
            yield Rejection(blob.name, "limits", *refusal)
            return
    for info in sorted(infos, key=lambda info: (info.filename, info.header_offset)):
        if not info.is_dir():
            yield _member(blob, info)


def _refuse_directory(stream: BinaryIO) -> tuple[str, str] | None:
    """Slug and sentence when the central directory is too large to be loaded."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 66_000))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END_RECORD.size:
        return "zip-illisible", "Archive ZIP sans répertoire (coupée\u202f?)\u00a0: reprenez-la."
    _magic, _disk, _start, _here, n_members, n_bytes, _offset, _note = _END_RECORD.unpack_from(
        tail, at
    )
    is_zip64 = n_bytes == 0xFFFFFFFF or n_members == 0xFFFF
    n_bytes = min(n_bytes, size)
    if n_bytes > _MAX_DIRECTORY_BYTES or (not is_zip64 and n_members > MAX_ARCHIVE_MEMBERS):
        return "bombe-de-compression", "Archive ZIP refusée\u00a0: son répertoire est démesuré."
    return None


def _refuse_overlap(infos: list[zipfile.ZipInfo]) -> tuple[str, str] | None:
    """Slug and sentence when two members share bytes, or when there are too many."""
    if len(infos) > MAX_ARCHIVE_MEMBERS:
        count = f"{len(infos)} membres"
        return "bombe-de-compression", f"Archive ZIP refusée\u00a0: {count}, c\u2019est trop."
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            return (
                "bombe-de-compression",
                f"Archive ZIP refusée\u00a0: «\u00a0{info.filename[:80]}\u00a0» partage ses octets "
                "avec un autre membre.",
            )
        end = info.header_offset + _LOCAL_HEADER.size + info.compress_size
    return None


def _member(blob: Blob, info: zipfile.ZipInfo) -> Blob | Rejection:
    name = info.filename.replace("\\", "/")
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in name)[:300]
    path = f"{blob.name}/{shown}"
    if not is_safe_name(name):
        detail = f"Nom de membre interdit\u00a0: «\u00a0{shown}\u00a0» sort de l\u2019archive."
        return Rejection(f"{blob.name}/…", "source", "nom-interdit", detail)
    if stat.S_ISLNK(info.external_attr >> 16):
        return Rejection(
            path, "source", "lien-symbolique", "Lien symbolique dans un ZIP\u00a0: non suivi."
        )
    if info.flag_bits & 0x1:
        detail = "Membre chiffré\u00a0: déchiffrez l\u2019archive avant de l\u2019indexer."
        return Rejection(path, "source", "chiffre", detail)
    if info.compress_type not in _READABLE_METHODS:
        detail = f"Méthode {info.compress_type} non lue\u00a0: refaites un ZIP ordinaire."
        return Rejection(path, "source", "compression-inconnue", detail)
    return Blob(name=path, opener=lambda: _open_member(blob, info), depth=blob.depth + 1)


def is_safe_name(name: str) -> bool:
    """Whether a member's name stays inside its archive, on any system."""
    path = PurePosixPath(name)
    has_drive = len(name) > 1 and name[1] == ":"
    has_control = any(sign < " " or sign == "\x7f" for sign in name)
    return not (path.is_absolute() or ".." in path.parts or has_drive or has_control or not name)


def _open_member(blob: Blob, info: zipfile.ZipInfo) -> BinaryIO:
    """A bounded stream of one member, from its local header on."""
    raw = blob.open()
    raw.seek(info.header_offset)
    header = raw.read(_LOCAL_HEADER.size)
    n_name, n_extra = struct.unpack_from("<2H", header, 26) if len(header) == 30 else (0, 0)
    raw.seek(info.header_offset + _LOCAL_HEADER.size + n_name + n_extra)
    window = cast("BinaryIO", _Window(raw, info.compress_size))
    if info.compress_type == zipfile.ZIP_STORED:
        return window
    return cast("BinaryIO", InflateStream(window, wbits=-15))


class _Window:
    """The next `size` bytes of a stream, as a stream that owns it."""

    def __init__(self, raw: BinaryIO, size: int) -> None:
        self._raw = raw
        self._left = size

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        part = self._raw.read(wanted) if wanted else b""
        self._left -= len(part)
        return part

    def close(self) -> None:
        self._raw.close()

    def __enter__(self) -> _Window:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()
