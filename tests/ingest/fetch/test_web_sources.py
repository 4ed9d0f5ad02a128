"""Pages, feeds, site maps, whole blogs and the WordPress API, read from a loopback server."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import FetchError
from ingest.model import Page, Rejection, StructuredPost
from ingest.sources import iter_source

Site = Any  # the fixture's class lives in conftest.py


def put(site: Site, path: str, body: str | bytes, status: int = 200, **headers: str) -> None:
    kind = type(site.routes["/robots.txt"])
    content = body.encode() if isinstance(body, str) else body
    site.routes[path] = kind(content, status, {k.replace("_", "-"): v for k, v in headers.items()})


def page(title: str, head: str = "") -> str:
    start = f"<!doctype html><html><head><title>{title}</title>{head}</head>"
    return f"{start}<body><p>{title}.</p></body></html>"


def read(site: Site, path: str, cache: Path | None = None, prefix: str = "") -> list[Any]:
    return list(iter_source(f"{prefix}{site.url}{path}", site.options(cache)))


def urls(found: list[Any], site: Site) -> list[str]:
    return [one.url.removeprefix(site.url) for one in found if not isinstance(one, Rejection)]


def sitemap(site: Site, *paths: str, root: str = "urlset", entry: str = "url") -> str:
    places = "".join(f"<{entry}><loc>{site.url}{path}</loc></{entry}>" for path in paths)
    return (
        f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"{places}</{root}>"
    )


def rss(site: Site, *paths: str, generator: str = "https://wordpress.org/?v=4.9") -> str:
    entries = "".join(
        f"<item><title>Billet {path}</title><link>{site.url}{path}</link>"
        f"<guid>{site.url}{path}</guid><pubDate>Mon, 04 May 2009 10:00:00 +0000</pubDate>"
        f"<description>Texte du fil pour {path}</description></item>"
        for path in paths
    )
    return (
        f'<rss version="2.0"><channel><title>Mon blog</title><generator>{generator}</generator>'
        f"{entries}</channel></rss>"
    )


def test_one_page(site: Site) -> None:
    put(site, "/2009/05/un-billet", page("Un billet"), Content_Type="text/html; charset=utf-8")
    (found,) = read(site, "/2009/05/un-billet")
    assert isinstance(found, Page)
    assert found.url == f"{site.url}/2009/05/un-billet"
    assert (found.media_type, found.charset) == ("text/html", "utf-8")
    assert found.captured_at is not None


def test_an_address_that_does_not_answer_is_an_error(site: Site) -> None:
    with pytest.raises(FetchError):
        read(site, "/absent")


def test_an_export_at_an_address_is_read(site: Site) -> None:
    put(
        site,
        "/export.xml",
        '<rss xmlns:wp="http://wordpress.org/export/1.2/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item>'
        "<title>T</title><content:encoded>Texte</content:encoded><wp:post_id>1</wp:post_id>"
        "</item></channel></rss>",
    )
    (found,) = read(site, "/export.xml")
    assert isinstance(found, StructuredPost)


@pytest.mark.parametrize("is_pressed", [False, True])
def test_a_site_map_and_the_maps_it_names(site: Site, *, is_pressed: bool) -> None:
    name = "/b.xml.gz" if is_pressed else "/b.xml"
    second = sitemap(site, "/p2", "/photo.jpg").encode()
    put(site, name, gzip.compress(second) if is_pressed else second)
    put(site, "/a.xml", sitemap(site, "/p1", "/absent"))
    put(
        site,
        "/index.xml",
        sitemap(site, "/a.xml", name, "/index.xml", root="sitemapindex", entry="sitemap"),
    )
    put(site, "/p1", page("Un"))
    put(site, "/p2", page("Deux"))
    found = read(site, "/index.xml")
    assert urls(found, site) == ["/p1", "/p2"]
    assert [one.slug for one in found if isinstance(one, Rejection)] == ["http-404"]
    assert "/photo.jpg" not in site.paths()


def test_a_site_map_stays_on_its_site(site: Site) -> None:
    foreign = (
        "<url><loc>http://169.254.169.254/x</loc></url><url><loc>http://autre.example/</loc></url>"
    )
    put(site, "/s.xml", sitemap(site, "/p1").replace("</urlset>", foreign + "</urlset>"))
    put(site, "/p1", page("Un"))
    assert urls(read(site, "/s.xml"), site) == ["/p1"]


def test_a_feed_is_read_to_its_last_page(site: Site) -> None:
    put(site, "/feed/", rss(site, "/p3", "/p2"))
    put(site, "/feed/?paged=2", rss(site, "/p1"))
    found = read(site, "/feed/")
    assert urls(found, site) == ["/p3", "/p2", "/p1"]
    assert site.paths() == ["/feed/", "/feed/?paged=2", "/feed/?paged=3"]
    assert "Texte du fil" in found[0].html


def test_a_feed_that_repeats_itself_ends(site: Site) -> None:
    put(site, "/feed/", rss(site, "/p1"))
    put(site, "/feed/?paged=2", rss(site, "/p1"))
    assert len(read(site, "/feed/")) == 1


def test_a_feed_with_next_links(site: Site) -> None:
    def atom(path: str, following: str) -> str:
        link = f'<link rel="next" href="{following}"/>' if following else ""
        return (
            f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>{link}<entry>'
            f'<id>{path}</id><title>T</title><link rel="alternate" href="{site.url}{path}"/>'
            "<published>2009-05-04T10:00:00+02:00</published><content>Texte</content></entry></feed>"
        )

    put(site, "/feeds/posts/default", atom("/p2", "/feeds/posts/default?start-index=26"))
    put(site, "/feeds/posts/default?start-index=26", atom("/p1", ""))
    assert urls(read(site, "/feeds/posts/default"), site) == ["/p2", "/p1"]


def wordpress(site: Site, *, with_comments: bool = True) -> None:
    def post(number: int, kind: str = "post") -> dict[str, Any]:
        return {
            "id": number,
            "type": kind,
            "status": "publish",
            "date": f"2009-05-0{number}T10:00:00",
            "link": f"{site.url}/p{number}",
            "author": 1,
            "title": {"rendered": f"Billet n&rsquo;{number}"},
            "content": {"rendered": "<p>Texte</p>", "protected": False},
            "_embedded": {
                "author": [{"id": 1, "name": "Zoé"}],
                "wp:term": [[{"taxonomy": "category", "name": "Vie"}]],
            },
        }

    def comment(number: int, post_id: int, parent: int = 0) -> dict[str, Any]:
        return {
            "id": number,
            "post": post_id,
            "parent": parent,
            "author": 1 if parent else 0,
            "author_name": "Zoé" if parent else "Lecteur",
            "date": f"2009-05-05T10:0{number}:00",
            "link": f"{site.url}/p{post_id}#comment-{number}",
            "content": {"rendered": "<p>Merci</p>"},
            "type": "comment",
        }

    api = "/wp-json/wp/v2"
    posts = "per_page=50&page={}&_embed=author,wp:term&orderby=id&order=asc"
    put(site, "/", page("Accueil", f'<link rel="https://api.w.org/" href="{site.url}/wp-json/"/>'))
    two = {"X_WP_TotalPages": "2"}
    if with_comments:
        comments = [comment(2, 1, parent=1), comment(1, 1), comment(3, 9)]
        put(site, f"{api}/comments?per_page=100&page=1&orderby=id&order=asc", json.dumps(comments))
    put(site, f"{api}/posts?{posts.format(1)}", json.dumps([post(1)]), **two)
    put(site, f"{api}/posts?{posts.format(2)}", json.dumps([post(2)]), **two)
    put(site, f"{api}/pages?{posts.format(1)}", json.dumps([post(3, "page")]))


def test_a_wordpress_blog_through_its_api(site: Site) -> None:
    wordpress(site)
    found = read(site, "/")
    assert urls(found, site) == ["/p1", "/p2", "/p3", "/p9"]
    first = found[0]
    assert (first.title, first.author, first.categories) == ("Billet n’1", "Zoé", ("Vie",))
    assert first.date is not None
    assert (first.date.value, first.date.precision) == ("2009-05-01T10:00:00", "second")
    told = [(c.identifier, c.parent, c.is_post_author) for c in first.comments]
    assert told == [("1", None, False), ("2", "1", True)]
    assert [c.identifier for c in found[3].comments] == ["3"]


def test_without_comments_in_the_api_the_pages_are_read(site: Site) -> None:
    wordpress(site, with_comments=False)
    put(site, "/wp-sitemap.xml", sitemap(site, "/p1"))
    put(site, "/p1", page("Un"))
    (found,) = read(site, "/")
    assert isinstance(found, Page)


def test_a_blog_through_the_map_that_its_robots_file_names(site: Site) -> None:
    put(site, "/robots.txt", f"User-agent: *\nSitemap: {site.url}/carte.xml\n")
    put(site, "/", page("Accueil"))
    put(site, "/carte.xml", sitemap(site, "/p1", "/p2"))
    put(site, "/p1", page("Un"))
    put(site, "/p2", page("Deux"))
    assert urls(read(site, "/"), site) == ["/p1", "/p2"]


def test_a_blog_through_its_feed(site: Site) -> None:
    named = '<link rel="alternate" type="application/rss+xml" href="/blog/rss"/>'
    put(site, "/blog/", page("Accueil", named))
    put(site, "/blog/rss", rss(site, "/p2", "/p1", generator="Dotclear"))
    put(site, "/p2", page("Deux"))
    found = read(site, "/blog/", prefix="blog:")
    assert [type(one) for one in found] == [Page, Rejection, StructuredPost]
    assert "Texte du fil" in found[2].html  # the page is gone: the feed's own text is kept


def test_a_blog_with_nothing_gives_its_page_and_says_so(site: Site) -> None:
    put(site, "/", page("Accueil"))
    found = read(site, "/")
    assert isinstance(found[0], Page)
    assert found[1].slug == "sans-plan"


def test_a_crawl_is_taken_up_where_it_stopped(site: Site, tmp_path: Path) -> None:
    paths = [f"/p{number}" for number in range(6)]
    put(site, "/s.xml", sitemap(site, *paths, "/absent"))
    for path in paths:
        put(site, path, page(path))
    whole = [one.source_path for one in read(site, "/s.xml")]

    stopped = iter_source(f"{site.url}/s.xml", site.options(tmp_path))
    first = [next(stopped).source_path for _ in range(3)]
    stopped.close()  # the third page was given but not noted: it is asked again
    site.requests.clear()
    rest = [one.source_path for one in read(site, "/s.xml", tmp_path)]
    assert rest == whole
    assert first == whole[:3]
    asked = site.paths()
    assert not {"/p0", "/p1"} & set(asked)
    assert {"/p3", "/p4", "/p5", "/absent"} <= set(asked)
    assert list(tmp_path.glob("crawl-*")) == []


def test_a_second_crawl_asks_only_for_what_changed(site: Site, tmp_path: Path) -> None:
    kind = type(site.routes["/robots.txt"])
    put(site, "/s.xml", sitemap(site, "/p1"))
    site.routes["/p1"] = lambda request: (
        kind(b"", 304)
        if "if-none-match" in request.headers
        else kind(page("Un").encode(), 200, {"ETag": '"1"'})
    )
    first = read(site, "/s.xml", tmp_path)
    second = read(site, "/s.xml", tmp_path)
    assert [one.content for one in first] == [one.content for one in second]
    assert site.paths().count("/p1") == 2


def test_a_server_that_asks_for_patience_stops_the_crawl(site: Site, tmp_path: Path) -> None:
    put(site, "/s.xml", sitemap(site, "/p1", "/p2"))
    put(site, "/p1", page("Un"))
    put(site, "/p2", "", 429, Retry_After="3600")
    with pytest.raises(FetchError, match="attendre"):
        read(site, "/s.xml", tmp_path)
    put(site, "/p2", page("Deux"))
    site.requests.clear()
    assert urls(read(site, "/s.xml", tmp_path), site) == ["/p1", "/p2"]
    assert "/p1" not in site.paths()


def test_a_list_on_standard_input(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(site, "/p1", page("Un"))
    local = tmp_path / "page.html"
    local.write_text(page("Ici"), encoding="utf-8")
    lines = f"{site.url}/p1\n\n{local}\n{site.url}/absent\n{tmp_path}/absent\nhttp://127.0.0.1/\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    found = list(iter_source("-", site.options()))
    assert [getattr(one, "slug", "lu") for one in found] == [
        "lu",
        "lu",
        "http-404",
        "introuvable",
        "adresse-interdite",
    ]
    assert site.paths(robots="with").count("/robots.txt") == 1


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_robots_file_counts_with_a_byte_order_mark(site: Site, mark: bytes) -> None:
    put(site, "/robots.txt", mark + b"User-agent: *\nDisallow: /prive/\n")
    put(site, "/prive/un", page("Un"))
    with pytest.raises(FetchError) as caught:
        read(site, "/prive/un")
    assert caught.value.slug == "robots"


def test_the_maps_of_an_index_are_asked_one_after_the_other(site: Site) -> None:
    index = sitemap(site, "/m1.xml", "/m2.xml", "/perdu.xml", root="sitemapindex", entry="sitemap")
    put(site, "/index.xml", index)
    put(site, "/m1.xml", sitemap(site, "/un", "/deux", "/un"))
    put(site, "/m2.xml", sitemap(site, "/trois"))
    for name in ("un", "deux", "trois"):
        put(site, f"/{name}", page(name))
    found = read(site, "/index.xml")
    assert [one.url for one in found if isinstance(one, Page)] == [
        f"{site.url}/{name}" for name in ("un", "deux", "trois")
    ]
    paths = site.paths()
    assert paths.index("/un") < paths.index("/m2.xml")
