"""Compression bombs of every kind that a source can carry: refused within 2 s and 200 MB."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

MAX_SECONDS = 2.0
MAX_MB = 200.0
GIGABYTE = 1_000


def deflated(n_megabytes: int, sign: bytes = b"a") -> bytes:
    """A raw deflate stream of so many megabytes, made at once from one repeated block."""
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = press.compress(sign * 1_000_000) + press.flush(zlib.Z_FULL_FLUSH)
    return block * n_megabytes + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


def gzipped(n_megabytes: int, prefix: bytes = b"") -> bytes:
    """A gzip stream of `prefix` and so many megabytes (its checksum is never reached)."""
    head = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = head.compress(prefix) + head.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + start + deflated(n_megabytes) + b"\0" * 8


def small_gzip(content: bytes) -> bytes:
    press = zlib.compressobj(9, zlib.DEFLATED, 31)
    return press.compress(content) + press.flush()


def zipped(name: str, stream: bytes, method: int = 8, size: int = 1_000_000_000) -> bytes:
    """A ZIP of one member whose compressed bytes are given."""
    raw = name.encode()
    crc = 0
    local = struct.pack(
        "<4s5H3L2H", b"PK\3\4", 20, 0, method, 0, 0, crc, len(stream), size, len(raw), 0
    )
    central = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, method, 0, 0, crc, len(stream), size, len(raw),
        0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    body = local + raw + stream
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(central) + len(raw), len(body), 0)
    return body + central + raw + end


def overlapping(n_members: int) -> bytes:
    """Many names for the bytes of one member: no single ratio is high."""
    stream = deflated(4)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(stream), 4_000_000, 1, 0)
    body = local + b"a" + stream
    central = b"".join(
        struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(stream), 4_000_000, 9,
            0, 0, 0, 0, 0, 0,
        ) + f"{number:04d}.html".encode()
        for number in range(n_members)
    )  # fmt: skip
    count = min(n_members, 0xFFFF)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(central), len(body), 0)
    return body + central + end


def nested_zip(depth: int) -> bytes:
    content = b"<html><body>fond</body></html>"
    for level in range(depth):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{level}.zip", content)
        content = buffer.getvalue()
    return content


def warc_head(length: int, http: bytes = b"") -> bytes:
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        b"WARC-Target-URI: http://blog.example/\r\nWARC-Date: 2010-01-01T00:00:00Z\r\n"
        b"Content-Type: application/http; msgtype=response\r\n"
        + f"Content-Length: {length}\r\n\r\n".encode()
        + http
    )


def bombs() -> dict[str, bytes]:
    html = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    gzip_body = gzipped(GIGABYTE)
    encoded = html + b"Content-Encoding: gzip\r\n\r\n" + gzip_body
    return {
        "page.html.gz": gzipped(GIGABYTE, b"<html><body>"),
        "nested.gz": small_gzip(small_gzip(gzipped(GIGABYTE, b"<html><body>"))),
        "members.gz": small_gzip(b"<html>" + b"a" * 1_000_000) * 400,
        "ratio.zip": zipped("page.html", deflated(GIGABYTE)),
        "lying-size.zip": zipped("page.html", deflated(GIGABYTE), size=1_000),
        "overlapping.zip": overlapping(2_000),
        "bzip2.zip": zipped("page.html", b"BZh9" + b"\0" * 1_000, method=12),
        "lzma.zip": zipped("page.html", b"\0" * 1_000, method=14),
        "nested.zip": nested_zip(12),
        "record.warc.gz": gzipped(GIGABYTE, warc_head(1_000_000_000, html + b"\r\n<html><body>")),
        "skipped-record.warc.gz": gzipped(
            GIGABYTE, warc_head(1_000_000_000, b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n\r\n")
        ),
        "encoding.warc": warc_head(len(encoded), encoded),
        "header.warc.gz": gzipped(GIGABYTE, b"WARC/1.0\r\nWARC-Type: "),
        "export.xml.gz": gzipped(
            GIGABYTE,
            b'<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
            b"<item><description>",
        ),
        "ghost.json.gz": gzipped(GIGABYTE, b'{"posts": [{"html": "'),
        "deep.json": b"[" * 2_000_000,
    }


def test_bombs_are_refused_within_bounds(
    tmp_path: Path, probe: Callable[[list[Path]], list[dict[str, Any]]]
) -> None:
    paths = []
    for name, content in bombs().items():
        (tmp_path / name).write_bytes(content)
        paths.append(tmp_path / name)
    assert len(paths) >= 10
    for outcome in probe(paths):
        assert outcome["n_content"] == 0, outcome
        assert outcome["slugs"], outcome
        assert outcome["seconds"] < MAX_SECONDS, outcome
        assert outcome["peak_mb"] < MAX_MB, outcome


def test_a_directory_out_of_bounds_is_not_loaded(
    tmp_path: Path, probe: Callable[[list[Path]], list[dict[str, Any]]]
) -> None:
    path = tmp_path / "directory.zip"
    n_bytes = 900_000_000
    with path.open("wb") as stream:
        stream.write(b"PK\3\4")
        stream.truncate(n_bytes)  # sparse: takes no room on the disk
        stream.seek(n_bytes)
        stream.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, n_bytes - 4, 4, 0))
    (outcome,) = probe([path])
    assert outcome["slugs"] == ["bombe-de-compression"], outcome
    assert outcome["seconds"] < MAX_SECONDS
    assert outcome["peak_mb"] < MAX_MB


def test_well_compressed_pages_are_no_bombs(
    tmp_path: Path, probe: Callable[[list[Path]], list[dict[str, Any]]]
) -> None:
    path = tmp_path / "long.html.gz"
    path.write_bytes(small_gzip(b"<html><body>" + b"<p>Le chat dort.</p>\n" * 300_000))
    (outcome,) = probe([path])
    assert (outcome["n_content"], outcome["slugs"]) == (1, []), outcome
