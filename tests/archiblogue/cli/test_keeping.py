"""The keeper's commands, on an archive of one's own."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.archiblogue.cli.conftest import Archiblogue


@pytest.fixture
def archive(archiblogue: Archiblogue, seeds: Path, tmp_path: Path) -> Path:
    """An archive of two builds: five pages, then one more."""
    path, more = tmp_path / "archive", tmp_path / "autre.txt"
    more.write_text("Un billet de plus, écrit pour voir.\n\nIl parle de sabots.", encoding="utf-8")
    for source in (seeds, more):
        assert archiblogue("build", source, "--archive", path).code == 0
    return path


def test_a_sound_archive_verifies_and_a_damaged_file_is_found(
    archiblogue: Archiblogue, archive: Path
) -> None:
    assert archiblogue("verify", "--archive", archive).code == 0
    store = next(archive.glob("seg-*/store.sqlite"))
    content = bytearray(store.read_bytes())
    content[len(content) // 2] ^= 1
    store.write_bytes(content)
    outcome = archiblogue("verify", "--archive", archive, "--json")
    assert outcome.code == 4
    assert [one["path"].split("/")[-1] for one in outcome.value] == ["store.sqlite"]


def test_rollback_goes_to_the_former_generation(archiblogue: Archiblogue, archive: Path) -> None:
    before = archiblogue("generations", "--archive", archive, "--json").value
    assert [one["is_current"] for one in before] == [False, True]
    assert archiblogue("rollback", "--archive", archive).code == 0
    after = archiblogue("generations", "--archive", archive, "--json").value
    assert [one["is_current"] for one in after] == [True, False]
    assert "*" in archiblogue("generations", "--archive", archive).out


def test_compact_keeps_what_answers(archiblogue: Archiblogue, archive: Path) -> None:
    assert archiblogue("compact", "--archive", archive).code == 0
    assert len(archiblogue("generations", "--archive", archive, "--json").value) == 1
    assert archiblogue("info", "--archive", archive).code == 0


def test_doctor_finds_nothing_wrong(archiblogue: Archiblogue, archive: Path) -> None:
    outcome = archiblogue("doctor", "--archive", archive)
    assert outcome.code == 0, outcome.out
    assert "[erreur" not in outcome.out


def test_a_withdrawn_author_stays_away_from_the_next_build(
    archiblogue: Archiblogue, archive: Path, seeds: Path
) -> None:
    outcome = archiblogue("withdraw", "auteur:lafleurdesmath", "--archive", archive, "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.value["n_comments"] == 1
    assert archiblogue("build", seeds, "--archive", archive).code == 0
    corpus = archiblogue("corpus", "--archive", archive, "--json")
    assert "lafleurdesmath" not in corpus.out
    assert "traîner" not in corpus.out


def test_an_unreadable_selector_is_explained(archiblogue: Archiblogue, archive: Path) -> None:
    outcome = archiblogue("withdraw", "n’importe quoi", "--archive", archive)
    assert outcome.code == 2
    assert "On ne sait pas quoi retirer" in outcome.err


def test_rejections_are_listed_and_exported(
    archiblogue: Archiblogue, archive: Path, tmp_path: Path
) -> None:
    page = tmp_path / "=vide.txt"
    page.write_bytes(b"")
    assert archiblogue("rejections", "--archive", archive).out.startswith("Aucune page")
    (tmp_path / "bon.txt").write_text("Un titre\n\nUn vrai paragraphe de billet.\n")
    pages = tmp_path / "pages"
    pages.mkdir()
    for path in (page, tmp_path / "bon.txt"):
        path.rename(pages / path.name)
    assert archiblogue("build", pages, "--archive", archive).code == 3
    rows = archiblogue("rejections", "--archive", archive, "--json").lines
    assert [row["slug"] for row in rows] == ["vide"]
    table = archiblogue("rejections", "--archive", archive, "--csv").out.splitlines()
    assert table[0].startswith("source_path,stage,slug,detail")
    assert len(table) == 2


def write_page(folder: Path, name: str, sentence: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"Titre de {name}\n\n{sentence}\n", encoding="utf-8")


def test_sources_add_up_and_a_source_read_again_is_replaced(
    archiblogue: Archiblogue, tmp_path: Path
) -> None:
    archive, old, new = (tmp_path / name for name in ("archive", "vieux", "neuf"))
    write_page(old, "a.txt", "Un billet sur les érables en automne.")
    write_page(old, "b.txt", "Un billet sur la tempête de verglas.")
    write_page(new, "c.txt", "Un billet sur les baladodiffusions.")
    archiblogue("build", old, "--archive", archive)
    archiblogue("build", new, "--archive", archive)
    corpus = archiblogue("corpus", "--archive", archive, "--json").lines
    assert {hit["source_path"] for hit in corpus} == {"vieux/a.txt", "vieux/b.txt", "neuf/c.txt"}
    (old / "a.txt").unlink()
    archiblogue("build", old, "--archive", archive)
    corpus = archiblogue("corpus", "--archive", archive, "--json").lines
    assert {hit["source_path"] for hit in corpus} == {"vieux/b.txt", "neuf/c.txt"}
    archiblogue("build", new, "--archive", archive, "--only", "--force")
    corpus = archiblogue("corpus", "--archive", archive, "--json").lines
    assert {hit["source_path"] for hit in corpus} == {"neuf/c.txt"}


def test_watch_builds_and_leaves_after_its_rounds(archiblogue: Archiblogue, tmp_path: Path) -> None:
    write_page(tmp_path / "pages", "a.txt", "Un billet sur les érables en automne.")
    outcome = archiblogue(
        "watch", tmp_path / "pages", "--archive", tmp_path / "archive", "--rounds", 1
    )
    assert outcome.code == 0, outcome.err
    assert "Génération 1" in outcome.out


def test_a_list_of_sources_comes_from_stdin(
    archiblogue: Archiblogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_page(tmp_path / "pages", "a.txt", "Un billet sur les érables en automne.")
    listed = f"{tmp_path / 'pages'}\n\n{tmp_path / 'absent'}\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(listed))
    outcome = archiblogue("build", "-", "--archive", tmp_path / "archive", "--json")
    assert outcome.code == 3
    assert outcome.value["n_documents"] == 1
    assert "absent" in outcome.err


HOSTILE = "\x1b[2J\x9b31m\u202egros.html"


def test_a_file_name_moves_no_cursor(
    archiblogue: Archiblogue, archive: Path, tmp_path: Path
) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / HOSTILE).write_bytes(b"\x00\x01\x02" * 400)
    (archive / HOSTILE).write_bytes(b"?")
    said = [
        archiblogue("build", tmp_path / "pages", "--archive", tmp_path / "other"),
        archiblogue("build", tmp_path / HOSTILE, "--archive", tmp_path / "other"),
        archiblogue("rejections", "--archive", tmp_path / "other"),
        archiblogue("verify", "--archive", archive),
        archiblogue("doctor", "--archive", archive),
    ]
    for outcome in said:
        shown = outcome.out + outcome.err
        assert "[2J" in shown or "gros" not in shown
        assert not {"\x1b", "\x9b", "\u202e"} & set(shown)
    assert sum("[2J" in one.out + one.err for one in said) >= 4


def test_an_archive_that_may_not_be_read_is_a_sentence(
    archiblogue: Archiblogue, archive: Path
) -> None:
    pointer = archive / "CURRENT"
    pointer.unlink()
    pointer.mkdir()
    outcome = archiblogue("search", "école", "--archive", archive)
    assert outcome.code == 4
    assert "ne peut pas être lu" in outcome.err
