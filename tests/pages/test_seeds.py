"""The five seed pages against gold files that were written by reading the pages."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from ingest.model import Action, Document
from ingest.pipeline import ingest

pytestmark = pytest.mark.gate

GOLD = Path(__file__).parent / "seeds"
NAMES = sorted(path.stem for path in GOLD.glob("*.json"))

BOILERPLATE = (
    "Sélectionner une page", "Laisser un commentaire", "Laissez un commentaire", "Post a Comment",
    "ne sera pas publiée", "champs obligatoires", "never published", "Required fields",
    "tags XHTML", "<blockquote", "<acronym", "Undefined variable", "comments.php", "Lire la suite",
    "Plus d’articles sur", "This entry was posted", "Crédit photo", "www.workopolis.com",
    "Thinkopolis", "PUBLIÉ LE", "Categorie :", "One Comment", "5 Réponses", "Moleskine",
    "enfoiré de blogueur", "Future Formats", "Osocio", "A propos de l'auteur", "WordPress addict",
    "lafleurdesmath September",
)  # fmt: skip


@lru_cache(maxsize=1)
def _documents(folder: Path) -> dict[str, Document]:
    documents = [record for record in ingest([str(folder)]) if isinstance(record, Document)]
    return {Path(document.source_path).stem: document for document in documents}


def _gold(name: str) -> dict[str, Any]:
    gold: dict[str, Any] = json.loads((GOLD / f"{name}.json").read_text(encoding="utf-8"))
    return gold


def _local(document: Document, passage_id: str) -> str:
    return passage_id.removeprefix(f"{document.doc_id}#")


def test_every_seed_page_has_a_gold_file_and_a_document(seeds: Path) -> None:
    assert len(NAMES) == 5
    assert sorted(_documents(seeds)) == NAMES
    assert sorted(path.stem for path in seeds.glob("*.txt")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_metadata_is_as_read(seeds: Path, name: str) -> None:
    document, gold = _documents(seeds)[name], _gold(name)
    date = document.date
    assert {
        "source_path": document.source_path,
        "title": document.title,
        "author": document.author,
        "date": date and {"value": date.value, "precision": date.precision, "raw": date.raw},
        "site": document.site,
        "categories": list(document.categories),
        "n_comments_declared": document.n_comments_declared,
        "author_bio": document.author_bio,
        "language": document.language,
    } == {
        key: gold[key]
        for key in (
            "source_path", "title", "author", "date", "site", "categories",
            "n_comments_declared", "author_bio", "language",
        )
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_passages_are_as_read(seeds: Path, name: str) -> None:
    document = _documents(seeds)[name]
    found = [
        {
            "passage": _local(document, passage.passage_id),
            "role": passage.role.value,
            "kind": passage.kind.value,
            "heading": passage.heading,
            "text": passage.text,
        }
        for passage in document.passages
    ]
    assert found == _gold(name)["passages"]
    assert [passage.ordinal for passage in document.passages] == list(range(len(found)))


@pytest.mark.parametrize("name", NAMES)
def test_comments_are_as_read(seeds: Path, name: str) -> None:
    document = _documents(seeds)[name]
    found = [
        {
            "number": comment.number,
            "author": comment.author,
            "date": comment.date
            and {
                "value": comment.date.value,
                "precision": comment.date.precision,
                "raw": comment.date.raw,
            },
            "kind": comment.kind.value,
        }
        for comment in document.comments
    ]
    assert found == _gold(name)["comments"]


@pytest.mark.parametrize("name", NAMES)
def test_drops_context_and_metadata_are_as_read(seeds: Path, name: str) -> None:
    document, gold = _documents(seeds)[name], _gold(name)
    assert [{"rule": e.rule, "text": e.text} for e in document.drops] == gold["drops"]
    context = [e.text for e in document.ledger if e.action is Action.CONTEXT and e.rule != "puce"]
    assert context == gold["context"]
    metadata = [
        {"rule": e.rule, "text": e.text}
        for e in document.ledger
        if e.action is Action.METADATA and e.rule != "numero-commentaire"
    ]
    assert metadata == gold["metadata"]


@pytest.mark.parametrize("name", NAMES)
def test_every_sign_of_the_page_is_in_exactly_one_entry(seeds: Path, name: str) -> None:
    text = (seeds / f"{name}.txt").read_text(encoding="utf-8")
    document = _documents(seeds)[name]
    seen = [0] * len(text)
    for entry in document.ledger:
        assert text[entry.start : entry.end] == entry.text
        for place in range(entry.start, entry.end):
            seen[place] += 1
    assert max(seen) == 1
    assert not "".join(sign for sign, n in zip(text, seen, strict=True) if not n).strip()


@pytest.mark.parametrize("name", NAMES)
def test_passages_are_verbatim(seeds: Path, name: str) -> None:
    text = (seeds / f"{name}.txt").read_text(encoding="utf-8")
    for passage in _documents(seeds)[name].passages:
        assert text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip()


def test_no_passage_holds_boilerplate(seeds: Path) -> None:
    leaks = [
        (passage.passage_id, words)
        for document in _documents(seeds).values()
        for passage in document.passages
        for words in BOILERPLATE
        if words.casefold() in passage.text.casefold()
    ]
    assert leaks == []


def test_nothing_that_people_wrote_is_lost(seeds: Path) -> None:
    """Every word of the pages that is in no gold drop and no gold metadata is in a passage."""
    for name, document in _documents(seeds).items():
        gold = _gold(name)
        kept = " ".join(p.text for p in document.passages).split()
        context = " ".join(gold["context"]).split()
        gone = " ".join(e["text"] for e in (*gold["drops"], *gold["metadata"])).split()
        markers = [f"{n}." for n in range(1, len(gold["comments"]) + 1)]
        bullets = [e.text for e in document.ledger if e.rule == "puce"]
        page = (seeds / f"{name}.txt").read_text(encoding="utf-8").split()
        assert sorted(page) == sorted(kept + context + gone + markers + bullets), name


def test_the_reading_is_the_same_again(seeds: Path) -> None:
    first = [record for record in ingest([str(seeds)]) if isinstance(record, Document)]
    assert first == list(_documents(seeds).values())
