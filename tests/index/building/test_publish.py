"""Generations: one commit point, one writer, readers that keep what they opened."""

from __future__ import annotations

import errno
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.building.publish import (
    CURRENT_NAME,
    EncoderVersion,
    Generation,
    ManifestFields,
    current_generation,
    lease_current,
    list_generations,
    new_generation,
    write_lock,
)
from ingest.errors import ArchiveError, ArchiveNotFoundError, IntegrityError, LockedError


def fields(content_hash: str = "h") -> ManifestFields:
    return ManifestFields(
        encoder=EncoderVersion("fake", "1", 64), content_hash=content_hash, counts={"n_passages": 1}
    )


def build(archive: Path, text: str = "bonjour", *, kept: int = 3) -> Generation:
    with new_generation(archive, kept=kept) as draft:
        (draft.path / "store.sqlite").write_text(text, encoding="utf-8")
        return draft.commit(fields(text))


def test_a_committed_generation_answers(tmp_path: Path) -> None:
    built = build(tmp_path / "a")
    current = current_generation(tmp_path / "a")
    assert current == built
    assert current.number == 1
    assert current.manifest.parent is None
    assert current.manifest.files["gen-0001/store.sqlite"].size == len("bonjour")
    current.check()


def test_a_second_one_names_its_parent(tmp_path: Path) -> None:
    build(tmp_path)
    with new_generation(tmp_path) as draft:
        assert draft.parent is not None
        (draft.path / "store.sqlite").write_text("2", encoding="utf-8")
        draft.commit(fields("2"))
    assert current_generation(tmp_path).manifest.parent == 1


def test_no_commit_leaves_no_trace(tmp_path: Path) -> None:
    build(tmp_path)
    with new_generation(tmp_path) as draft:
        (draft.path / "store.sqlite").write_text("2", encoding="utf-8")
        draft.seal(fields("2"))
    assert current_generation(tmp_path).number == 1
    assert [p.name for p in list_generations(tmp_path)] == ["gen-0001"]


def test_an_error_inside_keeps_the_former_one(tmp_path: Path) -> None:
    build(tmp_path)
    with pytest.raises(ZeroDivisionError), new_generation(tmp_path):
        raise ZeroDivisionError
    assert current_generation(tmp_path).number == 1
    assert not list(tmp_path.glob("*.tmp"))


def test_leftovers_of_a_killed_build_go_at_the_next_write(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "gen-0002.tmp").mkdir()
    (tmp_path / "gen-0002.tmp" / "store.sqlite").write_text("half", encoding="utf-8")
    assert build(tmp_path).number == 2
    assert not list(tmp_path.glob("*.tmp"))


def test_only_some_generations_are_kept(tmp_path: Path) -> None:
    for n in range(5):
        build(tmp_path, str(n), kept=2)
    assert [p.name for p in list_generations(tmp_path)] == ["gen-0004", "gen-0005"]


def test_a_generation_in_use_is_not_removed_until_let_go(tmp_path: Path) -> None:
    build(tmp_path)
    with lease_current(tmp_path) as lease:
        for n in range(3):
            build(tmp_path, str(n), kept=1)
        lease.generation.check()
        assert [p.name for p in list_generations(tmp_path)] == ["gen-0001", "gen-0004"]
    build(tmp_path, "last", kept=1)
    assert [p.name for p in list_generations(tmp_path)] == ["gen-0005"]


def test_a_file_system_without_locks_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path)

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("index.storage.lock.fcntl.flock", refuse)
    with lease_current(tmp_path) as lease:
        lease.generation.check()


def test_no_archive_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(ArchiveNotFoundError, match="build"):
        current_generation(tmp_path / "absent")
    build(tmp_path)
    (tmp_path / CURRENT_NAME).unlink()
    with pytest.raises(IntegrityError, match="rollback"):
        current_generation(tmp_path)
    with pytest.raises(IntegrityError), new_generation(tmp_path):
        pass


def test_a_first_build_killed_before_its_end_is_no_archive_yet(tmp_path: Path) -> None:
    with new_generation(tmp_path):
        pass
    with pytest.raises(ArchiveNotFoundError, match="première construction"):
        current_generation(tmp_path)
    assert build(tmp_path).number == 1


def test_every_flipped_bit_of_pointer_and_manifest_is_refused(tmp_path: Path) -> None:
    generation = build(tmp_path)
    for path in (tmp_path / CURRENT_NAME, generation.path / "manifest.json"):
        whole = path.read_bytes()
        for position in range(len(whole)):
            for bit in (0, 5):
                damaged = bytearray(whole)
                damaged[position] ^= 1 << bit
                path.write_bytes(damaged)
                with pytest.raises((IntegrityError, ArchiveError)):
                    current_generation(tmp_path)
        path.write_bytes(whole)
    assert current_generation(tmp_path).number == 1


def test_check_sees_a_changed_byte_and_a_missing_file(tmp_path: Path) -> None:
    generation = build(tmp_path)
    (generation.path / "store.sqlite").write_text("bonsoir", encoding="utf-8")
    with pytest.raises(IntegrityError, match=r"store\.sqlite\W+» est endommagé"):
        generation.check(["gen-0001/store.sqlite"])
    (generation.path / "store.sqlite").unlink()
    with pytest.raises(IntegrityError, match="manque"):
        generation.check()


def test_the_lock_can_be_taken_again_inside_itself(tmp_path: Path) -> None:
    with write_lock(tmp_path), write_lock(tmp_path):
        build(tmp_path)
    build(tmp_path)


def test_another_thread_is_refused_and_told_who_writes(tmp_path: Path) -> None:
    seen: list[str] = []

    def second() -> None:
        try:
            build(tmp_path)
        except LockedError as error:
            seen.append(str(error))

    with write_lock(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(seen) == 1
    assert "depuis 20" in seen[0]


def test_another_process_is_refused_and_a_dead_one_holds_nothing(
    tmp_path: Path, repository: Path
) -> None:
    script = (
        "import sys, time; from pathlib import Path; from index.storage.lock import write_lock\n"
        "with write_lock(Path(sys.argv[1])):\n print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=repository, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match=f"processus {holder.pid} ") as refused:
            build(tmp_path)
        assert refused.value.exit_code == 5
        holder.kill()
    assert build(tmp_path).number == 1


def test_an_archive_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x", encoding="utf-8")
    with pytest.raises(ArchiveError, match="est un fichier"):
        build(tmp_path / "f")
    with pytest.raises(ArchiveNotFoundError):
        current_generation(tmp_path / "f")


def test_links_that_lead_round_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    for act in (build, current_generation, lease_current):
        with pytest.raises(ArchiveError):
            act(tmp_path / "a")
