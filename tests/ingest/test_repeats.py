# ruff: noqa: SIM905  word lists read better unbroken
"""What the pages of a site share is the site's; what authors repeat stays."""

from __future__ import annotations

from dataclasses import replace

from ingest.html.page import read_html
from ingest.lessons import lesson_of, restored, site_key
from ingest.model import Action, Document, Page
from ingest.repeats import learn_site, without_repeats

THINGS = "tourtière glace érable neige rivière forge moulin laine farine levain grange".split()


def post(
    n: int, *, above: str = "", below: str = "", head: str = "", tags: tuple[str, ...] = ()
) -> Document:
    thing = THINGS[n % len(THINGS)]
    title = f"Billet {n} sur {thing}"
    body = f"<p>Numéro {n} : {thing} {n}, puis {thing[::-1]}{n} au bout du rang, {n} fois.</p>"
    html = (
        f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>"
        f"<div class='entry-content'>{above}{body * 2}<p>Fin de {thing}{n}.</p>{below}</div>"
        "</body></html>"
    )
    document = read_html(Page(f"s/{n}.html", b"", url=f"http://a.example/{n}"), html)
    return replace(document, tags=tags)


def read(documents: list[Document]) -> list[Document]:
    found, changed = without_repeats(documents)
    assert not changed
    return found


def said(document: Document) -> list[str]:
    return [p.text for p in document.passages]


def test_counters_under_every_post_are_the_sites() -> None:
    posts = [post(n, below=f"<p>Gazouillis{n} Courriers{n} Zut{n}</p>") for n in range(6)]
    assert any("Gazouillis" in text for text in said(posts[0]))
    for document in read(posts):
        assert not any("Gazouillis" in text for text in said(document))
        (entry,) = (e for e in document.ledger if e.rule == "repetition")
        assert entry.action is Action.DROPPED
        assert "s/0.html, s/1.html, s/2.html" in entry.reason
        assert [p.ordinal for p in document.passages] == list(range(len(document.passages)))


def test_what_few_posts_share_stays() -> None:
    posts = [post(n, below="<p>Bonne lecture !</p>" if n < 2 else "") for n in range(6)]
    assert [said(one) for one in read(posts)] == [said(one) for one in posts]


def test_what_stands_inside_the_posts_stays() -> None:
    posts = [
        post(n, above=f"<p>Avant {THINGS[n]}, une recette.</p><p>Ingrédients :</p>")
        for n in range(6)
    ]
    assert all("Ingrédients :" in said(document) for document in read(posts))


def test_captures_of_one_post_teach_nothing() -> None:
    posts = [replace(post(1), doc_id=f"d-{n}", source_path=f"{n}.html") for n in range(6)]
    assert [said(one) for one in read(posts)] == [said(one) for one in posts]


def test_the_title_of_every_page_is_the_sites() -> None:
    posts = [replace(post(n), title="Carnet libre") for n in range(6)]
    titled = read(posts)
    assert [d.title for d in titled[:2]] == ["Billet 0 sur tourtière", "Billet 1 sur glace"]
    refused = [one for one in titled[0].evidence if one.source == "repetition"]
    assert all(not one.is_taken for one in refused)


def test_the_tags_of_a_cloud_are_no_tags_of_a_post() -> None:
    cloud = tuple(f"nuage {n}" for n in range(10))
    posts = [post(n, tags=(*cloud, f"propre {n}")) for n in range(6)]
    assert [d.tags for d in read(posts)][:2] == [("propre 0",), ("propre 1",)]


def test_a_blog_on_one_thing_keeps_its_tag() -> None:
    posts = [post(n, tags=("pain", "levain")) for n in range(6)]
    assert all(one.tags == ("pain", "levain") for one in read(posts))


def test_one_page_after_another_teaches_the_same() -> None:
    posts = [post(n, below="<p>Zut à la une</p>") for n in range(5)]
    lessons = [lesson_of(one) for one in posts]
    repeats = learn_site(lessons[:4])
    repeats.note(lessons[4])
    assert repeats == learn_site(lessons) == learn_site(lessons[::-1])


def test_what_was_taken_out_can_be_put_back() -> None:
    cloud = tuple(f"nuage {n}" for n in range(10))
    posts = [
        replace(
            post(n, above="<p>Le carnet du rang</p>", below=f"<p>Zut{n}</p>", tags=(*cloud, "sel")),
            title="Carnet libre",
            site=f"Carnet {n % 2}",
        )
        for n in range(6)
    ]
    for document, cleaned in zip(posts, read(posts), strict=True):
        again = replace(restored(cleaned), stated=None, evidence=document.evidence)
        assert cleaned != replace(document, stated=cleaned.stated)
        assert again == document
        assert lesson_of(cleaned).blocks == lesson_of(document).blocks


def test_one_blog_is_one_site() -> None:
    first, second = post(1), post(2)
    other = replace(second, url="https://www.a.example/2/")
    assert site_key(first) == site_key(other)
    named = replace(first, url=None, site="Carnet Libre", source="/x", source_path="2009/a.html")
    later = replace(second, url=None, site="Carnet libre", source="/x", source_path="2012/b.html")
    assert site_key(named) == site_key(later)


def test_one_host_has_one_name_over_the_years() -> None:
    names = ["Carnet", "Carnet libre : pain et sel", "Carnet", None, "Carnet"]
    posts = [replace(post(n), site=name) for n, name in enumerate(names)]
    assert {document.site for document in read(posts)} == {"Carnet"}


def test_a_site_without_a_name_has_its_host() -> None:
    posts = [replace(post(n), site=None) for n in range(2)]
    assert [document.site for document in read(posts)] == ["a.example"] * 2


def test_pages_without_an_address_keep_the_name_that_they_state() -> None:
    pages = [replace(post(n), url=None, site=name) for n, name in enumerate(["A", None])]
    assert [document.site for document in read(pages)] == ["A", None]
