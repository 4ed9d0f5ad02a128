"""A folder with posts in one export and their comments in another: they are joined."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.model import Rejection, StructuredPost
from ingest.sources import iter_source
from ingest.sources.threads import address_key

WXR = """<rss xmlns:wp="http://wordpress.org/export/1.2/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>B</title><item>
<title>Un été</title><link>https://www.b.example/ete/</link>
<content:encoded>Texte</content:encoded><wp:post_id>1</wp:post_id>
<wp:comment><wp:comment_id>12</wp:comment_id><wp:comment_date>2009-05-04 10:00:00</wp:comment_date>
<wp:comment_content>Premier</wp:comment_content></wp:comment></item></channel></rss>"""

DISQUS = """<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<thread dsq:id="t1"><link>http://b.example/ete</link><title>x</title></thread>
<thread dsq:id="t2"><link>http://b.example/perdu</link><title>Perdu</title></thread>
<post dsq:id="77"><message>Second</message><createdAt>2012-01-01T10:00:00Z</createdAt>
<isSpam>false</isSpam><thread dsq:id="t1"/></post>
<post dsq:id="78"><message>Orphelin</message><createdAt>2012-01-01T10:00:00Z</createdAt>
<isSpam>false</isSpam><thread dsq:id="t2"/></post>
<post dsq:id="79"><message>Casino</message><isSpam>true</isSpam><thread dsq:id="t2"/></post>
</disqus>"""

FEED = """<rss version="2.0"><channel><title>Commentaires sur : Un été</title>
<item><title>Par : Lou</title><link>https://www.b.example/ete/#comment-12</link>
<description>Premier</description><pubDate>Mon, 04 May 2009 10:00:00 +0000</pubDate></item>
<item><title>Par : Max</title><link>https://www.b.example/ete/#comment-13</link>
<description>Entre-deux</description><pubDate>Tue, 05 May 2009 10:00:00 +0000</pubDate></item>
</channel></rss>"""


@pytest.mark.parametrize("first", ["a-disqus.xml", "z-disqus.xml"])
def test_comments_join_their_post_in_any_order(tmp_path: Path, first: str) -> None:
    blog = tmp_path / "blog"
    blog.mkdir()
    (blog / "export.xml").write_text(WXR, encoding="utf-8")
    (blog / "flux.xml").write_text(FEED, encoding="utf-8")
    (blog / first).write_text(DISQUS, encoding="utf-8")
    found: list[Any] = list(iter_source(str(blog)))
    posts = [one for one in found if isinstance(one, StructuredPost)]
    assert [post.title for post in posts] == ["Un été", "Perdu"]
    assert [one.identifier for one in posts[0].comments] == ["12", "comment-13", "77"]
    assert [one.identifier for one in posts[1].comments] == ["78"]
    assert [one.slug for one in found if isinstance(one, Rejection)] == ["hors-blog"]


def test_a_feed_of_posts_beside_an_export_stays_a_feed(tmp_path: Path) -> None:
    blog = tmp_path / "blog"
    blog.mkdir()
    (blog / "feed.xml").write_text(
        "<rss version='2.0'><channel><title>B</title><item><title>T</title>"
        "<link>http://b.example/autre</link><description>Texte</description></item></channel></rss>",
        encoding="utf-8",
    )
    (blog / "export.xml").write_text(WXR, encoding="utf-8")
    found: list[Any] = list(iter_source(str(blog)))
    assert [one.title for one in found] == ["Un été", "T"]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("http://b.example/a", "https://www.b.example/a/", True),
        ("http://b.example/a#c1", "http://b.example/a", True),
        ("http://b.example/a", "http://b.example/b", False),
        ("http://b.example/?p=1", "http://b.example/?p=2", False),
    ],
)
def test_spellings_of_an_address(one: str, other: str, *, is_same: bool) -> None:
    assert (address_key(one) == address_key(other)) is is_same
