"""The keeper's tools: going back, seeing every damaged byte, freeing room, saying what to do."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.archive import open_archive
from index.building.build import build_archive
from index.building.publish import current_generation, lease_current, list_generations, write_lock
from index.maintenance.doctor import Severity, doctor
from index.maintenance.generations import (
    DamageKind,
    compact,
    describe_generations,
    rollback,
    verify,
)
from index.storage.segment import FILE_NAMES
from ingest.errors import ArchiveNotFoundError, IntegrityError, LockedError, UsageError
from tests.durability.corpus import Blog
from tests.fakes import FakeTokenEncoder

ENCODER = FakeTokenEncoder()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("built") / "archive"
    for n in (3, 4, 5):
        build_archive(archive, Blog().posts(n), ENCODER)
    return archive


@pytest.fixture
def archive(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "archive"))


def n_documents(archive: Path) -> int:
    with open_archive(archive, encoder=ENCODER) as opened:
        return opened.info().counts["n_documents"]


def test_a_whole_archive_has_nothing_to_report(archive: Path) -> None:
    assert verify(archive) == []


def test_rollback_goes_back_one_by_one_and_forward_by_number(archive: Path) -> None:
    switch = rollback(archive)
    assert (switch.former, switch.generation.number) == (3, 2)
    assert n_documents(archive) == 4
    assert rollback(archive).generation.number == 1
    with pytest.raises(UsageError, match="antérieure"):
        rollback(archive)
    assert rollback(archive, to=3).generation.number == 3
    assert n_documents(archive) == 5
    with pytest.raises(UsageError, match="1, 2, 3"):
        rollback(archive, to=12)


def test_a_build_after_a_rollback_starts_from_what_answers(archive: Path) -> None:
    rollback(archive, to=1)
    assert not build_archive(archive, Blog().posts(3), ENCODER).is_published
    summary = build_archive(archive, Blog().posts(4), ENCODER)
    assert summary.generation.number == 4
    assert summary.generation.manifest.parent == 1
    assert summary.n_embedded == 4


def test_rollback_skips_a_damaged_generation_and_refuses_it_by_number(archive: Path) -> None:
    (archive / "gen-0002" / "rejections.json").write_bytes(b"")
    with pytest.raises(IntegrityError):
        rollback(archive, to=2)
    assert current_generation(archive).number == 3
    assert rollback(archive).generation.number == 1


@pytest.mark.parametrize("content", [None, b"", b"gen-0003\n", b"\x00" * 74])
def test_rollback_repairs_the_pointer(archive: Path, content: bytes | None) -> None:
    pointer = archive / "CURRENT"
    pointer.unlink()
    if content is not None:
        pointer.write_bytes(content)
    with pytest.raises(IntegrityError, match="rollback"):
        open_archive(archive, encoder=ENCODER)
    assert [damage.path for damage in verify(archive)] == ["CURRENT"]
    assert rollback(archive).generation.number == 3
    assert verify(archive) == []


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    at = random.Random(path.name).randrange(len(content))
    content[at] ^= 0x10
    path.write_bytes(content)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


@pytest.mark.parametrize("harm", [_flip, _truncate, _zero, Path.unlink])
@pytest.mark.parametrize(
    "path",
    [
        *(f"seg-0003/{name}" for name in FILE_NAMES),
        *("seg-0001/store.sqlite", "gen-0001/manifest.json", "gen-0001/rejections.json"),
        *("gen-0003/manifest.json", "gen-0003/rejections.json"),
    ],
)
def test_every_harm_to_every_file_is_found(
    archive: Path, harm: Callable[[Path], None], path: str
) -> None:
    harm(archive / path)
    (damage,) = {(d.path, d.kind) for d in verify(archive) if d.path != "CURRENT"}
    kind = DamageKind.MISSING if harm is Path.unlink else DamageKind.DAMAGED
    assert damage == (path, kind)
    if "gen-0001" not in path:
        with pytest.raises(IntegrityError):
            open_archive(archive, encoder=ENCODER)
        assert any(finding.severity is Severity.ERROR for finding in doctor(archive))


def test_foreign_files_are_named_and_the_keepers_own_are_not(archive: Path) -> None:
    (archive / "gen-0002" / "notes.txt").write_text("x", encoding="utf-8")
    (archive / "photo.jpg").write_text("x", encoding="utf-8")
    (archive / "jugements.jsonl").write_text("", encoding="utf-8")
    (archive / "gen-0009.tmp").mkdir()
    assert [(d.path, d.kind) for d in verify(archive)] == [
        ("gen-0002/notes.txt", DamageKind.FOREIGN),
        ("photo.jpg", DamageKind.FOREIGN),
    ]


def test_compact_frees_what_nothing_needs_and_spares_readers(archive: Path) -> None:
    (archive / "gen-0009.tmp").mkdir()
    with lease_current(archive):
        rollback(archive, to=2)
        compaction = compact(archive, keep=1)
        assert compaction.removed == ("gen-0009.tmp", "gen-0001")
        assert compaction.in_use == ("gen-0003",)
        assert compaction.freed_bytes > 0
    assert compact(archive, keep=1).removed == ("gen-0003", "seg-0003")
    assert [path.name for path in list_generations(archive)] == ["gen-0002"]
    assert n_documents(archive) == 4
    with pytest.raises(UsageError, match="à partir de 1"):
        compact(archive, keep=0)


def test_generations_are_described_even_when_one_is_damaged(archive: Path) -> None:
    (archive / "gen-0001" / "manifest.json").write_bytes(b"{}")
    states = describe_generations(archive)
    assert [(s.number, s.is_current, s.manifest is None) for s in states] == [
        (1, False, True),
        (2, False, False),
        (3, True, False),
    ]


def test_nothing_there_is_told_from_damage(tmp_path: Path) -> None:
    for act in (verify, rollback, compact):
        with pytest.raises(ArchiveNotFoundError, match="build"):
            act(tmp_path / "absent")
    (finding,) = doctor(tmp_path / "absent")
    assert finding.severity is Severity.ERROR
    assert "archiblogue build" in finding.next_step
    assert not (tmp_path / "absent").exists()


def test_the_doctor_names_what_it_looked_at(archive: Path) -> None:
    (archive / "gen-0009.tmp").mkdir()
    findings = {finding.subject: finding for finding in doctor(archive)}
    assert findings["files"].severity is Severity.OK
    assert findings["leftovers"].severity is Severity.WARNING
    assert "compact" in findings["leftovers"].next_step
    assert findings["room"].severity is Severity.OK
    assert findings["encoder"].severity is Severity.WARNING, "a hub's name is not fetched"
    with write_lock(archive):
        assert "lock" in {finding.subject for finding in doctor(archive)}


def test_the_tools_that_write_wait_for_nobody(archive: Path) -> None:
    import threading

    refused: list[str] = []

    def act() -> None:
        for tool in (rollback, compact):
            try:
                tool(archive)
            except LockedError as error:
                refused.append(str(error))

    with write_lock(archive):
        thread = threading.Thread(target=act)
        thread.start()
        thread.join()
    assert len(refused) == 2


def test_merging_changes_nothing_but_the_number_of_segments(tmp_path: Path) -> None:
    for n in range(1, 13):
        build_archive(tmp_path, Blog().posts(n), ENCODER, force=True)
    before = current_generation(tmp_path)
    assert len(before.manifest.segments) < 12, "a build merges when it finds many small ones"
    posts = Blog().posts(12)
    posts[0] = Blog().post(0, edition=1)
    build_archive(tmp_path, posts, ENCODER)
    with open_archive(tmp_path, encoder=ENCODER) as opened:
        texts = [hit.text for hit in opened.iter_passages()]
    compact(tmp_path)
    after = current_generation(tmp_path).manifest
    assert not any(segment.n_deleted for segment in after.segments)
    assert verify(tmp_path) == []
    with open_archive(tmp_path, encoder=ENCODER) as opened:
        assert [hit.text for hit in opened.iter_passages()] == texts
    number = after.generation
    compact(tmp_path)
    assert current_generation(tmp_path).number == number, "nothing to do makes no generation"
