"""Movable Type, Dotclear, Ghost, Medium and WordPress REST files."""

# ruff: noqa: E501  the rows of a Dotclear export are lines

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.model import CommentKind, StructuredPost
from ingest.sources import iter_source

Read = Callable[[str, bytes | str], list[Any]]

MOVABLE_TYPE = """AUTHOR: Zoé
TITLE: Un été
BASENAME: un_ete
STATUS: Publish
CATEGORY: Vie
CATEGORY: Voyage
DATE: 05/04/2009 04:28:55 PM
TAGS: "bord de mer",chat
-----
BODY:
Premier paragraphe.

Deuxième : une phrase.
-----
EXTENDED BODY:
La suite.
-----
COMMENT:
AUTHOR: Lou
EMAIL: lou@exemple.org
IP: 192.0.2.1
URL: http://lou.example
DATE: 05/05/2009 08:00:00 AM
AUTHOR: ceci est du texte.

Bravo.
-----
PING:
TITLE: Écho
URL: http://echo.example/1
IP: 192.0.2.2
BLOG NAME: Le blog d’Écho
DATE: 05/06/2009 09:00:00 AM
Un extrait.
-----
--------
TITLE: Brouillon
STATUS: Draft
-----
BODY:
Rien.
-----
--------
"""


def test_movable_type(read: Read) -> None:
    post, draft = read("export.txt", MOVABLE_TYPE)
    assert (post.title, post.author, post.identifier) == ("Un été", "Zoé", "un_ete")
    assert post.categories == ("Vie", "Voyage")
    assert post.tags == ("bord de mer", "chat")
    assert post.date.value == "2009-05-04T16:28:55"
    assert post.html == (
        "<p>Premier paragraphe.</p>\n<p>Deuxième : une phrase.</p>\n<p>La suite.</p>"
    )
    comment, ping = post.comments
    assert (comment.author, comment.date.value) == ("Lou", "2009-05-05T08:00:00")
    assert comment.html == "<p>AUTHOR: ceci est du texte.</p>\n<p>Bravo.</p>"
    assert (ping.kind, ping.author) == (CommentKind.TRACKBACK, "Le blog d’Écho")
    assert ping.url == "http://echo.example/1"
    assert draft.slug == "non-publie"
    assert "lou@exemple.org" not in repr(post)


def test_movable_type_in_the_windows_code_page(read: Read) -> None:
    (post, _draft) = read("export.txt", MOVABLE_TYPE.encode("cp1252"))
    assert post.title == "Un été"


DOTCLEAR = r"""///DOTCLEAR|2.25.3|single

[blog blog_id,blog_name,blog_url]
"default","Le carnet","http://carnet.example/index.php/"

[category cat_id,blog_id,cat_title]
"1","default","Vie"

[user user_id,user_displayname]
"zoe","Zoé L."

[post post_id,user_id,cat_id,post_dt,post_password,post_type,post_url,post_title,post_excerpt_xhtml,post_content,post_content_xhtml,post_status,nb_comment,nb_trackback]
"1","zoe","1","2009-05-04 10:38:05","","post","2009/05/04/ete","L\"été","","x","<p>Un \\ deux.</p>\r\n<p>Trois.</p>","1","2","1"
"2","zoe","","2009-05-05 10:38:05","","post","2","Brouillon","","x","x","-2","0","0"

[meta meta_id,meta_type,post_id]
"chat","tag","1"
"5","autre","1"

[comment comment_id,post_id,comment_dt,comment_author,comment_email,comment_site,comment_content,comment_ip,comment_status,comment_trackback]
"1","1","2009-05-04 12:00:00","Lou","lou@exemple.org","http://lou.example","<p>Bravo, dit-on, \"oui\".</p>","192.0.2.1","1","0"
"2","1","2009-05-04 13:00:00","Écho","","http://echo.example/1","<p>Extrait</p>","192.0.2.1","1","1"
"3","1","2009-05-04 14:00:00","Casino","","","<p>Casino</p>","192.0.2.1","-2","0"
"""


def test_dotclear(read: Read) -> None:
    post, draft, spam = read("backup.txt", DOTCLEAR)
    assert (post.title, post.author, post.site) == ('L"été', "Zoé L.", "Le carnet")
    assert post.html == "<p>Un \\ deux.</p>\n<p>Trois.</p>"
    assert post.url == "http://carnet.example/index.php/post/2009/05/04/ete"
    assert (post.categories, post.tags, post.n_comments_declared) == (("Vie",), ("chat",), 3)
    comment, trackback = post.comments
    assert comment.html == '<p>Bravo, dit-on, "oui".</p>'
    assert (comment.author, comment.url) == ("Lou", None)
    assert (trackback.kind, trackback.url) == (CommentKind.TRACKBACK, "http://echo.example/1")
    assert (draft.slug, spam.slug) == ("non-publie", "hors-blog")
    assert "lou@exemple.org" not in repr(post)


def ghost_post(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "title": f"Billet {number}",
        "html": "<p>Texte</p>",
        "status": "published",
        "published_at": "2019-05-04T10:38:05.000Z",
        **fields,
    }


def test_a_ghost_database(read: Read) -> None:
    data = {
        "posts": [
            ghost_post(1),
            ghost_post(2, status="draft"),
            ghost_post(3, html=None, lexical="{}"),
        ],
        "users": [{"id": "9", "name": "Zoé", "email": "zoe@exemple.org"}],
        "tags": [{"id": "5", "name": "chat"}],
        "posts_tags": [{"post_id": "1", "tag_id": "5"}],
        "posts_authors": [{"post_id": "1", "author_id": "9"}],
    }
    post, draft, empty = read("ghost.json", json.dumps({"db": [{"meta": {}, "data": data}]}))
    assert (post.title, post.author, post.tags) == ("Billet 1", "Zoé", ("chat",))
    assert post.date.value == "2019-05-04T10:38:05"
    assert (draft.slug, empty.slug) == ("non-publie", "sans-corps")


def test_ghost_members_only_posts_are_not_read(read: Read) -> None:
    (found,) = read("ghost.json", json.dumps({"posts": [ghost_post(1, visibility="paid")]}))
    assert found.slug == "non-publie"


def test_medium(read: Read) -> None:
    content = """<!DOCTYPE html><html><head><title>Un été</title></head><body>
<article class="h-entry"><header><h1 class="p-name">Un été</h1></header>
<section data-field="body" class="e-content"><h3 class="graf graf--h3 graf--title">Un été</h3>
<p class="graf">Texte.</p></section>
<footer><p>By <a class="p-author h-card">Zoé</a> on <a><time class="dt-published"
datetime="2018-08-11T11:23:34.123Z">x</time></a>.</p>
<p><a href="https://medium.com/@zoe/un-ete-1" class="p-canonical">Canonical link</a></p>
</footer></article></body></html>"""
    (post,) = read("un-ete.html", content)
    assert isinstance(post, StructuredPost)
    assert (post.title, post.author, post.url) == (
        "Un été",
        "Zoé",
        "https://medium.com/@zoe/un-ete-1",
    )
    assert post.date is not None
    assert post.date.value == "2018-08-11T11:23:34"
    assert post.html.count("Un été") == 0
    assert "Texte." in post.html


@pytest.mark.parametrize("title", ["Merci Zoé, je garde ton idée", "Merci Zoé, je…"])
def test_a_medium_response_has_no_title_of_its_own(read: Read, title: str) -> None:
    content = f"""<!DOCTYPE html><html><head><title>{title}</title></head><body>
<article class="h-entry"><header><h1 class="p-name">{title}</h1></header>
<section data-field="body" class="e-content"><p class="graf graf--p graf--leading">Merci Zoé, je
garde ton idée.</p></section><footer><p>By <a class="p-author h-card">Luc</a> on
<a><time class="dt-published" datetime="2018-08-12T11:23:34.123Z">x</time></a>.</p>
</footer></article></body></html>"""
    (post,) = read("merci.html", content)
    assert isinstance(post, StructuredPost)
    assert post.title is None
    assert "garde ton idée." in post.html


def rest_post(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "type": "post",
        "status": "publish",
        "date": "2011-11-22T22:32:55",
        "link": f"https://b.example/{number}",
        "title": {"rendered": "L&#8217;été"},
        "content": {"rendered": "<p>Texte</p>", "protected": False},
        "author": 3,
    }


def rest_comment(number: int, post: int) -> dict[str, Any]:
    return {
        "id": number,
        "post": post,
        "parent": 0,
        "author": 0,
        "author_name": "Lou",
        "date": f"2011-11-23T10:0{number}:00",
        "link": f"https://b.example/{post}#comment-{number}",
        "content": {"rendered": "<p>Bravo</p>"},
        "type": "comment",
    }


def test_wordpress_rest_files_side_by_side_are_joined(tmp_path: Path) -> None:
    folder = tmp_path / "blog"
    folder.mkdir()
    comments = [rest_comment(2, 293), rest_comment(1, 293), rest_comment(3, 7)]
    (folder / "comments.json").write_text(json.dumps(comments), encoding="utf-8")
    (folder / "posts.json").write_text(json.dumps([rest_post(293)]), encoding="utf-8")
    found: list[Any] = list(iter_source(str(folder)))
    assert [one.url for one in found] == ["https://b.example/293", "https://b.example/7"]
    assert (found[0].title, found[0].html) == ("L’été", "<p>Texte</p>")
    assert [one.identifier for one in found[0].comments] == ["1", "2"]
    assert [one.identifier for one in found[1].comments] == ["3"]


def test_a_protected_rest_post_is_not_read(read: Read) -> None:
    record = rest_post(1)
    record["content"]["protected"] = True
    (found,) = read("post.json", json.dumps(record))
    assert found.slug == "non-publie"


def test_other_json_is_told(read: Read) -> None:
    for content in ('{"a": 1}', "[]", '[{"b": [1, 2]}]', '{"a": 1}\n{"a": 2}'):
        (found,) = read("config.json", content)
        assert found.slug == "json-inconnu", content


def test_broken_json_is_told(read: Read) -> None:
    (found,) = read("posts.json", '{"posts": [{"html": "coup')
    assert found.slug == "json-illisible"
