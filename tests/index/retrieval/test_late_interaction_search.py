"""An archive whose encoder compares word pieces: what they change in the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from index.encoders.load import load_encoder
from index.model import Mode, Query
from ingest.model import Document

pytestmark = pytest.mark.encoder

WINTER = (
    "Le train part à midi. La neige et le froid durent de décembre à mars. Ma sœur aime la musique."
)


@pytest.fixture(scope="module")
def pieces(
    tmp_path_factory: pytest.TempPathFactory, make_document: Callable[..., Document]
) -> Iterator[Archive]:
    """A post in whose paragraphs only a name differs, and one with a thankful reader."""
    mayors = [
        f"{name} fut élu maire de {town} à la fin du siècle, après une campagne de trois mois."
        for name, town in (
            ("Joseph Tremblay", "Rimouski"),
            ("Louis Gagnon", "Chicoutimi"),
            ("Alfred Roy", "Joliette"),
        )
    ]
    records = [
        make_document("maires", mayors, title="Trois maires"),
        make_document("hiver", [WINTER], [("Nadia", None, "Merci !")], title="Pelleter la neige"),
    ]
    folder, encoder = tmp_path_factory.mktemp("pieces"), load_encoder()
    build_archive(folder, records, encoder)
    with open_archive(folder, encoder=encoder) as archive:
        yield archive


@pytest.mark.parametrize(
    ("question", "passage_id"),
    [("Qui dirigeait Chicoutimi ?", "d-maires#p2"), ("La mairie d’Alfred Roy", "d-maires#p3")],
)
def test_a_name_tells_passages_of_one_subject_apart(
    pieces: Archive, question: str, passage_id: str
) -> None:
    assert pieces.search(Query(question, mode=Mode.DENSE)).hits[0].passage_id == passage_id


def test_the_sentence_to_read_first_shares_no_word_with_the_question(pieces: Archive) -> None:
    hit = pieces.search(Query("Combien de temps fait-il mauvais en hiver ?")).hits[0]
    assert hit.passage_id == "d-hiver#p1"
    assert hit.best_sentence is not None
    best = hit.text[hit.best_sentence.start : hit.best_sentence.end]
    assert best == "La neige et le froid durent de décembre à mars."


def test_thanks_do_not_answer_for_the_title_of_their_post(pieces: Archive) -> None:
    hits = pieces.search(Query("Comment pelleter la neige ?", mode=Mode.DENSE)).hits
    scores = {hit.passage_id: hit.score for hit in hits}
    assert hits[0].passage_id == "d-hiver#p1"
    assert scores["d-hiver#c1.p1"] < scores["d-hiver#p1"] / 2


def test_what_is_near_a_passage_has_no_sentence_to_read_first(pieces: Archive) -> None:
    assert all(hit.best_sentence is None for hit in pieces.similar("d-hiver#p1").hits)
