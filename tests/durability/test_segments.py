"""However an archive is cut into segments, it is the archive that would be built in one go."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name

import numpy as np
import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.building.merging import Run, plan_merges
from index.building.publish import current_generation
from index.maintenance.generations import compact, verify
from index.model import Filters, Mode, Query
from index.storage.columns import joined
from ingest.errors import IntegrityError
from ingest.model import Action, Document, Rejection
from tests.durability.corpus import Blog, word
from tests.fakes import FakeEncoder, FakeTokenEncoder

BLOG = Blog()
ENCODER = FakeTokenEncoder(16)


@pytest.fixture
def unmerged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves segments as they are."""
    monkeypatch.setattr("index.building.segments.plan_merges", lambda *_, **__: [])


def n_segments(archive: Path) -> int:
    return len(current_generation(archive).manifest.segments)


def everything(archive: Path, *, is_truth: bool = False) -> dict[str, object]:
    """All that an archive says, keys apart."""
    with open_archive(archive, encoder=ENCODER) as opened:
        return {
            "content": opened.info().content_hash,
            "counts": dict(opened.info().counts),
            "texts": list(opened.iter_passages()),
            "documents": [opened.document(one) for one in opened.store.document_ids()],
            "rejections": set(opened.store.rejections()),
            "facets": {name: dict(found) for name, found in opened.facets().items()},
            "alignments": opened.store.alignments(
                [p.comment_id for p in opened.store.iter_passages() if p.comment_id]
            ),
            "vectors": vectors(opened),
            "pieces": pieces(opened),
            "lengths": lengths(opened),
            "answers": [answer(opened, query, is_truth=is_truth) for query in queries()],
        }


def vectors(opened: Archive) -> dict[str, tuple[float, ...]]:
    rows = list(opened.store.iter_passages())
    found = opened.searcher.vectors.reconstruct(np.array([row.key for row in rows], dtype=np.int64))
    return {row.passage_id: tuple(one.tolist()) for row, one in zip(rows, found, strict=True)}


def pieces(opened: Archive) -> dict[str, bytes]:
    rows = list(opened.store.iter_passages())
    codes = opened.store.token_codes([row.key for row in rows])
    return {row.passage_id: codes[row.key] for row in rows}


def lengths(opened: Archive) -> dict[str, tuple[int, int]]:
    text, title = (
        joined(opened.store, name, np.uint32) for name in ("text_lengths", "title_lengths")
    )
    rows = {row.key: row.passage_id for row in opened.store.iter_passages()}
    keys = opened.searcher.columns.keys.tolist()
    return {rows[key]: (int(text[n]), int(title[n])) for n, key in enumerate(keys)}


def queries() -> list[Query]:
    asked = ["billet carnet", f"le mot {word(3, 1, 0)}", '"je réponds"', "titre", "numéro 7 ajouté"]
    filters = [Filters(), Filters(authors=(f"Auteur {word('auteur', 1)}",)), Filters(after="2008")]
    return [
        Query(text, k=30, mode=mode, filters=one)
        for text in asked
        for mode in Mode
        for one in filters
    ]


def answer(opened: Archive, query: Query, *, is_truth: bool) -> list[tuple[str, object, int]]:
    """Ids and scores; the truth accepts scores that differ by a millionth."""
    return [
        (
            hit.passage_id,
            pytest.approx(hit.score, abs=1e-6) if is_truth else hit.score,
            hit.n_copies,
        )
        for hit in opened.search(query).hits
    ]


def edited(document: Document, chance: random.Random) -> Document:
    """A document with another text, title, comment or ledger."""
    kind = chance.choice(["text", "title", "author", "ledger", "shorter", "copy"])
    if kind == "text":
        changed = replace(document.passages[0], text=f"Ajouté {chance.random()} au numéro 7.")
        return replace(document, passages=(changed, *document.passages[1:]))
    if kind == "copy":
        changed = replace(document.passages[0], text="Le même texte partout, mot pour mot.")
        return replace(document, passages=(changed, *document.passages[1:]))
    if kind == "title":
        return replace(document, title=chance.choice([None, "Un autre titre", "Titre partagé"]))
    if kind == "author":
        return replace(document, author=f"Auteur {chance.randrange(3)}", date=None)
    if kind == "ledger":
        dropped = replace(document.ledger[0], action=Action.DROPPED, passage_id=None)
        return replace(document, ledger=(dropped, *document.ledger[1:]))
    return replace(document, passages=document.passages[:3], comments=document.comments[:1])


@pytest.mark.parametrize("seed", range(4))
def test_changed_many_times_it_is_the_archive_built_in_one_go(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    posts: dict[int, Document | Rejection] = {n: BLOG.post(n) for n in range(10)}
    build_archive(tmp_path / "many", posts.values(), ENCODER)
    for step in range(6):
        for n in chance.sample(sorted(posts), 3):
            one = posts[n]
            posts[n] = edited(one, chance) if isinstance(one, Document) else BLOG.post(n)
        del posts[chance.choice(sorted(posts))]
        posts[10 + step] = BLOG.post(10 + step, edition=step)
        posts[40] = Rejection("x.html", "decode", "vide", f"Vide {step}.")
        build_archive(tmp_path / "many", posts.values(), ENCODER, force=True)
    assert n_segments(tmp_path / "many") > 1
    build_archive(tmp_path / "once", posts.values(), ENCODER)
    once = everything(tmp_path / "once", is_truth=True)
    for name, what in everything(tmp_path / "many").items():
        assert what == once[name], name
    compact(tmp_path / "many")
    for name, what in everything(tmp_path / "many").items():
        assert what == once[name], f"{name}, merged"
    assert verify(tmp_path / "many") == []


@pytest.mark.usefixtures("unmerged")
def test_scores_do_not_depend_on_the_cut(tmp_path: Path) -> None:
    posts = [*BLOG.posts(100)]
    posts[7:60:9] = [edited(BLOG.post(n), random.Random(n)) for n in range(7, 60, 9)]
    told: dict[int, dict[str, object]] = {}
    for n_cuts in (1, 7, 100):
        archive = tmp_path / str(n_cuts)
        edges = [len(posts) * cut // n_cuts for cut in range(n_cuts + 1)]
        for start, end in itertools.pairwise(edges):
            # What was given before stays: it came from other sources.
            own = [replace(one, source=f"lot {start}") for one in posts[start:end]]
            build_archive(archive, own, ENCODER, replaces=[f"lot {start}"], force=True)
        assert n_segments(archive) == n_cuts
        told[n_cuts] = everything(archive, is_truth=n_cuts == 1)
    for n_cuts in (7, 100):
        for name, what in told[1].items():
            if name == "documents":
                continue  # they say from which lot they came
            assert told[n_cuts][name] == what, f"{name} in {n_cuts} segments"


def test_sources_add_up_and_leave_as_they_do_from_nothing(tmp_path: Path) -> None:
    def post(n: int, source: str, edition: int = 0) -> Document:
        return replace(BLOG.post(n, edition=edition), source=source)

    gone = Rejection("b/x.html", "decode", "vide", "Vide.", source="B")
    build_archive(tmp_path / "a", [post(0, "A"), post(1, "A")], ENCODER, replaces=["A"])
    build_archive(tmp_path / "a", [post(2, "B"), gone], ENCODER, replaces=["B"])
    build_archive(tmp_path / "a", [post(0, "A", 2), post(2, "A")], ENCODER, replaces=["A"])
    build_archive(tmp_path / "b", [post(0, "A", 2), post(2, "A"), gone], ENCODER, replaces=["A"])
    assert everything(tmp_path / "a") == everything(tmp_path / "b", is_truth=True)


def test_nothing_to_do_writes_no_generation(tmp_path: Path) -> None:
    gone = Rejection("x.html", "decode", "vide", "Vide.", source="A")
    records = [*(replace(one, source="A") for one in BLOG.posts(4)), gone]
    build_archive(tmp_path, records, ENCODER)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*-*/*")}
    for replaces in (None, ["A"], ["B"]):
        summary = build_archive(tmp_path, [] if replaces == ["B"] else records, ENCODER,
                                replaces=replaces)  # fmt: skip
        assert not summary.is_published
        assert (summary.generation.number, summary.n_documents) == (1, 4)
        assert (summary.tally.n_new, summary.tally.n_changed, summary.tally.n_gone) == (0, 0, 0)
        assert summary.tally.n_unchanged == 4
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*-*/*")} == files
    assert not list(tmp_path.glob("*.tmp"))


def test_a_build_says_what_it_found(tmp_path: Path) -> None:
    build_archive(tmp_path, BLOG.posts(12), ENCODER)
    posts = [BLOG.post(0, edition=1), *BLOG.posts(11)[1:], BLOG.post(20), BLOG.post(21)]
    tally = build_archive(tmp_path, posts, ENCODER).tally
    assert (tally.n_new, tally.n_changed, tally.n_gone, tally.n_unchanged) == (2, 1, 1, 10)


def test_another_encoder_or_recipe_writes_all_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_archive(tmp_path, BLOG.posts(4), ENCODER)
    build_archive(tmp_path, BLOG.posts(5), ENCODER)
    assert n_segments(tmp_path) == 2
    build_archive(tmp_path, BLOG.posts(5), FakeEncoder(16, revision="2"))
    assert n_segments(tmp_path) == 1
    for module in ("build", "generation_build"):
        monkeypatch.setattr(f"index.building.{module}.passage_versions", lambda: "another")
    summary = build_archive(tmp_path, [], FakeEncoder(16, revision="2"), replaces=[])
    assert (n_segments(tmp_path), summary.n_embedded, summary.n_documents) == (1, 0, 5)


@pytest.mark.parametrize("name", ["store.sqlite", "arrays.bin", "tokens.bin"])
def test_damage_is_never_built_upon(tmp_path: Path, name: str) -> None:
    build_archive(tmp_path, BLOG.posts(4), ENCODER)
    path = tmp_path / "seg-0001" / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(IntegrityError, match=name):
        build_archive(tmp_path, BLOG.posts(5), ENCODER)


def test_a_segment_that_holds_nothing_any_more_goes(tmp_path: Path) -> None:
    secret = word("secret")
    first = replace(BLOG.post(0), title=f"Titre {secret}", author=f"Auteur {secret}")
    build_archive(tmp_path, BLOG.posts(5)[1:], ENCODER)
    build_archive(tmp_path, [first, *BLOG.posts(5)[1:]], ENCODER)
    build_archive(tmp_path, BLOG.posts(5), ENCODER)
    assert [one.name for one in current_generation(tmp_path).manifest.segments] == [
        "seg-0001",
        "seg-0003",
    ]
    compact(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("seg-*")) == ["seg-0001", "seg-0003"]


def test_lone_surrogates_do_not_make_a_document_new(tmp_path: Path) -> None:
    strange = replace(BLOG.post(0), title="Titre \ud800 seul", source="a\ud800")
    build_archive(tmp_path, [strange, *BLOG.posts(20)[1:]], ENCODER)
    assert not build_archive(tmp_path, [strange, *BLOG.posts(20)[1:]], ENCODER).is_published


def test_segments_merge_in_tiers_and_never_beyond_the_price_of_a_post() -> None:
    assert plan_merges([5000, *[4] * 7]) == []
    assert plan_merges([5000, *[4] * 8]) == [Run(1, 9)]
    assert plan_merges([*[4] * 8, 5000, *[60] * 9]) == [Run(0, 8), Run(9, 18)]
    assert plan_merges([300] * 8) == [Run(0, 8)]
    assert plan_merges([300] * 8, n_written=10) == []
    assert plan_merges([300] * 8, n_written=2400) == [Run(0, 8)]
    assert plan_merges([]) == []


def test_a_thousand_posts_copy_each_passage_a_few_times() -> None:
    sizes: list[int] = []
    n_copied = 0
    for _ in range(1000):
        sizes.append(10)
        while runs := plan_merges(sizes, n_written=10):
            for run in reversed(runs):
                total = sum(sizes[run.start : run.end])
                assert total <= 2000
                n_copied += total
                sizes[run.start : run.end] = [total]
    assert n_copied <= 4 * 10_000
    assert len(sizes) < 40


def counting(monkeypatch: pytest.MonkeyPatch, target: str) -> list[int]:
    """The number of calls of a function, from now on."""
    real: Callable[..., object] = resolve_name(target)
    calls = [0]

    def counted(*args: object, **options: object) -> object:
        calls[0] += 1
        return real(*args, **options)

    monkeypatch.setattr(target, counted)
    return calls


@pytest.mark.parametrize("n_posts", [40, 160])
def test_the_work_of_a_change_does_not_grow_with_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_posts: int
) -> None:
    posts = BLOG.posts(n_posts)
    build_archive(tmp_path, posts, ENCODER)
    texts = counting(monkeypatch, "index.building.documents.index_terms")
    titles = counting(monkeypatch, "index.building.context.index_terms")
    written = counting(monkeypatch, "index.storage.segment_writer.SegmentWriter.add")
    stamped = counting(monkeypatch, "index.storage.durability.stamp_file")
    asked = counting(monkeypatch, "index.retrieval.searcher.Searcher.keys_found")
    posts[7] = BLOG.post(7, edition=1)
    assert build_archive(tmp_path, posts, ENCODER).n_embedded == 1
    assert written == [1]
    assert texts[0] + titles[0] == 8, "text and title of four passages"
    assert stamped[0] <= 5, "no file that was there is read"
    assert 0 < asked[0] <= 10, "ten titles of the new generation"
