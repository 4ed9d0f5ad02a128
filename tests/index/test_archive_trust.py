"""What a search says about itself: the lexicon, what comments answer, the reasons of a hit."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.model import Filters, Mode, Query
from index.query.parser import parse
from index.query.synonyms import OWN_LEXICON
from ingest.errors import UsageError
from ingest.model import Role
from tests.fakes import FakeEncoder
from tests.index.conftest import MakeDocument


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory, make_document: MakeDocument) -> Path:
    path = tmp_path_factory.mktemp("trust") / "archive"
    documents = [
        make_document(
            "poste",
            [
                "Le courriel a remplacé la lettre dans notre famille.",
                "Mon père envoie encore une carte postale chaque fin de semaine.",
                "La boîte aux lettres rouille au bout du chemin.",
            ],
            [
                ("Zoé", None, "« une carte postale chaque fin de semaine », quelle chance."),
                ("Léo", None, "Quel beau souvenir."),
            ],
            title="Écrire aux siens",
        ),
        make_document("autre", ["Les sabots du cheval sonnent sur le pavé."], title="Le cheval"),
    ]
    build_archive(path, documents, FakeEncoder())
    return path


@pytest.fixture
def trusted(letters: Path) -> Archive:
    return open_archive(letters, encoder=FakeEncoder())


def test_another_name_finds_the_passage_and_says_so(trusted: Archive) -> None:
    result = trusted.search(Query("e-mail", mode=Mode.LEXICAL))
    assert [hit.passage_id for hit in result.hits] == ["d-poste#p1"]
    assert "courriel" in [one.form for one in result.expansions]
    assert any("courriel" in str(notice) for notice in result.notices)
    hit = result.hits[0]
    assert [hit.text[s.start : s.end] for s in hit.matches] == ["courriel"]
    assert result.confident is True


def test_the_lexicon_can_be_switched_off(trusted: Archive) -> None:
    result = trusted.search(Query("e-mail", mode=Mode.LEXICAL, expand=False))
    assert (result.hits, result.expansions, result.notices) == ((), (), ())


def test_one_added_word_can_be_left_out_and_the_result_says_so(trusted: Archive) -> None:
    query = Query("e-mail", mode=Mode.LEXICAL, without=("courriels",))
    result = trusted.search(query)
    assert result.hits == ()
    assert "courriel" not in [one.form for one in result.expansions]
    assert [one.form for one in result.left_out] == ["courriel"]
    assert any("sans courriel" in str(notice) for notice in result.notices)
    assert trusted.count(query).n_passages == 0


def test_a_form_of_several_words_counts_only_whole(trusted: Archive) -> None:
    result = trusted.search(Query("week-end", mode=Mode.LEXICAL))
    assert {hit.passage_id for hit in result.hits} == {"d-poste#p2", "d-poste#c1.p1"}
    for hit in result.hits:
        assert [hit.text[s.start : s.end] for s in hit.matches] == ["fin de semaine"]


def test_what_is_typed_weighs_more(tmp_path: Path, make_document: MakeDocument) -> None:
    documents = [
        make_document("un", ["Le courriel est arrivé ce matin chez nous."]),
        make_document("deux", ["Le pourriel est arrivé ce matin chez nous."]),
        make_document("trois", ["Le spam est arrivé ce matin chez nous."]),
    ]
    build_archive(tmp_path / "a", documents, FakeEncoder())
    archive = open_archive(tmp_path / "a", encoder=FakeEncoder())
    hits = archive.search(Query("spam", mode=Mode.LEXICAL)).hits
    assert [hit.doc_id for hit in hits] == ["d-trois", "d-deux"]
    assert hits[0].score > 2 * hits[1].score


def test_the_keeper_s_lexicon_is_read(letters: Path, tmp_path: Path) -> None:
    shutil.copytree(letters, tmp_path / "own")
    (tmp_path / "own" / OWN_LEXICON).write_text('groupes = [["bidet", "cheval"]]', encoding="utf-8")
    archive = open_archive(tmp_path / "own", encoder=FakeEncoder())
    assert archive.search(Query("bidet", mode=Mode.LEXICAL)).hits[0].doc_id == "d-autre"


def test_a_wrong_lexicon_is_explained(letters: Path, tmp_path: Path) -> None:
    shutil.copytree(letters, tmp_path / "own")
    (tmp_path / "own" / OWN_LEXICON).write_text("groupes = 3", encoding="utf-8")
    with pytest.raises(UsageError, match="lexique"):
        open_archive(tmp_path / "own", encoder=FakeEncoder())


def test_a_comment_says_what_it_answers(trusted: Archive) -> None:
    result = trusted.search(Query("chance", filters=Filters(roles=frozenset({Role.COMMENT}))))
    answers = {hit.passage_id: hit.answers for hit in result.hits}
    found = answers["d-poste#c1.p1"]
    assert found is not None
    assert (found.passage_id, found.method) == ("d-poste#p2", "citation")
    assert 0.9 < found.confidence <= 1.0
    record = next(h for h in result.hits if h.answers == found).as_record()["answers"]
    assert record == {
        "passage_id": "d-poste#p2", "method": "citation", "confidence": found.confidence
    }  # fmt: skip


_PIECES = [
    *('"', "«", "»", "-", "courriel", "l’", "auteur:", "avant:2", "role:billet", " ", "(", "*"),
]


@settings(
    max_examples=80, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(_PIECES),
        ),
        max_size=12,
    ).map("".join),
    st.sampled_from(list(Mode)),
)
def test_any_question_is_answered_or_refused_in_french(
    trusted: Archive, text: str, mode: Mode
) -> None:
    result, refusal = None, ""
    try:
        result = trusted.search(Query(text, mode=mode))
    except UsageError as error:
        refusal = str(error)
    if result is None:
        assert parse(text).is_empty
        assert re.search(r"vide|Ajoutez|Il ne reste aucun mot", refusal)
        return
    assert [hit.rank for hit in result.hits] == list(range(1, len(result.hits) + 1))
