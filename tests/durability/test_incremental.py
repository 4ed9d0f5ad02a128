"""Builds upon builds: only what changed is embedded, and the content does not depend on the way."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

import index.building.documents
from index.archive import open_archive
from index.building.build import BuildSummary, build_archive
from index.building.publish import current_generation
from index.retrieval.alignment import Alignment, Vectors
from ingest.errors import ArchiveError
from ingest.model import Document
from tests.durability.corpus import Blog, word
from tests.fakes import FakeEncoder

BLOG = Blog()
ENCODER = FakeEncoder(16)


def make(archive: Path, documents: list[Document]) -> BuildSummary:
    return build_archive(archive, documents, ENCODER)


def content_hash(archive: Path) -> str:
    return current_generation(archive).manifest.content_hash


def keys(archive: Path) -> dict[str, int]:
    with open_archive(archive, encoder=ENCODER) as opened:
        return {row.passage_id: row.key for row in opened.store.iter_passages()}


def test_only_what_changed_is_embedded(tmp_path: Path) -> None:
    assert make(tmp_path, BLOG.posts(6)).n_embedded == 24
    assert make(tmp_path, BLOG.posts(6)).n_embedded == 0
    assert make(tmp_path, [*BLOG.posts(5), BLOG.post(5, edition=1)]).n_embedded == 1
    n_embedded = make(tmp_path, BLOG.posts(7)).n_embedded
    assert n_embedded == 4, "what a passage said before is still in its segment"


def test_another_revision_of_the_encoder_embeds_all_again(tmp_path: Path) -> None:
    make(tmp_path, BLOG.posts(3))
    other = FakeEncoder(16, revision="2")
    assert build_archive(tmp_path, BLOG.posts(3), other).n_embedded == 12


def test_one_go_pieces_and_any_order_give_the_same_content(tmp_path: Path) -> None:
    posts = BLOG.posts(8)
    make(tmp_path / "once", posts)
    shuffled = list(posts)
    random.Random(5).shuffle(shuffled)
    make(tmp_path / "shuffled", shuffled)
    for n in (2, 5, 3, 8):
        make(tmp_path / "pieces", [BLOG.post(i, edition=n) for i in range(n)])
    make(tmp_path / "pieces", posts)
    assert content_hash(tmp_path / "shuffled") == content_hash(tmp_path / "once")
    assert content_hash(tmp_path / "pieces") == content_hash(tmp_path / "once")


def test_interruptions_leave_the_same_content(tmp_path: Path) -> None:
    posts = BLOG.posts(6)
    make(tmp_path / "once", posts)
    make(tmp_path / "cut", posts[:2])
    for n in range(1, 6):

        def broken(n: int = n) -> object:
            yield from posts[:n]
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            build_archive(tmp_path / "cut", broken(), ENCODER)  # type: ignore[arg-type]
    make(tmp_path / "cut", posts)
    assert content_hash(tmp_path / "cut") == content_hash(tmp_path / "once")


def test_a_page_that_cannot_be_written_is_an_error_and_the_former_archive_answers(
    tmp_path: Path,
) -> None:
    make(tmp_path, BLOG.posts(2))

    def unreadable() -> object:
        yield BLOG.post(0)
        raise OSError(5, "Input/output error")

    with pytest.raises(ArchiveError, match="doctor"):
        build_archive(tmp_path, unreadable(), ENCODER)  # type: ignore[arg-type]
    assert current_generation(tmp_path).number == 1


def test_keys_stay_and_are_never_given_again(tmp_path: Path) -> None:
    make(tmp_path, BLOG.posts(4))
    before = keys(tmp_path)
    make(tmp_path, [BLOG.post(0, edition=3), *BLOG.posts(3)[1:], BLOG.post(9)])
    after = keys(tmp_path)
    common = before.keys() & after.keys()
    changed = {one for one in common if one.startswith(BLOG.post(0).doc_id)}
    assert (len(common), len(changed)) == (12, 4)
    assert all(before[one] == after[one] for one in common - changed)
    assert all(after[one] > max(before.values()) for one in changed)
    make(tmp_path, BLOG.posts(12))
    again = keys(tmp_path)
    assert not {again[one] for one in again.keys() - after.keys()} & {
        *before.values(), *after.values()
    }  # fmt: skip


def test_what_went_is_no_longer_found(tmp_path: Path) -> None:
    make(tmp_path, BLOG.posts(4))
    make(tmp_path, BLOG.posts(3))
    with open_archive(tmp_path, encoder=ENCODER) as opened:
        assert not [hit for hit in opened.iter_passages() if word(3, 1, 0) in hit.text]
        assert opened.searcher.vectors.n_vectors == 12


def alignments(archive: Path) -> dict[str, tuple[str, str, float]]:
    with open_archive(archive, encoder=ENCODER) as opened:
        comments = [row.comment_id for row in opened.store.iter_passages() if row.comment_id]
        found = opened.store.alignments(comments)
    return {one: (a.passage_id, a.method, a.confidence) for one, a in found.items()}


def answering(n: int, *, name: str | None = None) -> Document:
    """A post whose second comment quotes the first paragraph, or calls the first by name."""
    post = BLOG.post(n)
    text = f"«\u00a0{post.passages[0].text}\u00a0» Je suis bien d’accord avec cette phrase."
    if name:
        text = f"@{name} vous avez raison, et merci de l’avoir dit si clairement."
    first = replace(post.comments[0], author=name or post.comments[0].author)
    passages = (*post.passages[:3], replace(post.passages[3], text=text))
    return replace(post, passages=passages, comments=(first, post.comments[1]))


def test_alignments_are_carried_over_only_where_nothing_they_depend_on_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aligned: set[str] = set()
    real = index.building.documents.align_comments

    def recording(document: Document, vectors: Vectors) -> tuple[Alignment, ...]:
        aligned.add(document.doc_id)
        return real(document, vectors)

    def newly_aligned(encoder: FakeEncoder = ENCODER) -> set[str]:
        aligned.clear()
        build_archive(tmp_path / "a", posts, encoder)
        return set(aligned)

    monkeypatch.setattr("index.building.documents.align_comments", recording)
    posts = [answering(n) for n in range(5)]
    everything = {post.doc_id for post in posts}
    assert newly_aligned() == everything
    assert newly_aligned() == set()
    posts[3] = answering(3, name="Jeannette")
    assert newly_aligned() == {posts[3].doc_id}
    renamed = replace(posts[4].comments[0], author="Une tout autre personne")
    posts[4] = replace(posts[4], comments=(renamed, *posts[4].comments[1:]))
    assert newly_aligned() == {posts[4].doc_id}
    make(tmp_path / "once", posts)
    assert alignments(tmp_path / "a") == alignments(tmp_path / "once")
    assert len(alignments(tmp_path / "a")) >= 5
    other = FakeEncoder(16, revision="2")
    assert newly_aligned(other) == everything, "another model has other vectors"
