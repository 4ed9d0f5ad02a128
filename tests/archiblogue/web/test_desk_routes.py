"""What the desk reads beside the page: posts, neighbours, citations, files; and the post's page."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from starlette.applications import Starlette

from archiblogue.web.desk.routes import desk_routes
from archiblogue.web.post.routes import post_routes
from index.export import FORMATS
from tests.archiblogue.web.asking import Answer, ask
from tests.archiblogue.web.documents import HOSTILE
from tests.fakes import FakeEncoder

GARDENS, BREAD, ATTACK = (f"d-{digit * 16}" for digit in "123")


@pytest.fixture
def app(
    tiny_archive: Path, fake_encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> Starlette:
    """Our own addresses, over the tiny archive."""
    monkeypatch.setattr("index.archive.find_encoder", lambda *_, **__: fake_encoder)
    monkeypatch.setenv("ARCHIBLOGUE_ARCHIVE", str(tiny_archive))
    return Starlette(routes=[*desk_routes(), *post_routes()])


def read(app: Starlette, path: str, **parameters: str) -> Any:
    """The JSON of an address."""
    answer = ask(app, f"{path}?{urlencode(parameters)}")
    assert answer.status == 200, answer.body
    assert answer.headers["cache-control"] == "no-store"
    return json.loads(answer.body)


def page(app: Starlette, **parameters: str) -> Answer:
    """The page of a post."""
    return ask(app, f"/billet?{urlencode(parameters)}")


def test_a_post_comes_with_what_answers_marked_and_its_thread(app: Starlette) -> None:
    post = read(app, "/bureau/billet", id=GARDENS, q="arroser les potagers")
    assert post["title"] == "Des potagers sur les toits"
    kinds = [block["kind"] for block in post["blocks"]]
    assert kinds == ["paragraph", "heading", "paragraph", "list_item", "list_item"]
    asked = next(block for block in post["blocks"] if block.get("id") == f"{GARDENS}#p2")
    assert asked["match"] is True
    assert any(mark & 1 for _, mark in asked["pieces"])
    first, second = post["comments"]
    assert (first["author"], first["number"], first["date"]) == (
        "Basile",
        1,
        "septembre\u00a02009",
    )
    assert (second["role"], second["parent"]) == ("réponse", 1)
    assert (post["declared"], len(post["comments"])) == (3, 2)
    assert post["ledger"][0]["rule"] == "formulaire-commentaire"


def test_every_letter_of_a_post_is_in_its_blocks(app: Starlette) -> None:
    post = read(app, "/bureau/billet", id=GARDENS, q="tomates août seau")
    shown = ["".join(piece for piece, _ in one["pieces"]) for one in post["blocks"] if "id" in one]
    assert shown == [
        "Les tomates mûrissent bien sur les toits de la ville.",
        "Qui doit arroser les potagers pendant les vacances ?",
        "un seau par jour",
        "deux seaux en août",
    ]


@pytest.mark.parametrize(
    "path", ["/bureau/billet?id=d-0", "/bureau/proches?p=x", "/bureau/citation"]
)
def test_what_is_not_in_the_archive_is_said(app: Starlette, path: str) -> None:
    answer = ask(app, path)
    assert answer.status == 404
    assert json.loads(answer.body)["error"]


def test_near_passages_leave_itself_out(app: Starlette) -> None:
    hits = read(app, "/bureau/proches", p=f"{BREAD}#p1")["hits"]
    assert hits
    assert all(hit["id"] != f"{BREAD}#p1" for hit in hits)


def test_a_passage_is_cited_in_each_style_with_its_addresses(app: Starlette) -> None:
    found = read(app, "/bureau/citation", p=f"{GARDENS}#p2")
    styles = {one["name"]: one["text"] for one in found["styles"]}
    assert set(styles) == {"iso690", "iso690-note", "udem-apa", "apa"}
    assert all("Des potagers sur les toits" in text for text in styles.values())
    assert found["permalink"].startswith("http://127.0.0.1:8501/billet?id=")
    assert found["wayback"].startswith("https://web.archive.org/web/20090921")
    assert found["fragment"].startswith("https://toits.example.org/potagers#:~:text=")


def test_a_hostile_address_is_never_a_link(app: Starlette) -> None:
    found = read(app, "/bureau/citation", p=f"{ATTACK}#p1")
    assert found["fragment"] is None
    assert found["wayback"] is None
    assert read(app, "/bureau/billet", id=ATTACK)["url"] is None


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("subject", ["liste", "tout"])
def test_every_format_of_the_list_and_of_all_hits(app: Starlette, name: str, subject: str) -> None:
    answer = ask(app, f"/bureau/fichier?q=tomates&quoi={subject}&format={name}")
    assert answer.status == 200
    assert answer.body
    extension = FORMATS[name].extension
    assert (
        answer.headers["content-disposition"]
        == f'attachment; filename="archiblogue-tomates.{extension}"'
    )


def rows(answer: Answer) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    assert answer.status == 200, answer.body
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8"), newline="")))


def test_all_hits_are_more_than_the_list_and_in_its_order(app: Starlette) -> None:
    asked = "q=tomates+pain+attaque&format=csv&debut=2"
    shown = [row["passage_id"] for row in rows(ask(app, f"/bureau/fichier?{asked}&quoi=liste"))]
    whole = [row["passage_id"] for row in rows(ask(app, f"/bureau/fichier?{asked}&quoi=tout"))]
    assert whole[2 : 2 + len(shown)] == shown
    assert len(whole) == len(shown) + 2


def test_the_basket_is_a_form_of_ids_in_their_order(app: Starlette) -> None:
    ids = [f"{BREAD}#p1", f"{GARDENS}#p2"]
    form = urlencode([("quoi", "panier"), ("format", "csv"), *(("id", one) for one in ids)])
    answer = ask(app, "/bureau/fichier", form=form.encode())
    assert [row["passage_id"] for row in rows(answer)] == ids


@pytest.mark.parametrize(
    "asked",
    [
        "quoi=panier&format=csv",
        "q=tomates&format=exe",
        "q=tomates&format=csv&quoi=archive",
        "q=tomates&format=citations&style=../../etc/passwd",
        "q=auteur:&format=csv",
    ],
)
def test_a_file_that_cannot_be_is_explained(app: Starlette, asked: str) -> None:
    answer = ask(app, f"/bureau/fichier?{asked}")
    assert answer.status == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Traceback" not in answer.body.decode()


def test_a_form_that_is_too_long_or_no_form_is_refused(app: Starlette) -> None:
    assert ask(app, "/bureau/fichier", form=b"id=" + b"x" * 1_100_000).status == 400
    assert ask(app, "/bureau/fichier", form="id=é".encode()).status == 400


def test_a_post_has_a_page_of_its_own_that_opens_at_the_passage(app: Starlette) -> None:
    answer = page(app, id=GARDENS, p=f"{GARDENS}#p2")
    html = answer.body.decode()
    assert answer.status == 200
    assert "<title>Des potagers sur les toits · toits.example.org · Archiblogue</title>" in html
    assert '<html lang="fr-CA">' in html
    assert 'name="robots" content="noindex, nofollow"' in html
    assert "<h1><bdi>Des potagers sur les toits</bdi></h1>" in html
    assert re.search(r'<p id="found"[^>]* autofocus=""[^>]*>Qui doit arroser', html)
    assert "<h2><bdi>Arroser</bdi></h2>" in html
    assert re.search(r"<ul><li[^>]*>un seau par jour</li><li[^>]*>deux seaux", html)
    assert "Réponse de l’auteur" in html
    assert "en réponse au nº 1" in html
    assert "La page en annonçait 3." in html
    assert "formulaire-commentaire" in html
    assert "https://web.archive.org/web/20090921" in html
    assert "<script" not in html
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_page_of_a_comment_opens_at_the_comment(app: Starlette) -> None:
    html = page(app, p=f"{GARDENS}#c1.p1").body.decode()
    assert re.search(r'<p id="found"[^>]*>Chez nous', html)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"id": "d-0"}, "n’est plus dans l’archive"),
        ({}, "Aucun billet choisi"),
        ({"id": "d-0", "lang": "en"}, "no longer in the archive"),
    ],
)
def test_a_post_that_is_gone_or_not_named_is_a_404(
    app: Starlette, asked: dict[str, str], said: str
) -> None:
    answer = page(app, **asked)
    assert answer.status == 404
    assert said in answer.body.decode()


def test_a_post_without_an_archive_is_a_404(
    app: Starlette, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIBLOGUE_ARCHIVE", str(tmp_path / "rien"))
    assert page(app, id=GARDENS).status == 404


def test_a_hostile_post_is_inert(app: Starlette) -> None:
    html = page(app, id=ATTACK, p=f"{ATTACK}#c1.p1").body.decode()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "&lt;script&gt;" in html
    assert "Rétrolien" in html
    post = read(app, "/bureau/billet", id=ATTACK, q=HOSTILE)
    assert HOSTILE in post["title"]
    assert quote("<script>") not in json.dumps(post)


def test_the_style_sheet_holds_both_parts_and_names_no_other_host(app: Starlette) -> None:
    answer = ask(app, "/bureau/page.css")
    text = answer.body.decode()
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert ".desk .hit" in text
    assert ".masthead" in text
    for forbidden in ("http:", "https:", "url(", "@import"):
        assert forbidden not in text
