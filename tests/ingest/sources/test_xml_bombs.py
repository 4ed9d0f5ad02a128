"""Entity bombs, external entities and other XML attacks: refused quickly, nothing read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MAX_SECONDS = 2.0
MAX_MB = 200.0
SECRET = "SECRET-QUI-NE-DOIT-PAS-SORTIR"

LAUGHS = "".join(
    f'<!ENTITY l{level} "{f"&l{level - 1};" * 10 if level else "rire"}">' for level in range(10)
)
WXR_OPEN = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>t</title>'
)


def wxr(declaration: str, body: str, encoding: str = "UTF-8") -> str:
    item = f"<item><title>{body}</title><content:encoded>{body}</content:encoded></item>"
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>{declaration}{WXR_OPEN}{item}</channel></rss>'
    )


def attacks(folder: Path) -> dict[str, bytes]:
    secret = folder / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    big = "A" * 100_000
    return {
        "laughs.xml": wxr(f"<!DOCTYPE rss [{LAUGHS}]>", "&l9;").encode(),
        "quadratic.xml": wxr(f'<!DOCTYPE rss [<!ENTITY q "{big}">]>', "&q;" * 20_000).encode(),
        "cyclic.xml": wxr('<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;").encode(),
        "file.xml": wxr(f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>', "&x;").encode(),
        "web.xml": wxr(
            '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>', "&x;"
        ).encode(),
        "parameter.xml": wxr(
            f'<!DOCTYPE rss [<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;]>', "texte"
        ).encode(),
        "external-dtd.xml": wxr(
            f'<!DOCTYPE rss SYSTEM "{secret.as_uri()}" [<!ENTITY a "b">]>', "&a;"
        ).encode(),
        "attribute.xml": wxr(f"<!DOCTYPE rss [{LAUGHS}]>", '<i a="&l9;"/>').encode(),
        "utf16.xml": wxr(f"<!DOCTYPE rss [{LAUGHS}]>", "&l9;", "UTF-16").encode("utf-16"),
        "behind-comment.xml": wxr(f"<!-- <rss> --><!DOCTYPE rss [{LAUGHS}]>", "&l9;").encode(),
        "quoted-bracket.xml": wxr(f'<!DOCTYPE rss SYSTEM "a>b" [{LAUGHS}]>', "&l9;").encode(),
        "atom.xml": (
            f"<!DOCTYPE feed [{LAUGHS}]>"
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>&l9;</title></feed>'
        ).encode(),
        "disqus.xml": f"<!DOCTYPE d [{LAUGHS}]><disqus><thread>&l9;</thread></disqus>".encode(),
        "default-attribute.xml": wxr(
            f'<!DOCTYPE rss [<!ATTLIST i a CDATA "{big}">]>', "<i/>" * 20_000
        ).encode(),
    }


def test_attacks_are_refused_within_bounds(
    tmp_path: Path, probe: Callable[[list[Path]], list[dict[str, Any]]]
) -> None:
    paths = []
    for name, content in attacks(tmp_path).items():
        (tmp_path / name).write_bytes(content)
        paths.append(tmp_path / name)
    assert len(paths) >= 12
    for outcome in probe(paths):
        assert outcome["n_content"] == 0, outcome
        assert outcome["slugs"], outcome
        assert SECRET not in outcome["text"]
        assert outcome["seconds"] < MAX_SECONDS, outcome
        assert outcome["peak_mb"] < MAX_MB, outcome


def test_nesting_without_end_is_survived(
    tmp_path: Path, probe: Callable[[list[Path]], list[dict[str, Any]]]
) -> None:
    path = tmp_path / "deep.xml"
    path.write_text(wxr("", "<i>" * 300_000), encoding="utf-8")
    (outcome,) = probe([path])
    assert "xml-endommage" in outcome["slugs"] or "xml-illisible" in outcome["slugs"], outcome
    assert outcome["seconds"] < MAX_SECONDS
    assert outcome["peak_mb"] < MAX_MB


@pytest.mark.parametrize(
    "doctype",
    [
        "",
        "<!DOCTYPE rss>",
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">',
    ],
)
def test_a_harmless_doctype_is_read(doctype: str, read: Callable[..., list[Any]]) -> None:
    found = read("export.xml", wxr(doctype, "Un billet qui parle de &lt;!ENTITY en clair."))
    assert [post.title for post in found] == ["Un billet qui parle de <!ENTITY en clair."]
