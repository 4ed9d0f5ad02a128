"""A recorded search asked again: identical on the same content, differences named elsewhere."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.export import FORMATS, Asked, Replay, Request, export_bytes, read_bundle, replay_search
from index.export.replay import (
    CONTENT_CHANGED,
    ENCODER_CHANGED,
    PAGE_CHANGED,
    PAGE_GONE,
    PAGE_NEW,
    WITHDRAWN,
)
from index.maintenance.withdraw import Selector, withdraw
from index.model import Filters, Mode, Query
from index.views.concordance import ConcordanceOptions, Sort
from ingest.errors import UsageError
from ingest.model import Document, Rejection
from tests.fakes import FakeEncoder
from tests.index.conftest import MakeDocument

WORDS = [
    "tomate",
    "limace",
    "cendre",
    "paillis",
    "terre",
    "soir",
    "neige",
    "canal",
    "pneu",
    "glace",
    "vélo",
    "piste",
    "été",
    "hiver",
]
ENCODER = FakeEncoder()


def questions(n: int, k: int = 6) -> Request:
    chance = random.Random(5)
    modes = list(Mode)
    asked = [
        Asked(f"q{i}", Query(" ".join(chance.sample(WORDS, 3)), k=k, mode=modes[i % 3]))
        for i in range(n)
    ]
    return Request("batch", asked)


def take_away(archive: Archive, request: Request, path: Path) -> Path:
    path.write_bytes(export_bytes(archive, request, FORMATS["bundle"]))
    return path


def again(archive: Archive, path: Path) -> Replay:
    return replay_search(archive, read_bundle(path))


def test_a_hundred_questions_replayed_are_identical(archive: Archive, tmp_path: Path) -> None:
    bundle = take_away(archive, questions(100), tmp_path / "cent.zip")
    found = again(archive, bundle)
    assert found.n_now == found.n_former > 300
    assert found.is_identical
    assert found.max_score_change <= 1e-5


@pytest.mark.parametrize(
    "request_",
    [
        Request("corpus", filters=Filters(after="2009")),
        Request("selection", passage_ids=("d-velo#p2", "d-jardin#p1")),
        Request(
            "concordance",
            expression="limaces",
            concordance=ConcordanceOptions(sort=Sort.DATE, width=30),
        ),
        Request(
            "question", (Asked("q1", Query("cendre limaces"), ("d-jardin#p2",), ("d-velo#p1",)),)
        ),
    ],
)
def test_whatever_was_exported_can_be_replayed(
    archive: Archive, tmp_path: Path, request_: Request
) -> None:
    bundle = take_away(archive, request_, tmp_path / "x.zip")
    recorded = read_bundle(bundle)
    assert recorded.places
    assert again(archive, bundle).is_identical


def test_an_archive_rebuilt_from_the_same_pages_answers_the_same(
    archive: Archive, records: list[Document | Rejection], tmp_path: Path
) -> None:
    bundle = take_away(archive, questions(20), tmp_path / "x.zip")
    build_archive(tmp_path / "again", list(reversed(records)), ENCODER)
    with open_archive(tmp_path / "again", encoder=ENCODER) as rebuilt:
        found = again(rebuilt, bundle)
    assert found.is_same_content
    assert found.is_identical


def test_another_encoder_is_said(
    archive: Archive, records: list[Document | Rejection], tmp_path: Path
) -> None:
    bundle = take_away(archive, questions(20), tmp_path / "x.zip")
    other = FakeEncoder(dimension=8, revision="2")
    build_archive(tmp_path / "other", records, other)
    with open_archive(tmp_path / "other", encoder=other) as changed:
        found = again(changed, bundle)
    assert not found.is_same_encoder
    differences = (*found.moved, *found.new, *found.gone)
    assert differences
    assert {one.reason for one in differences} == {ENCODER_CHANGED}


def test_of_a_withdrawn_passage_only_its_place_is_said(
    records: list[Document | Rejection], tmp_path: Path
) -> None:
    path = tmp_path / "archive"
    build_archive(path, records, ENCODER)
    request = Request("question", (Asked("q1", Query("cendre limaces coquilles piste", k=20)),))
    with open_archive(path, encoder=ENCODER) as archive:
        bundle = take_away(archive, request, tmp_path / "x.zip")
    withdraw(path, Selector("author", "Réjean"), encoder=ENCODER)
    withdraw(path, Selector("id", "d-velo"), encoder=ENCODER)
    with open_archive(path, encoder=ENCODER) as archive:
        found = again(archive, bundle)
        made_after = export_bytes(archive, request, FORMATS["bundle"])
    withdrawn = [one for one in found.gone if one.reason == WITHDRAWN]
    former = {p.passage_id: p.rank for p in read_bundle(bundle).places}
    gone = {"d-jardin#c2.p1", "d-velo#p1", "d-velo#p2", "d-velo#c1.p1"} & former.keys()
    assert {one.former_rank for one in withdrawn} == {former[passage_id] for passage_id in gone}
    assert len(gone) == 4
    assert all(one.passage_id is None for one in withdrawn)
    (tmp_path / "after.zip").write_bytes(made_after)
    after = zipfile.ZipFile(tmp_path / "after.zip")
    said = b"".join(after.read(name) for name in after.namelist())
    for word in ("Réjean", "coquilles d", "déneigée", "d-velo"):
        assert word.encode() not in said


class _Blog:
    """Posts that change at random, and what changed since a given edition."""

    def __init__(self, make: MakeDocument, n_posts: int = 14) -> None:
        self._make = make
        self._chance = random.Random(11)
        self._n = 0
        self.texts: dict[str, list[str]] = {}
        for _ in range(n_posts):
            self._add()

    def _add(self) -> None:
        self._n += 1
        self.texts[f"post{self._n}"] = [self._text() for _ in range(3)]

    def _text(self) -> str:
        return f"Note {self._chance.randrange(10**9)} sur " + " ".join(
            self._chance.choices(WORDS, k=9)
        )

    def change(self) -> None:
        """One of: a passage rewritten, a post taken down, a post put up."""
        name = self._chance.choice(sorted(self.texts))
        match self._chance.randrange(3):
            case 0:
                texts = list(self.texts[name])
                texts[self._chance.randrange(len(texts))] = self._text()
                self.texts[name] = texts
            case 1:
                del self.texts[name]
            case _:
                self._add()

    def documents(self) -> list[Document]:
        return [
            self._make(name, texts, title=f"Titre {name}") for name, texts in self.texts.items()
        ]


def test_after_thirty_rebuilds_every_difference_has_its_reason(
    make_document: MakeDocument, tmp_path: Path
) -> None:
    blog, path = _Blog(make_document), tmp_path / "archive"
    build_archive(path, blog.documents(), ENCODER)
    with open_archive(path, encoder=ENCODER) as archive:
        bundle = take_away(archive, questions(6, k=8), tmp_path / "x.zip")
    former = dict(blog.texts)
    n_differences = 0
    for _ in range(30):
        blog.change()
        build_archive(path, blog.documents(), ENCODER)
        with open_archive(path, encoder=ENCODER) as archive:
            found = again(archive, bundle)
        n_differences += len(found.gone) + len(found.new) + len(found.moved)
        _check_reasons(found, former, blog.texts)
    assert n_differences > 60


def _check_reasons(found: Replay, former: dict[str, list[str]], now: dict[str, list[str]]) -> None:
    """Each reason beside what really happened to the page."""
    for one in found.gone:
        name, number = _passage(one.passage_id)
        if name not in now:
            assert one.reason == PAGE_GONE
        elif now[name][number] != former[name][number]:
            assert one.reason == PAGE_CHANGED
        else:
            assert one.reason == CONTENT_CHANGED
    for one in found.new:
        assert one.reason in {PAGE_NEW, CONTENT_CHANGED}
    for one in found.moved:
        name, number = _passage(one.passage_id)
        is_rewritten = now[name][number] != former[name][number]
        assert one.reason == (PAGE_CHANGED if is_rewritten else CONTENT_CHANGED)


def _passage(passage_id: str | None) -> tuple[str, int]:
    assert passage_id is not None
    doc_id, _, number = passage_id.partition("#p")
    return doc_id.removeprefix("d-"), int(number) - 1


def test_a_passage_that_only_makes_room_has_not_moved(archive: Archive, tmp_path: Path) -> None:
    request = Request("selection", passage_ids=("d-velo#p1", "d-velo#p2", "d-jardin#p1"))
    bundle = take_away(archive, request, tmp_path / "x.zip")
    recorded = read_bundle(bundle)
    fewer = replace(recorded, places=recorded.places[1:])
    found = replay_search(archive, fewer)
    assert [one.passage_id for one in found.new] == ["d-velo#p1"]
    assert found.moved == ()


@pytest.mark.parametrize(
    "members",
    [
        None,
        {},
        {"recherche.json": "{"},
        {"recherche.json": "[]"},
        {"recherche.json": "{}"},
        {"recherche.json": json.dumps({"place_fields": ["x"], "places": [[1]], "questions": []})},
        {"recherche.json": "[" * 100_000},
    ],
)
def test_what_is_no_bundle_is_said(members: dict[str, str] | None, tmp_path: Path) -> None:
    path = tmp_path / "faux.zip"
    if members is None:
        path.write_bytes(b"PK rien")
    else:
        with zipfile.ZipFile(path, "w") as package:
            for name, content in members.items():
                package.writestr(name, content)
    with pytest.raises(UsageError, match=r"faux\.zip|incomplète"):
        read_bundle(path)


def test_places_are_compared_question_by_question(archive: Archive, tmp_path: Path) -> None:
    asked: Sequence[Asked] = [Asked(f"q{n}", Query("cendre", k=3)) for n in (1, 2)]
    bundle = take_away(archive, Request("batch", asked), tmp_path / "x.zip")
    recorded = read_bundle(bundle)
    swapped = [
        replace(one, rank=4 - one.rank) if one.query_id == "q2" else one for one in recorded.places
    ]
    found = replay_search(archive, replace(recorded, places=tuple(swapped)))
    assert {one.query_id for one in found.moved} == {"q2"}
    assert len(found.moved) == 2
