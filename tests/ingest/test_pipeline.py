"""The pipeline: order, rejections, hard time limits, workers that are always ended."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.explain import explain_page
from ingest.model import Document, Page, Rejection
from ingest.pipeline import IngestOptions, ingest, read_page
from ingest.workers import WorkerPool

PROSE = "Nous avons marché toute la journée dans la neige, et personne ne s’est plaint du froid."


def page(name: str, content: bytes) -> Page:
    return Page(name, content)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    blog = tmp_path / "blogue"
    blog.mkdir()
    for n in range(6):
        body = f"<html><body><h1>Titre {n}</h1><p>{PROSE}</p><p>{PROSE}</p></body></html>"
        (blog / f"{n}.html").write_text(body, encoding="utf-8")
        (blog / f"{n}.txt").write_text(f"Titre {n}\n\n{PROSE}\n", encoding="utf-8")
    (blog / "vide.txt").write_bytes(b"  \n ")
    (blog / "README.md").write_text("Une notice.", encoding="utf-8")
    return blog


def test_the_order_does_not_depend_on_the_workers(folder: Path) -> None:
    one = list(ingest([str(folder)], IngestOptions(n_workers=1)))
    two = list(ingest([str(folder)], IngestOptions(n_workers=2)))
    assert one == two
    paths = [record.source_path for record in one]
    assert paths == sorted(paths)
    assert len(paths) == 13
    assert {record.source for record in one} == {str(folder)}
    (rejected,) = [record for record in one if isinstance(record, Rejection)]
    assert (rejected.slug, rejected.source_path) == ("vide", "blogue/vide.txt")


def test_pages_of_one_name_in_two_folders_are_two_documents(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(
            f"<title>{name}</title><p>Billet {name}. {PROSE}</p>", encoding="utf-8"
        )
    alone = list(ingest([str(tmp_path / name / "index.html") for name in ("a", "b")]))
    in_folders = list(ingest([str(tmp_path / name) for name in ("a", "b")]))
    assert [record.source_path for record in alone] == ["a/index.html", "b/index.html"]
    names = [[r.doc_id for r in found if isinstance(r, Document)] for found in (alone, in_folders)]
    assert names[0] == names[1]
    assert len(set(names[0])) == 2


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="absent"):
        list(ingest([str(tmp_path / "absent")]))


def test_bad_pages_are_rejections() -> None:
    for content, slug in ((b"", "vide"), (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "binaire")):
        record = read_page(page("p.txt", content))
        assert isinstance(record, Rejection)
        assert (record.stage, record.slug) == ("decode", slug)


def test_a_page_over_the_limit_is_a_rejection(folder: Path) -> None:
    (folder / "gros.txt").write_text("Un mot de plus.\n" * 900, encoding="utf-8")
    records = list(ingest([str(folder)], IngestOptions(max_page_bytes=5_000)))
    (big,) = [r for r in records if r.source_path.endswith("gros.txt")]
    assert isinstance(big, Rejection)
    assert big.slug == "trop-gros"


def test_a_page_that_takes_too_long_is_stopped_and_the_next_is_read() -> None:
    heavy = "".join(f"<div><p>{PROSE} {n}</p>" for n in range(120_000)).encode()
    with WorkerPool(1, timeout_s=0.3) as pool:
        started = time.monotonic()
        first = list(pool.put(page("lourd.html", heavy))) + list(pool.drain())
        assert time.monotonic() - started < 60  # the worker's start included
    (record,) = first
    assert isinstance(record, Rejection)
    assert record.slug == "delai-depasse"
    with WorkerPool(1, timeout_s=30) as pool:
        (good,) = [*pool.put(page("bon.txt", f"Titre\n\n{PROSE}".encode())), *pool.drain()]
    assert isinstance(good, Document)


def test_closing_the_iterator_ends_the_workers(folder: Path) -> None:
    others = _children()  # what other tests of this process left running is not ours
    records = ingest([str(folder)], IngestOptions(n_workers=2))
    assert isinstance(records, Iterator)
    next(records)
    workers = _children() - others
    assert workers
    records.close()  # type: ignore[attr-defined]
    assert not workers & _children()


def _children() -> set[int]:
    path = Path(f"/proc/{os.getpid()}/task")
    if not path.exists():
        pytest.skip("needs /proc to list the processes")
    found: set[int] = set()
    for task in path.iterdir():
        with contextlib.suppress(FileNotFoundError):  # a thread that ended since it was listed
            found |= {int(pid) for pid in (task / "children").read_text().split()}
    return found


def test_a_page_is_explained_block_by_block(folder: Path) -> None:
    explanation = explain_page(folder / "1.txt")
    record = explanation.as_record()
    assert record["n_blocks"] == {"kept": 1, "metadata": 1}
    (document,) = record["documents"]
    assert [block["rule"] for block in document["blocks"]] == ["titre", "texte-billet"]
    assert document["title"] == "Titre 1"
    assert document["blocks"][1]["text"] == PROSE
