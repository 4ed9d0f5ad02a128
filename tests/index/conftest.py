"""A small archive of invented posts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.archive import Archive, open_archive
from index.building.build import build_archive
from ingest.model import (
    Comment,
    Document,
    Passage,
    PassageKind,
    PublicationDate,
    Rejection,
    Role,
)
from tests.fakes import FakeEncoder

MakeDocument = Callable[..., Document]


@pytest.fixture(scope="session")
def make_document() -> MakeDocument:
    """Documents from plain strings: `texts` of the post, `comments` as (author, date, text)."""

    def make(
        name: str,
        texts: list[str],
        comments: list[tuple[str | None, str | None, str]] | None = None,
        **facts: object,
    ) -> Document:
        doc_id = f"d-{name}"
        passages: list[Passage] = []
        said: list[Comment] = []
        for number, text in enumerate(texts, start=1):
            passages.append(_passage(doc_id, f"{doc_id}#p{number}", len(passages), text, None))
        for number, (author, date, text) in enumerate(comments or [], start=1):
            comment_id = f"{doc_id}#c{number}"
            said.append(Comment(comment_id, number, author=author, date=_date(date)))
            passages.append(_passage(doc_id, f"{comment_id}.p1", len(passages), text, comment_id))
        date = facts.pop("date", None)
        return Document(
            doc_id=doc_id,
            source_path=f"{name}.html",
            passages=tuple(passages),
            comments=tuple(said),
            date=_date(date if isinstance(date, str) else None),
            **facts,  # type: ignore[arg-type]
        )

    return make


@pytest.fixture(scope="session")
def records(make_document: MakeDocument) -> list[Document | Rejection]:
    """Three posts with comments, and a page that gave none."""
    return [
        make_document(
            "jardin",
            [
                "Les tomates poussent mal à l’ombre des grands sapins.",
                "Arrosez le soir, quand la terre est tiède.",
                "Un paillis de feuilles garde l’humidité tout l’été.",
                "La cendre éloigne les limaces du potager.",
            ],
            [
                ("Martine L.", "2012-06-03", "Chez moi les limaces mangent tout, même la cendre."),
                ("Réjean", None, "J’utilise des coquilles d’œufs contre les limaces."),
            ],
            title="Le potager en ville",
            author="Odile Després",
            date="2012-05",
            site="jardin.exemple.org",
        ),
        make_document(
            "velo",
            [
                "La piste cyclable du canal est déneigée depuis jeudi.",
                "Un pneu à clous coûte cher, mais il tient sur la glace.",
            ],
            [("Martine L.", "2009-01-20", "Merci\u202f! Je roule donc tout l’hiver.")],
            title="Pédaler en hiver",
            author="Paul Œrtel",
            date="2009",
            site="www.velo.exemple.net",
            language="fr",
        ),
        make_document(
            "copie",
            ["La cendre éloigne les limaces du potager.", "Rien d’autre ici."],
            title="Copie d’un billet",
        ),
        Rejection("vide.html", "decode", "vide", "La page est vide."),
    ]


@pytest.fixture(scope="session")
def archive_path(
    tmp_path_factory: pytest.TempPathFactory, records: list[Document | Rejection]
) -> Path:
    """The folder of an archive of `records`."""
    path = tmp_path_factory.mktemp("archive") / "archive"
    build_archive(path, records, FakeEncoder())
    return path


@pytest.fixture
def archive(archive_path: Path) -> Archive:
    """The archive of `records`, open."""
    return open_archive(archive_path, encoder=FakeEncoder())


def _passage(doc_id: str, name: str, ordinal: int, text: str, comment: str | None) -> Passage:
    return Passage(
        passage_id=name,
        doc_id=doc_id,
        ordinal=ordinal,
        role=Role.COMMENT if comment else Role.POST,
        kind=PassageKind.PARAGRAPH,
        text=text,
        start=100 * ordinal,
        end=100 * ordinal + len(text),
        comment_id=comment,
        language="fr",
    )


def _date(value: str | None) -> PublicationDate | None:
    if value is None:
        return None
    precision = {4: "year", 7: "month", 10: "day"}[len(value)]
    return PublicationDate(value, precision, "text", value)  # type: ignore[arg-type]
