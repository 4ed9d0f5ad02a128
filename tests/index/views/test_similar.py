"""Around a hit: close passages, threads."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.model import Filters
from ingest.errors import UsageError
from ingest.model import Role
from tests.fakes import FakeEncoder
from tests.index.conftest import MakeDocument


def test_similar_leaves_out_the_passage_and_its_copies(archive: Archive) -> None:
    result = archive.similar("d-jardin#p4", k=20)
    found = [hit.passage_id for hit in result.hits]
    assert found
    assert "d-jardin#p4" not in found
    assert "d-copie#p1" not in found
    # The same words: « la cendre », « limaces »; the title, which is read with the text, is that
    # of its whole post.
    assert {"d-jardin#c1.p1", "d-jardin#c2.p1"} <= set(found[:4])
    assert result.confident is None


def test_similar_obeys_filters(archive: Archive) -> None:
    only_posts = Filters(roles=frozenset({Role.POST}))
    hits = archive.similar("d-jardin#p4", filters=only_posts).hits
    assert hits
    assert {hit.role for hit in hits} == {Role.POST}


def test_similar_to_nothing(archive: Archive) -> None:
    with pytest.raises(UsageError, match="d-rien#p1"):
        archive.similar("d-rien#p1")


@pytest.fixture
def discussion(tmp_path: Path, make_document: MakeDocument) -> Archive:
    document = make_document(
        "fil",
        ["Le beurre se garde au frais dans une cloche de terre cuite."],
        [
            ("Zoé Lamy", None, "Chez moi la cloche fuit après une semaine."),
            ("Marc", None, "Rien à voir : quel beau titre."),
            ("Ida", None, "@Zoé Lamy change son joint."),
            ("Léo", None, "« change son joint et le reste » ne suffit pas toujours."),
            ("Rose", None, "@Ida merci du conseil."),
        ],
        title="Le beurrier",
    )
    build_archive(tmp_path / "a", [document], FakeEncoder())
    return open_archive(tmp_path / "a", encoder=FakeEncoder())


def test_a_thread_follows_the_answers(discussion: Archive) -> None:
    for start in ("d-fil#c1.p1", "d-fil#c3.p1", "d-fil#c5.p1"):
        found = [hit.passage_id for hit in discussion.thread(start)]
        assert found == ["d-fil#c1.p1", "d-fil#c3.p1", "d-fil#c5.p1"]


def test_a_lone_comment_is_its_own_thread(discussion: Archive) -> None:
    assert [h.passage_id for h in discussion.thread("d-fil#c2.p1")] == ["d-fil#c2.p1"]


def test_a_passage_of_the_post_has_no_thread(discussion: Archive) -> None:
    assert discussion.thread("d-fil#p1") == ()
