"""A withdrawal goes by steps, each of which is taken up again where it was cut."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from index.archive import open_archive
from index.building.build import build_archive
from index.building.publish import current_generation
from index.maintenance.doctor import Severity, doctor
from index.maintenance.generations import verify
from index.maintenance.withdraw import Selector, withdraw
from index.storage.layout import remove_tree
from index.withdrawals.proof import PENDING_NAME, files_holding, needles_of
from index.withdrawals.redaction import load_withdrawals
from index.withdrawals.register import KEY_NAME, LEDGER_NAME
from ingest.errors import ArchiveError, IntegrityError
from ingest.model import Document
from tests.durability.corpus import Blog, word
from tests.fakes import FakeTokenEncoder

BLOG = Blog()
ENCODER = FakeTokenEncoder(16)
STEPS = (
    "index.maintenance.withdraw.note_pending",
    "index.maintenance.withdraw.append_line",
    "index.maintenance.withdraw.purge",
    "index.maintenance.withdraw.remove_holders",
    "index.maintenance.withdraw.remove_leftovers",
    "index.maintenance.withdraw.prove",
    "index.maintenance.withdraw.forget_pending",
    "index.building.publish.switch_current",
    "index.building.publish.remove_holders",
)


class Killed(BaseException):
    """The process goes."""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for n in (3, 4):
        build_archive(tmp_path / "a", BLOG.posts(n), ENCODER)
    return tmp_path / "a"


def held(archive: Path, *words: str) -> list[str]:
    """The files that hold one of the words."""
    return [
        str(path.relative_to(archive))
        for path in sorted(archive.rglob("*"))
        if path.is_file() and any(one.encode() in path.read_bytes() for one in words)
    ]


def shown(archive: Path) -> str:
    with open_archive(archive, encoder=ENCODER) as opened:
        return " ".join(hit.text for hit in opened.iter_passages())


@pytest.mark.parametrize(
    ("step", "when", "kind"),
    [
        (step, when, ("id", "url", "author")[(n + shift) % 3])
        for n, step in enumerate(STEPS)
        for shift, when in enumerate(("before", "after"))
    ],
)
def test_cut_at_any_step_the_same_command_finishes_it(
    archive: Path, monkeypatch: pytest.MonkeyPatch, step: str, when: str, kind: str
) -> None:
    post = BLOG.post(1)
    value = {"id": post.doc_id, "url": post.url, "author": post.author}[kind]
    selector = Selector(kind, value or "")  # type: ignore[arg-type]
    place, _, name = step.rpartition(".")
    real = getattr(__import__(place, fromlist=[name]), name)

    def killed(*args: object, **options: object) -> None:
        if when == "after":
            real(*args, **options)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(step, killed)
        with pytest.raises(Killed):
            withdraw(archive, selector, encoder=ENCODER)
    if load_withdrawals(archive):
        assert word(1, 1, 0) not in shown(archive)
    withdraw(archive, selector, encoder=ENCODER)
    assert word(1, 1, 0) not in shown(archive)
    assert word(2, 1, 0) in shown(archive)
    assert held(archive, word(1, 1, 0), word("titre", 1)) == []
    assert len(load_withdrawals(archive)) == 1
    assert not (archive / PENDING_NAME).exists()
    assert verify(archive) == []


def test_another_withdrawal_finishes_the_one_that_was_cut(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("index.maintenance.withdraw.purge", killed)
        with pytest.raises(Killed):
            withdraw(archive, Selector("id", BLOG.post(1).doc_id), encoder=ENCODER)
    assert any(one.severity is Severity.ERROR for one in doctor(archive))
    withdraw(archive, Selector("id", f"{BLOG.post(2).doc_id}#c1"), encoder=ENCODER)
    assert held(archive, word(1, 1, 0), word(2, "c", 1)) == []


def test_what_cannot_be_erased_is_an_error_that_names_it(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.unlink

    def stubborn(path: object, **options: object) -> None:
        if str(path).endswith("store.sqlite"):
            raise PermissionError(1, "Operation not permitted", str(path))
        real(path, **options)  # type: ignore[arg-type]

    selector = Selector("id", BLOG.post(1).doc_id)
    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", stubborn)
        with pytest.raises(ArchiveError, match="déjà inscrit"):
            withdraw(archive, selector, encoder=ENCODER)
        assert held(archive, word(1, 1, 0))
        with pytest.raises(ArchiveError, match="déjà inscrit"):
            withdraw(archive, selector, encoder=ENCODER)
        with pytest.raises(OSError, match="permitted"):
            remove_tree(archive / "seg-0001.tmp")
        assert any(one.severity is Severity.ERROR for one in doctor(archive))
    withdraw(archive, selector, encoder=ENCODER)
    assert held(archive, word(1, 1, 0)) == []


def test_a_file_that_holds_it_beside_the_archive_s_own_is_named(archive: Path) -> None:
    (archive / "sauvegarde").mkdir()
    (archive / "sauvegarde" / "page.html").write_text(f"<p>{word(1, 1, 0)}</p>", encoding="utf-8")
    selector = Selector("id", BLOG.post(1).doc_id)
    with pytest.raises(ArchiveError, match=r"tiennent encore.*sauvegarde/page\.html"):
        withdraw(archive, selector, encoder=ENCODER)
    assert word(1, 1, 0) not in shown(archive)
    (archive / "sauvegarde" / "page.html").unlink()
    withdraw(archive, selector, encoder=ENCODER)


def test_a_word_that_others_say_too_is_no_trace(tmp_path: Path) -> None:
    posts = BLOG.posts(3)
    build_archive(tmp_path, posts, ENCODER)
    needles = needles_of([f"Le paragraphe de {word(9, 9)} et de {word(2, 1, 0)}."])
    assert files_holding(tmp_path, needles) == ()
    (tmp_path / "x").write_bytes(word(9, 9).encode())
    assert files_holding(tmp_path, needles) == ("x",)


def test_a_number_is_no_trace_in_a_file_of_hashes_and_is_one_elsewhere(tmp_path: Path) -> None:
    for name in (LEDGER_NAME, "carnet.txt"):
        (tmp_path / name).write_text('{"chain": "0000000012345678", "nom": "Zéphirine"}')
    assert files_holding(tmp_path, needles_of(["le 0000000012345678"])) == ("carnet.txt",)
    assert files_holding(tmp_path, needles_of(["Zéphirine"])) == ("carnet.txt", LEDGER_NAME)


def test_the_register_is_anchored_even_when_the_archive_held_nothing(archive: Path) -> None:
    withdraw(archive, Selector("author", "Personne Du Tout"), encoder=ENCODER)
    assert current_generation(archive).manifest.n_withdrawals == 1
    for name in (LEDGER_NAME, KEY_NAME):
        (archive / name).unlink()
    with pytest.raises(IntegrityError):
        open_archive(archive, encoder=ENCODER)
    assert verify(archive)


def test_a_register_put_back_from_before_is_seen(archive: Path) -> None:
    withdraw(archive, Selector("author", "Une Personne"), encoder=ENCODER)
    saved = {name: (archive / name).read_bytes() for name in (LEDGER_NAME, KEY_NAME)}
    withdraw(archive, Selector("id", BLOG.post(1).doc_id), encoder=ENCODER)
    for name, content in saved.items():
        (archive / name).write_bytes(content)
    with pytest.raises(IntegrityError, match="registre"):
        open_archive(archive, encoder=ENCODER)


def modes(archive: Path) -> dict[str, int]:
    return {
        str(path.relative_to(archive)): stat.S_IMODE(path.stat().st_mode)
        for path in archive.rglob("*")
        if path.name not in {"write.lock"}
    }


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o700, 0o775])
def test_those_who_may_read_the_folder_may_read_what_readers_need(
    tmp_path: Path, mode: int
) -> None:
    tmp_path.chmod(mode)
    build_archive(tmp_path, BLOG.posts(3), ENCODER)
    withdraw(tmp_path, Selector("id", BLOG.post(1).doc_id), encoder=ENCODER)
    for name, found in modes(tmp_path).items():
        is_folder = (tmp_path / name).is_dir()
        wanted = 0o600 if name == KEY_NAME else mode if is_folder else mode & 0o666
        assert found == wanted, name


def test_a_reader_without_the_key_reads_all_but_a_withdrawal_at_work(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first: Document = BLOG.post(1)
    withdraw(archive, Selector("id", first.doc_id), encoder=ENCODER)
    real = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: Path(path).name != KEY_NAME and real(path, mode)
    )
    assert word(2, 1, 0) in shown(archive)
    monkeypatch.undo()

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("index.maintenance.withdraw.purge", killed)
        with pytest.raises(Killed):
            withdraw(archive, Selector("id", BLOG.post(2).doc_id), encoder=ENCODER)
    monkeypatch.setattr(
        os, "access", lambda path, mode: Path(path).name != KEY_NAME and real(path, mode)
    )
    with pytest.raises(ArchiveError, match="retrait est en cours"):
        shown(archive)
