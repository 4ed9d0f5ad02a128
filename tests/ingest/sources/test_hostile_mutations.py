"""Every format, damaged at random: pages and rejections come out, never an exception.

`ARCHIBLOGUE_MUTATIONS` sets how many mutations a format gets (60 by default; `make torture`
asks for 1,500, which makes 22,500).
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.model import Page, Rejection, StructuredPost
from ingest.sources import iter_source

N_MUTATIONS = int(os.environ.get("ARCHIBLOGUE_MUTATIONS", "60"))
MAX_SECONDS = 5.0

HTML = b"<!DOCTYPE html><html><body><p>Un paragraphe de texte.</p></body></html>" * 3
WXR = (
    b'<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/" '
    b'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>B</title>'
    + b"<item><title>T</title><content:encoded><![CDATA[Un.\n\nDeux.]]></content:encoded>"
    b"<wp:post_id>1</wp:post_id><wp:post_date>2009-05-04 10:38:05</wp:post_date>"
    b"<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_content>Oui"
    b"</wp:comment_content></wp:comment></item>" * 4 + b"</channel></rss>"
)
BLOGGER = (
    b"<feed xmlns='http://www.w3.org/2005/Atom'><id>blog-1.archive</id><title>B</title>"
    + b"<entry><id>post-1</id><category term='http://schemas.google.com/blogger/2008/kind#post'/>"
    b"<title>T</title><content>Texte</content></entry>" * 4 + b"</feed>"
)
RSS = (
    b"<rss version='2.0'><channel><title>B</title>"
    + b"<item><title>T</title><link>http://b.example/1#comment-2</link><description>D"
    b"</description><pubDate>Mon, 04 May 2009 10:00:00 GMT</pubDate></item>"
    * 4
    + b"</channel></rss>"
)
DISQUS = (
    b"<disqus xmlns='http://disqus.com' xmlns:dsq='http://disqus.com/disqus-internals'>"
    b"<thread dsq:id='1'><link>http://b.example</link></thread>"
    + b"<post dsq:id='2'><message>Oui</message><createdAt>2012-05-04T10:38:05Z</createdAt>"
    b"<author><name>L</name></author><thread dsq:id='1'/></post>" * 4 + b"</disqus>"
)
MOVABLE_TYPE = (
    b"TITLE: T\nDATE: 05/04/2009 04:28:55 PM\n-----\nBODY:\nTexte\n-----\n"
    b"COMMENT:\nAUTHOR: L\nDATE: 05/05/2009 08:00:00 AM\nOui\n-----\n--------\n" * 4
)
DOTCLEAR = (
    b"///DOTCLEAR|2.0|single\n\n[post post_id,post_dt,post_title,post_content,post_status]\n"
    + b'"1","2009-05-04 10:38:05","T","<p>Un \\"deux\\".</p>","1"\n' * 4
    + b'\n[comment comment_id,post_id,comment_content]\n"1","1","Oui"\n'
)
REST = json.dumps(
    [
        {
            "id": 1,
            "date": "2009-05-04T10:38:05",
            "title": {"rendered": "T"},
            "content": {"rendered": "<p>Texte</p>"},
            "_embedded": {"wp:term": [[{"taxonomy": "category", "name": "V"}]]},
        },
        {"id": 2, "post": 1, "author_name": "L", "content": {"rendered": "Oui"}, "parent": 0},
    ]
).encode()
GHOST = json.dumps(
    {"data": {"posts": [{"id": "1", "title": "T", "html": "<p>x</p>"}], "tags": [{"id": "1"}]}}
).encode()
MHTML = (
    b"MIME-Version: 1.0\r\nDate: Fri, 16 Jun 2023 22:29:39 -0000\r\n"
    b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
    b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    b"Content-Location: http://b.example/\r\n\r\n" + HTML + b"\r\n--b--\r\n"
)
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
BODY = HTTP + f"{len(HTML):x}\r\n".encode() + HTML + b"\r\n0\r\n\r\n"
WARC = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://b.example/\r\n"
    b"WARC-Date: 2012-05-04T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
    b"Content-Length: " + str(len(BODY)).encode() + b"\r\n\r\n" + BODY + b"\r\n\r\n"
) * 2
MEDIUM = (
    b'<html><body><article class="h-entry"><h1 class="p-name">T</h1>'
    b'<section class="e-content"><p>Texte</p></section><a class="p-canonical" href="http://m/">x'
    b"</a></article></body></html>"
)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"d/{number}.html", HTML)
        archive.writestr("export.xml", WXR)
    return buffer.getvalue()


FORMATS: dict[str, Callable[[], bytes]] = {
    "page.html": lambda: HTML,
    "page.html.gz": lambda: gzip.compress(HTML, mtime=0),
    "export.xml": lambda: WXR,
    "blogger.xml": lambda: BLOGGER,
    "feed.xml": lambda: RSS,
    "disqus.xml": lambda: DISQUS,
    "movable.txt": lambda: MOVABLE_TYPE,
    "dotclear.txt": lambda: DOTCLEAR,
    "posts.json": lambda: REST,
    "ghost.json": lambda: GHOST,
    "page.mhtml": lambda: MHTML,
    "crawl.warc": lambda: WARC,
    "crawl.warc.gz": lambda: gzip.compress(WARC, mtime=0),
    "blog.zip": zipped,
    "medium.html": lambda: MEDIUM,
}
TOKENS = b'\0 < ]]> \xff\xfe { ] " \r\n\r\n ----- &x; 99999999999 http://[ #'.split(b" ")


def mutate(content: bytes, chance: random.Random) -> bytes:
    """The content with one to six accidents: flips, cuts, repeats, foreign tokens, shuffles."""
    for _ in range(chance.randint(1, 6)):
        if not content:
            return content
        at = chance.randrange(len(content))
        to = min(len(content), at + chance.choice((1, 2, 16, 200)))
        accident = chance.randrange(6)
        if accident == 0:
            content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
        elif accident == 1:
            content = content[:at] + content[to:]
        elif accident == 2:
            content = content[:at] + content[at:to] * chance.randint(2, 50) + content[to:]
        elif accident == 3:
            content = content[:at] + chance.choice(TOKENS) + content[at:]
        elif accident == 4:
            content = content[:at]
        else:
            content = content[at:] + content[:at]
    return content


@pytest.mark.parametrize("name", FORMATS)
def test_damage_never_raises(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    whole = FORMATS[name]()
    path.write_bytes(whole)
    kinds: set[Any] = {type(one) for one in iter_source(str(path))}
    assert kinds & {Page, StructuredPost}, "the fixture itself must be readable"
    chance = random.Random(name)
    for number in range(N_MUTATIONS):
        content = mutate(whole, chance)
        path.write_bytes(content)
        start = time.perf_counter()
        found = list(iter_source(str(path)))
        assert time.perf_counter() - start < MAX_SECONDS, (number, content)
        assert found, (number, content)
        assert all(isinstance(one, Page | StructuredPost | Rejection) for one in found)
