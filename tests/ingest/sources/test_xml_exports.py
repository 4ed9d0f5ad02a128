"""WordPress, Blogger and Disqus exports: what is taken, what is left aside, what damage costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ingest.model import CommentKind, CommentState, Rejection, StructuredPost

Read = Callable[[str, bytes | str], list[Any]]

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Le carnet de Zoé</title><link>http://blog.example</link>
<wp:author><wp:author_id>7</wp:author_id><wp:author_login>zoe</wp:author_login>
<wp:author_display_name><![CDATA[Zoé L.]]></wp:author_display_name></wp:author>
"""
TAIL = "</channel></rss>"


def comment(number: int, text: str, **fields: str) -> str:
    values = {
        "comment_id": str(number),
        "comment_author": "Lecteur",
        "comment_author_email": "lecteur@exemple.org",
        "comment_author_IP": "192.0.2.1",
        "comment_date": f"2009-05-04 11:0{number}:00",
        "comment_approved": "1",
        "comment_type": "",
        "comment_parent": "0",
        "comment_user_id": "0",
        **fields,
    }
    body = "".join(f"<wp:{name}>{value}</wp:{name}>" for name, value in values.items())
    content = f"<wp:comment_content><![CDATA[{text}]]></wp:comment_content>"
    return f"<wp:comment>{body}{content}</wp:comment>"


def item(number: int, body: str = "Un.\n\nDeux.", comments: str = "", **fields: str) -> str:
    values = {
        "post_id": str(number),
        "post_date": "2009-05-04 10:38:05",
        "status": "publish",
        "post_type": "post",
        **fields,
    }
    tags = "".join(f"<wp:{name}>{value}</wp:{name}>" for name, value in values.items())
    return f"""<item><title>Billet n° {number}</title><link>http://blog.example/{number}</link>
<dc:creator>zoe</dc:creator><content:encoded><![CDATA[{body}]]></content:encoded>
<category domain="category" nicename="vie"><![CDATA[Vie]]></category>
<category><![CDATA[Vie]]></category>
<category domain="post_tag" nicename="chat"><![CDATA[chat]]></category>
{tags}{comments}</item>
"""


def test_a_wordpress_post_with_its_thread(read: Read) -> None:
    thread = (
        comment(1, "Premier.\n\nSuite.")
        + comment(2, "Merci !", comment_parent="1", comment_user_id="7", comment_author="Zoé L.")
        + comment(3, "Lien", comment_type="pingback")
        + comment(4, "Lien", comment_type="trackback")
    )
    (post,) = read("export.xml", HEAD + item(12, comments=thread) + TAIL)
    assert isinstance(post, StructuredPost)
    assert (post.source_path, post.identifier) == ("export.xml#post-12", "12")
    assert (post.title, post.author, post.site) == ("Billet n° 12", "Zoé L.", "Le carnet de Zoé")
    assert post.html == "<p>Un.</p>\n<p>Deux.</p>"
    assert post.url == "http://blog.example/12"
    assert (post.categories, post.tags) == (("Vie",), ("chat",))
    assert post.date is not None
    assert (post.date.value, post.date.precision) == ("2009-05-04T10:38:05", "second")
    assert post.date.source == "wxr"
    first, second, third, fourth = post.comments
    assert first.html == "<p>Premier.</p>\n<p>Suite.</p>"
    assert (first.author, first.parent, first.is_post_author) == ("Lecteur", None, False)
    assert first.date is not None
    assert first.date.value == "2009-05-04T11:01:00"
    assert first.url == "http://blog.example/12#comment-1"
    assert (second.parent, second.is_post_author) == ("1", True)
    assert (third.kind, fourth.kind) == (CommentKind.PINGBACK, CommentKind.TRACKBACK)


def test_addresses_of_people_are_not_taken(read: Read) -> None:
    (post,) = read("export.xml", HEAD + item(1, comments=comment(1, "Merci")) + TAIL)
    assert "lecteur@exemple.org" not in repr(post)
    assert "192.0.2.1" not in repr(post)


def test_what_was_never_public_is_told_not_read(read: Read) -> None:
    hidden = (
        comment(1, "a", comment_approved="spam")
        + comment(2, "b", comment_approved="0")
        + comment(3, "c", comment_approved="trash")
        + comment(4, "d")
    )
    items = (
        item(1, comments=hidden)
        + item(2, status="draft")
        + item(3, status="private")
        + item(4, post_password="x")
        + item(5, post_type="attachment")
        + item(6, body="")
        + item(7, post_type="page")
    )
    found = read("export.xml", HEAD + items + TAIL)
    posts = [one for one in found if isinstance(one, StructuredPost)]
    assert [post.source_path for post in posts] == ["export.xml#post-1", "export.xml#page-7"]
    assert [one.identifier for one in posts[0].comments] == ["4"]
    told = [(one.slug, one.source_path.partition("#")[2]) for one in found if one not in posts]
    assert told == [
        ("non-publie", "post-2"),
        ("non-publie", "post-3"),
        ("protege", "post-4"),
        ("hors-blog", "en-attente"),
        ("hors-blog", "indesirables"),
        ("hors-blog", "techniques"),
        ("hors-blog", "vides"),
    ]


def test_old_and_odd_namespaces(read: Read) -> None:
    old = HEAD.replace("export/1.2/", "export/1.0/")
    secure = HEAD.replace("http://wordpress.org", "https://wordpress.org")
    renamed = (HEAD + item(1) + TAIL).replace("wp:", "w:").replace("xmlns:wp", "xmlns:w")
    for content in (old + item(1) + TAIL, secure + item(1) + TAIL, renamed):
        (post,) = read("export.xml", content)
        assert (post.identifier, post.author) == ("1", "Zoé L.")


def test_a_cut_export_keeps_what_it_holds_and_says_so(read: Read) -> None:
    whole = HEAD + item(1) + item(2) + item(3)
    found = read("export.xml", whole[: whole.index("Billet n° 3") + 5])
    posts = [one for one in found if isinstance(one, StructuredPost)]
    assert [post.identifier for post in posts][:2] == ["1", "2"]
    assert "xml-endommage" in [one.slug for one in found if isinstance(one, Rejection)]


def test_control_characters_do_not_stop_the_export(read: Read) -> None:
    found = read("export.xml", HEAD + item(1, body="Avant\x0baprès\x08.") + item(2) + TAIL)
    assert [one.identifier for one in found] == ["1", "2"]
    assert "Avantaprès" in found[0].html


def test_notices_before_the_declaration_are_skipped(read: Read) -> None:
    found = read("export.xml", "\n\nNotice: x in y on line 3\n" + HEAD + item(1) + TAIL)
    assert [one.identifier for one in found] == ["1"]


def test_an_export_in_another_encoding(read: Read) -> None:
    content = (HEAD + item(1, body="L’été à Québec") + TAIL).replace("UTF-8", "windows-1252")
    (post,) = read("export.xml", content.encode("cp1252"))
    assert post.html == "<p>L’été à Québec</p>"


def test_an_export_without_posts_says_so(read: Read) -> None:
    (found,) = read("export.xml", HEAD + TAIL)
    assert (found.stage, found.slug) == ("source", "sans-contenu")


def blogger_entry(kind: str, identifier: str, body: str, extra: str = "") -> str:
    return f"""<entry><id>tag:blogger.com,1999:blog-1.post-{identifier}</id>
<published>2009-05-04T10:38:05.120-07:00</published>
<category scheme='http://schemas.google.com/g/2005#kind'
 term='http://schemas.google.com/blogger/2008/kind#{kind}'/>
<category scheme='http://www.blogger.com/atom/ns#' term='chat'/>
<title type='text'>Titre {identifier}</title><content type='html'>{body}</content>
<link rel='alternate' href='http://b.example/{identifier}'/>
<author><name>Zoé</name><email>zoe@exemple.org</email></author>{extra}</entry>"""


def blogger(*entries: str) -> str:
    return (
        "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' "
        "xmlns:thr='http://purl.org/syndication/thread/1.0' xmlns:app='http://www.w3.org/2007/app'>"
        "<id>tag:blogger.com,1999:blog-1.archive</id><title>Mon blog</title>"
        + "".join(entries)
        + "</feed>"
    )


def test_a_blogger_archive(read: Read) -> None:
    answers = "<thr:in-reply-to ref='tag:blogger.com,1999:blog-1.post-1'/>"
    nested = answers + "<link rel='related' href='http://b.example/feeds/1/comments/default/21'/>"
    found = read(
        "blog.xml",
        blogger(
            blogger_entry("comment", "22", "Réponse", nested).replace("10:38", "12:00"),
            blogger_entry("comment", "21", "Question", answers),
            blogger_entry(
                "post", "1", "Un.&lt;br /&gt;&lt;br /&gt;Deux.", "<thr:total>2</thr:total>"
            ),
            blogger_entry("template", "2", "css"),
            blogger_entry("page", "3", "Page"),
            blogger_entry(
                "post", "4", "Brouillon", "<app:control><app:draft>yes</app:draft></app:control>"
            ),
        ),
    )
    post, page, draft = found
    assert (post.title, post.author, post.site) == ("Titre 1", "Zoé", "Mon blog")
    assert post.html == "<p>Un.</p>\n<p>Deux.</p>"
    assert (post.tags, post.n_comments_declared) == (("chat",), 2)
    assert post.date.value == "2009-05-04T10:38:05"
    assert [(one.identifier, one.parent) for one in post.comments] == [("21", None), ("22", "21")]
    assert page.identifier.endswith("post-3")
    assert draft.slug == "non-publie"
    assert "zoe@exemple.org" not in repr(found)


def test_a_takeout_archive_of_blogger(read: Read) -> None:
    namespace = "xmlns:blogger='http://schemas.google.com/blogger/2018'"
    content = f"""<feed xmlns='http://www.w3.org/2005/Atom' {namespace}>
<id>tag:blogger.com,1999:blog-1</id><title>Mon blog</title>
<link rel='alternate' href='http://b.example/'/>
<entry><id>tag:blogger.com,1999:blog-1.post-1</id><blogger:type>POST</blogger:type>
<blogger:status>LIVE</blogger:status><author><name>Zoé</name></author><title>T</title>
<content type='html'>Texte</content><published>2009-05-04T10:38:05Z</published>
<blogger:filename>/2009/05/t.html</blogger:filename></entry>
<entry><id>tag:blogger.com,1999:blog-1.post-2</id><blogger:type>COMMENT</blogger:type>
<blogger:status>LIVE</blogger:status><author><name>Lecteur</name></author>
<content type='html'>Merci</content><published>2009-05-05T10:38:05Z</published>
<blogger:parent>tag:blogger.com,1999:blog-1.post-1</blogger:parent></entry>
<entry><id>tag:blogger.com,1999:blog-1.post-3</id><blogger:type>COMMENT</blogger:type>
<blogger:status>SPAM</blogger:status><content type='html'>casino</content>
<blogger:parent>tag:blogger.com,1999:blog-1.post-1</blogger:parent></entry></feed>"""
    post, spam = read("feed.atom", content)
    assert post.url == "http://b.example/2009/05/t.html"
    assert [one.author for one in post.comments] == ["Lecteur"]
    assert spam.slug == "hors-blog"


def test_over_blog(read: Read) -> None:
    def said(text: str, replies: str = "") -> str:
        return (
            f"<comment><author_name>Lou</author_name><author_email>lou@exemple.org</author_email>"
            f"<content><![CDATA[{text}]]></content>"
            f"<published_at>2012-05-05T10:00:00+02:00</published_at>"
            f"<replies>{replies}</replies></comment>"
        )

    thread = said("Un", said("Réponse", said("Encore")) + said("Autre")) + said("Deux")
    content = f"""<?xml version="1.0" encoding="UTF-8"?><root>
<blog_infos><title>Le carnet</title><url>http://carnet.example</url></blog_infos>
<posts><post><title>Un été</title><slug>2012/05/un-ete.html</slug><status>2</status>
<content><![CDATA[<p>Texte.</p>]]></content><created_at>2012-05-04T10:38:05+02:00</created_at>
<tags>chat,bord de mer</tags><comments>{thread}</comments></post>
<post><title>Brouillon</title><slug>b</slug><status>1</status><content>x</content></post></posts>
<pages><page><title>À propos</title><slug>pages/a-propos</slug><status>2</status>
<content>Bonjour.</content></page></pages></root>"""
    post, draft, page = read("export.xml", content)
    assert (post.title, post.site, post.tags) == ("Un été", "Le carnet", ("chat", "bord de mer"))
    assert post.url == "http://carnet.example/2012/05/un-ete.html"
    assert post.date.value == "2012-05-04T10:38:05"
    assert [(one.identifier, one.parent, one.html) for one in post.comments] == [
        ("1", None, "<p>Un</p>"),
        ("1.1", "1", "<p>Réponse</p>"),
        ("1.1.1", "1.1", "<p>Encore</p>"),
        ("1.2", "1", "<p>Autre</p>"),
        ("2", None, "<p>Deux</p>"),
    ]
    assert (draft.slug, page.title, page.html) == ("non-publie", "À propos", "<p>Bonjour.</p>")
    assert "lou@exemple.org" not in repr(post)


def test_disqus_threads(read: Read) -> None:
    def said(number: str, flags: str, parent: str = "") -> str:
        return (
            f"<post dsq:id='{number}'><message><![CDATA[<p>Avis {number}</p>]]></message>"
            f"<createdAt>2012-05-04T10:38:05Z</createdAt>{flags}<author><name>Lou</name>"
            f"<isAnonymous>false</isAnonymous></author><ipAddress>192.0.2.1</ipAddress>"
            f"<thread dsq:id='t1'/>{parent}</post>"
        )

    plain = "<isDeleted>false</isDeleted><isSpam>false</isSpam>"
    content = (
        "<?xml version='1.0'?><disqus xmlns='http://disqus.com' "
        "xmlns:dsq='http://disqus.com/disqus-internals'>"
        "<thread dsq:id='t1'><link>http://b.example/a</link><title>Un billet</title></thread>"
        + said("1", plain)
        + said("2", plain, "<parent dsq:id='1'/>")
        + said("3", "<isDeleted>true</isDeleted><isSpam>false</isSpam>")
        + said("4", "<isDeleted>false</isDeleted><isSpam>true</isSpam>")
        + "</disqus>"
    )
    thread, spam = read("disqus.xml", content)
    assert (thread.title, thread.url, thread.html) == ("Un billet", "http://b.example/a", "")
    told = [(one.identifier, one.parent, one.state) for one in thread.comments]
    assert told == [
        ("1", None, CommentState.PUBLISHED),
        ("2", "1", CommentState.PUBLISHED),
        ("3", None, CommentState.DELETED),
    ]
    assert thread.comments[2].html == ""
    assert (spam.slug, "192.0.2.1" in repr(thread)) == ("hors-blog", False)
