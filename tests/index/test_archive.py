"""Questions to a small archive."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.archive import Archive, open_archive
from index.model import Filters, Hit, Mode, Query
from ingest.errors import ArchiveNotFoundError, EncoderError, IntegrityError, UsageError
from ingest.model import Role
from tests.fakes import FakeEncoder


def ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.passage_id for hit in hits]


@pytest.mark.parametrize("mode", list(Mode))
def test_the_passage_that_holds_the_words_comes_first(archive: Archive, mode: Mode) -> None:
    result = archive.search(Query("piste cyclable du canal déneigée", mode=mode))
    assert result.hits[0].passage_id == "d-velo#p1"
    assert [hit.rank for hit in result.hits] == list(range(1, len(result.hits) + 1))
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)


@pytest.mark.parametrize("text", ["oeufs", "ŒUFS", "œuf", "des oeufs\u202f?"])
def test_accents_ligatures_and_inflections_do_not_matter(archive: Archive, text: str) -> None:
    result = archive.search(Query(text, mode=Mode.LEXICAL))
    assert ids(result.hits) == ["d-jardin#c2.p1"]


def test_a_hit_carries_the_facts_of_its_comment(archive: Archive) -> None:
    hit = archive.search(Query("coquilles d’œufs", mode=Mode.LEXICAL)).hits[0]
    assert (hit.author, hit.date, hit.role) == ("Réjean", None, Role.COMMENT)
    assert (hit.title, hit.site, hit.comment_number) == (
        "Le potager en ville", "jardin.exemple.org", 2
    )  # fmt: skip
    assert [hit.text[span.start : span.end] for span in hit.matches] == ["coquilles", "œufs"]


def test_lexical_silence_is_empty_and_dense_is_not(archive: Archive) -> None:
    assert archive.search(Query("xylophone", mode=Mode.LEXICAL)).hits == ()
    assert archive.search(Query("xylophone", mode=Mode.DENSE)).hits


def test_a_phrase_is_exact_on_accents_and_case(archive: Archive) -> None:
    (hit,) = archive.search(Query('"La cendre"')).hits
    assert hit.passage_id in {"d-copie#p1", "d-jardin#p4"}
    assert hit.n_copies == 1
    assert archive.search(Query('"LA CENDRE"')).hits == ()
    assert ids(archive.search(Query("« tout l'été »")).hits) == ["d-jardin#p3"]


def test_an_excluded_word_leaves_all_its_forms_out(archive: Archive) -> None:
    found = ids(archive.search(Query("limaces -Coquille", k=20)).hits)
    assert "d-jardin#c2.p1" not in found
    assert "d-jardin#c1.p1" in found


def test_equal_texts_are_one_hit(archive: Archive) -> None:
    hits = archive.search(Query("la cendre éloigne les limaces du potager", k=20)).hits
    same = [hit for hit in hits if hit.text.startswith("La cendre éloigne")]
    assert len(same) == 1
    assert same[0].n_copies == 1


def test_a_document_is_capped_unless_that_leaves_fewer_hits(archive: Archive) -> None:
    capped = archive.search(
        Query("limaces potager hiver", k=3, max_per_document=1, mode=Mode.DENSE)
    )
    assert len({hit.doc_id for hit in capped.hits}) == 3
    first = next(hit for hit in capped.hits if hit.doc_id == "d-jardin")
    assert first.n_more_in_document >= 4
    only = Filters(doc_ids=frozenset({"d-jardin"}))
    assert len(archive.search(Query("limaces", k=6, filters=only, max_per_document=1)).hits) == 6


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (
            Filters(roles=frozenset({Role.COMMENT})),
            {"d-jardin#c1.p1", "d-jardin#c2.p1", "d-velo#c1.p1"},
        ),
        (Filters(authors=("martine",)), {"d-jardin#c1.p1", "d-velo#c1.p1"}),
        (Filters(authors=("ŒRTEL",)), {"d-velo#p1", "d-velo#p2"}),
        (Filters(authors=("paul_oertel",)), {"d-velo#p1", "d-velo#p2"}),
        (Filters(sites=("exemple.net",)), {"d-velo#p1", "d-velo#p2", "d-velo#c1.p1"}),
        (Filters(titles=("pedaler",)), {"d-velo#p1", "d-velo#p2", "d-velo#c1.p1"}),
        (Filters(after="2010", before="2012-06"), {f"d-jardin#p{n}" for n in (1, 2, 3, 4)}),
        (Filters(before="2010"), {"d-velo#p1", "d-velo#p2", "d-velo#c1.p1"}),
    ],
)  # fmt: skip
def test_a_narrow_filter_still_gives_all_its_hits(
    archive: Archive, filters: Filters, expected: set[str]
) -> None:
    for mode in (Mode.DENSE, Mode.HYBRID):
        result = archive.search(Query("hiver", k=20, filters=filters, mode=mode))
        assert set(ids(result.hits)) == expected


def test_undated_passages_are_counted_out_loud(archive: Archive) -> None:
    result = archive.search(Query("limaces", filters=Filters(after="2000")))
    assert result.n_undated_excluded == 1 + 2
    typed = archive.search(Query("limaces après:2000 auteur:réjean"))
    assert typed.hits == ()
    assert typed.n_undated_excluded == 1


def test_the_order_is_the_same_every_time(archive: Archive) -> None:
    first = archive.search(Query("le canal en hiver", k=20))
    assert all(archive.search(Query("le canal en hiver", k=20)) == first for _ in range(5))


def test_k_cuts_the_same_order(archive: Archive) -> None:
    many = archive.search(Query("limaces du potager", k=9, max_per_document=99))
    few = archive.search(Query("limaces du potager", k=3, max_per_document=99))
    assert ids(few.hits) == ids(many.hits)[:3]


def test_threads_share_an_archive(archive: Archive) -> None:
    expected = archive.search(Query("limaces"))
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: archive.search(Query("limaces")), range(64)))
    assert all(result == expected for result in results)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=120))
def test_any_question_is_answered_or_refused_in_words(archive: Archive, text: str) -> None:
    with contextlib.suppress(UsageError):
        assert archive.search(Query(text, k=3)).query.text == text


def test_an_empty_question_and_k_0_are_refused(archive: Archive) -> None:
    with pytest.raises(UsageError, match="vide"):
        archive.search(Query("  "))
    with pytest.raises(UsageError, match="0"):
        archive.search(Query("limaces", k=0))


def test_around_a_passage(archive: Archive) -> None:
    assert ids(archive.neighbours("d-jardin#p2")) == ["d-jardin#p1", "d-jardin#p3"]
    assert ids(archive.neighbours("d-jardin#p4", 2, 2)) == ["d-jardin#p2", "d-jardin#p3"]
    assert ids(archive.neighbours("d-jardin#c1.p1")) == ["d-jardin#c2.p1"]
    with pytest.raises(UsageError, match="d-rien"):
        archive.neighbours("d-rien#p1")


def test_the_whole_corpus_in_a_fixed_order(archive: Archive) -> None:
    found = [hit.passage_id for hit in archive.iter_passages()]
    assert found[:2] == ["d-copie#p1", "d-copie#p2"]
    assert found[-1] == "d-velo#c1.p1"
    assert len(found) == 2 + 6 + 3


def test_a_document_comes_back_whole(archive: Archive) -> None:
    document = archive.document("d-jardin")
    assert document.title == "Le potager en ville"
    assert [comment.author for comment in document.comments] == ["Martine L.", "Réjean"]
    assert len(document.passages) == 6
    with pytest.raises(UsageError, match="d-rien"):
        archive.document("d-rien")


def test_info_says_what_it_holds(archive: Archive) -> None:
    info = archive.info()
    assert info.counts["n_passages"] == 11
    assert info.counts["n_rejected_pages"] == 1
    assert info.encoder.name == "fake"
    assert info.sizes["seg-0001/store.sqlite"] > 0


def test_another_encoder_is_refused(archive_path: Path) -> None:
    with pytest.raises(EncoderError, match="fake"):
        open_archive(archive_path, encoder=FakeEncoder(revision="2"))
    with pytest.raises(EncoderError, match="32 dimensions"):
        open_archive(archive_path, encoder=FakeEncoder(32))


def test_no_archive_and_a_damaged_one(tmp_path: Path, archive_path: Path) -> None:
    with pytest.raises(ArchiveNotFoundError):
        open_archive(tmp_path / "rien")
    copy = tmp_path / "copie"
    shutil.copytree(archive_path, copy)
    vectors = next(copy.glob("seg-*/arrays.bin"))
    content = bytearray(vectors.read_bytes())
    content[-9] ^= 1
    vectors.write_bytes(content)
    with pytest.raises(IntegrityError, match="arrays"):
        open_archive(copy, encoder=FakeEncoder())


def test_a_reranker_has_the_last_word(archive_path: Path) -> None:
    class Contrary:
        name = "contraire"

        def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
            assert query == "limaces"
            return np.array(["glace" in passage for passage in passages], dtype=np.float32)

    with open_archive(archive_path, encoder=FakeEncoder(), reranker=Contrary()) as archive:
        hits = archive.search(Query("limaces", k=20)).hits
    assert hits[0].passage_id == "d-velo#p2"
    assert all(0.0 <= hit.score <= 1.0 for hit in hits)
