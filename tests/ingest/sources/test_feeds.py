"""RSS and Atom files: posts with their fields, comment feeds under the page they answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[[str, bytes | str], list[Any]]

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>{title}</title>
{items}</channel></rss>"""


def rss(items: str, title: str = "Le carnet", encoding: str = "UTF-8") -> str:
    return RSS.format(items=items, title=title, encoding=encoding)


def test_a_feed_of_posts(read: Read) -> None:
    item = """<item><title>L&#8217;été</title><link>http://b.example/ete</link>
<pubDate>Mon, 04 May 2009 10:38:05 +0200</pubDate><dc:creator>Zoé</dc:creator>
<category>Vie</category><category>chat</category><guid>http://b.example/?p=1</guid>
<description>Un extrait […]</description>
<content:encoded><![CDATA[<p>Le texte entier.</p>]]></content:encoded>
<slash:comments>4</slash:comments></item>"""
    (post,) = read("feed.xml", rss(item))
    assert (post.title, post.author, post.site) == ("L’été", "Zoé", "Le carnet")
    assert post.html == "<p>Le texte entier.</p>"
    assert (post.url, post.identifier) == ("http://b.example/ete", "http://b.example/?p=1")
    assert post.tags == ("Vie", "chat")
    assert post.n_comments_declared == 4
    assert (post.date.value, post.date.raw) == (
        "2009-05-04T10:38:05",
        "Mon, 04 May 2009 10:38:05 +0200",
    )


def test_a_feed_in_latin_1_clothes(read: Read) -> None:
    item = "<item><title>Œuvre à l’été</title><link>http://b.example/a</link></item>"
    (post,) = read("feed.xml", rss(item, encoding="iso-8859-1").encode("cp1252"))
    assert post.title == "Œuvre à l’été"


def test_the_comment_feed_of_one_post(read: Read) -> None:
    def item(number: int) -> str:
        return (
            f"<item><title>Par : Lou {number}</title>"
            f"<link>http://b.example/ete#comment-{number}</link>"
            f"<pubDate>Mon, 04 May 2009 1{number}:00:00 +0000</pubDate>"
            f"<content:encoded><![CDATA[<p>Avis {number}</p>]]></content:encoded></item>"
        )

    (thread,) = read("feed.xml", rss(item(2) + item(1), "Commentaires sur : Un été à deux"))
    assert (thread.url, thread.html) == ("http://b.example/ete", "")
    assert thread.title == "Un été à deux"
    assert [(one.identifier, one.author) for one in thread.comments] == [
        ("comment-1", "Lou 1"),
        ("comment-2", "Lou 2"),
    ]


def test_the_comment_feed_of_a_whole_blog(read: Read) -> None:
    items = "".join(
        f"<item><title>Commentaires sur {title} par Lou</title><dc:creator>Lou</dc:creator>"
        f"<link>http://b.example/{path}/comment-page-1/#comment-{number}</link>"
        f"<description>Avis</description></item>"
        for number, (path, title) in enumerate([("a", "Un"), ("b", "Deux"), ("a", "Un")], 1)
    )
    first, second = read("feed.xml", rss(items, "Commentaires pour Le carnet"))
    assert (first.title, len(first.comments)) == ("Un", 2)
    assert (second.title, len(second.comments)) == ("Deux", 1)


def test_atom_answers(read: Read) -> None:
    content = """<feed xmlns="http://www.w3.org/2005/Atom"
 xmlns:thr="http://purl.org/syndication/thread/1.0"><title>Blog</title>
<entry><id>tag:b,1:c1</id><title>Bravo</title><published>2009-05-04T10:38:05+02:00</published>
<author><name>Lou</name></author><content type="html">&lt;p&gt;Bravo&lt;/p&gt;</content>
<thr:in-reply-to ref="tag:b,1:p1" href="http://b.example/ete"/>
<link rel="alternate" href="http://b.example/ete?showComment=12#c1"/></entry></feed>"""
    (thread,) = read("feed.xml", content)
    assert thread.url == "http://b.example/ete"
    (comment,) = thread.comments
    assert (comment.author, comment.html) == ("Lou", "<p>Bravo</p>")
    assert comment.date.value == "2009-05-04T10:38:05"


def test_rdf_feeds(read: Read) -> None:
    content = """<?xml version="1.0"?><rdf:RDF xmlns="http://purl.org/rss/1.0/"
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://b.example/">
<title>Blog</title></channel><item rdf:about="http://b.example/a"><title>Un</title>
<link>http://b.example/a</link><description>Texte</description>
<dc:date>2005-05-04T10:38:05+02:00</dc:date></item></rdf:RDF>"""
    (post,) = read("feed.rdf", content)
    assert (post.url, post.date.value) == ("http://b.example/a", "2005-05-04T10:38:05")


@pytest.mark.parametrize("name", ["/etc/hostname", "http://127.0.0.1:9/feed"])
def test_a_feed_that_looks_like_a_path_is_not_opened(name: str, read: Read) -> None:
    """feedparser opens paths and addresses that it is given as text."""
    for found in read("feed.xml", name):
        assert getattr(found, "content", b"").decode() == name


def test_a_feed_without_entries_says_so(read: Read) -> None:
    (found,) = read("feed.xml", rss(""))
    assert found.slug == "sans-contenu"


def test_a_feed_too_damaged_to_read_says_so(read: Read) -> None:
    (found,) = read("feed.xml", "<rss version='2.0'><chan")
    assert found.slug in ("fil-illisible", "sans-contenu")


def test_large_feeds_are_within_bounds(read: Read) -> None:
    item = (
        "<item><title>T</title><link>http://b.example/{}</link><description>{}</description></item>"
    )
    items = "".join(item.format(number, "mot " * 200) for number in range(500))
    assert len(read("feed.xml", rss(items))) == 500
