"""A generation made from a copy of the former one is the one that would be written from nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name

import numpy as np
import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.building.incremental import MAX_AMENDED_SHARE
from index.building.publish import current_generation
from index.maintenance.generations import verify
from index.model import Filters, Mode, Query
from ingest.errors import IntegrityError
from ingest.model import Action, Document, Rejection
from tests.durability.corpus import Blog, word
from tests.fakes import FakeEncoder, FakeTokenEncoder

BLOG = Blog()
ENCODER = FakeTokenEncoder(16)


@pytest.fixture
def amending(monkeypatch: pytest.MonkeyPatch) -> None:
    """Amends whatever the share of what changed."""
    monkeypatch.setattr("index.building.incremental.MAX_AMENDED_SHARE", 1e9)


def n_amended(archive: Path) -> int:
    return current_generation(archive).manifest.n_amended


def everything(archive: Path) -> dict[str, object]:
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
            "answers": [answer(opened, query) for query in queries()],
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
    text, title = opened.store.array("text_lengths"), opened.store.array("title_lengths")
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


def answer(opened: Archive, query: Query) -> list[tuple[str, float, int]]:
    hits = opened.search(query).hits
    return [(hit.passage_id, round(hit.score, 4), hit.n_copies) for hit in hits]


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
@pytest.mark.usefixtures("amending")
def test_amended_many_times_it_is_the_archive_built_in_one_go(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    posts: dict[int, Document | Rejection] = {n: BLOG.post(n) for n in range(10)}
    build_archive(tmp_path / "amended", posts.values(), ENCODER)
    for step in range(6):
        for n in chance.sample(sorted(posts), 3):
            one = posts[n]
            posts[n] = edited(one, chance) if isinstance(one, Document) else BLOG.post(n)
        del posts[chance.choice(sorted(posts))]
        posts[10 + step] = BLOG.post(10 + step, edition=step)
        posts[40] = Rejection("x.html", "decode", "vide", f"Vide {step}.")
        build_archive(tmp_path / "amended", posts.values(), ENCODER)
    assert n_amended(tmp_path / "amended") > 0
    build_archive(tmp_path / "once", posts.values(), ENCODER)
    assert n_amended(tmp_path / "once") == 0
    amended, once = everything(tmp_path / "amended"), everything(tmp_path / "once")
    for name, what in once.items():
        assert amended[name] == what, name
    assert verify(tmp_path / "amended") == []


@pytest.mark.usefixtures("amending")
def test_sources_add_up_and_leave_as_they_do_from_nothing(tmp_path: Path) -> None:
    def post(n: int, source: str, edition: int = 0) -> Document:
        return replace(BLOG.post(n, edition=edition), source=source)

    gone = Rejection("b/x.html", "decode", "vide", "Vide.", source="B")
    build_archive(tmp_path / "a", [post(0, "A"), post(1, "A")], ENCODER, replaces=["A"])
    build_archive(tmp_path / "a", [post(2, "B"), gone], ENCODER, replaces=["B"])
    build_archive(tmp_path / "a", [post(0, "A", 2), post(2, "A")], ENCODER, replaces=["A"])
    assert n_amended(tmp_path / "a") > 0
    build_archive(tmp_path / "b", [post(0, "A", 2), post(2, "A"), gone], ENCODER, replaces=["A"])
    assert everything(tmp_path / "a") == everything(tmp_path / "b")


def test_little_is_amended_and_much_written_from_nothing(tmp_path: Path) -> None:
    posts = BLOG.posts(100)
    build_archive(tmp_path, posts, ENCODER)
    n_rounds, seen = 0, [0]
    while seen[-1] or not n_rounds:
        n_rounds += 1
        posts[n_rounds] = BLOG.post(n_rounds, edition=n_rounds)
        assert build_archive(tmp_path, posts, ENCODER).n_embedded == 1
        seen.append(n_amended(tmp_path))
    assert seen == [*range(0, 41, 8), 0], "a post of four passages is removed and written"
    assert max(seen) <= MAX_AMENDED_SHARE * 400
    assert not verify(tmp_path)


@pytest.mark.usefixtures("amending")
def test_another_encoder_or_recipe_writes_from_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_archive(tmp_path, BLOG.posts(4), ENCODER)
    build_archive(tmp_path, BLOG.posts(5), ENCODER)
    assert n_amended(tmp_path) == 4
    build_archive(tmp_path, BLOG.posts(6), FakeEncoder(16, revision="2"))
    assert n_amended(tmp_path) == 0
    build_archive(tmp_path, BLOG.posts(7), FakeEncoder(16, revision="2"))
    assert n_amended(tmp_path) == 4
    monkeypatch.setattr("index.building.incremental.recipe", lambda: "another")
    build_archive(tmp_path, BLOG.posts(8), FakeEncoder(16, revision="2"))
    assert n_amended(tmp_path) == 0


@pytest.mark.usefixtures("amending")
@pytest.mark.parametrize("name", ["store.sqlite", "vectors.faiss"])
def test_damage_is_never_copied(tmp_path: Path, name: str) -> None:
    build_archive(tmp_path, BLOG.posts(4), ENCODER)
    path = current_generation(tmp_path).path / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(IntegrityError, match=name):
        build_archive(tmp_path, BLOG.posts(5), ENCODER)


@pytest.mark.usefixtures("amending")
def test_what_was_replaced_leaves_no_text_behind(tmp_path: Path) -> None:
    secret = word("secret")
    first = replace(BLOG.post(0), title=f"Titre {secret}", author=f"Auteur {secret}")
    build_archive(tmp_path, [first, *BLOG.posts(5)[1:]], ENCODER)
    build_archive(tmp_path, BLOG.posts(5), ENCODER)
    assert n_amended(tmp_path) > 0
    content = (current_generation(tmp_path).path / "store.sqlite").read_bytes()
    assert f"Titre {secret}".encode() not in content
    assert f"Auteur {secret}".encode() not in content


def test_lone_surrogates_do_not_make_a_document_new(tmp_path: Path) -> None:
    strange = replace(BLOG.post(0), title="Titre \ud800 seul")
    for _ in range(2):
        build_archive(tmp_path, [strange, *BLOG.posts(20)[1:]], ENCODER)
    manifest = current_generation(tmp_path).manifest
    assert manifest.n_amended == 0
    assert manifest.generation == 2


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
    texts = counting(monkeypatch, "index.building.incremental.index_terms")
    titles = counting(monkeypatch, "index.building.context.index_terms")
    written = counting(monkeypatch, "index.storage.writer.StoreWriter.add_passage")
    merged = counting(monkeypatch, "index.building.incremental.amend_postings")
    asked = counting(monkeypatch, "index.views.results.ResultReader.run")
    posts[7] = BLOG.post(7, edition=1)
    assert build_archive(tmp_path, posts, ENCODER).n_embedded == 1
    assert n_amended(tmp_path) == 8
    assert written == [4]
    assert texts[0] + titles[0] == 16, "text and title of four passages, before and after"
    assert merged[0] < 80, "one set of postings a word of the page"
    assert asked[0] <= 20, "ten titles of either generation"
