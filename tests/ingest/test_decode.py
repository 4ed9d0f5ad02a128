"""Bytes of a page become its text, and a correct text stays as it is."""

from __future__ import annotations

import pytest

from ingest.decode import decode_page
from ingest.errors import ExtractionError
from ingest.model import Page
from ingest.text import strip_invisible

SENTENCE = "L’été dernier, près du cœur de Québec, j’ai payé 3 € — à peine."


def page(content: bytes, charset: str | None = None, media_type: str | None = None) -> Page:
    return Page("page.html", content, media_type=media_type, charset=charset)


def html(body: str, label: str | None, encoding: str) -> bytes:
    meta = f'<meta charset="{label}">' if label else ""
    return f"<!DOCTYPE html><html><head>{meta}</head><body><p>{body}</p></body></html>".encode(
        encoding
    )


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("utf-8", "utf-8"),
        (None, "utf-8"),
        ("iso-8859-1", "cp1252"),  # browsers read latin-1 as windows-1252
        ("latin1", "cp1252"),
        ("windows-1252", "cp1252"),
        (None, "cp1252"),
        ("utf-8", "cp1252"),  # the label lies
        ("iso-8859-1", "utf-8"),  # the label lies the other way
        ("x-inconnu", "cp1252"),
        (None, "utf-16-le"),
        (None, "utf-8-sig"),
        (None, "utf-16"),
        ("macintosh", "mac_roman"),
        (None, "mac_roman"),
    ],
)
def test_charsets_of_french_pages(label: str | None, encoding: str) -> None:
    decoded = decode_page(page(html(SENTENCE, label, encoding)))
    assert f"<p>{SENTENCE}</p>" in decoded.text
    assert decoded.is_html


def test_transport_charset_is_stronger_than_meta() -> None:
    content = html("cœur à vif", "windows-1250", "iso-8859-15")
    assert "cœur à vif" in decode_page(page(content, charset="ISO-8859-15")).text


def test_mixed_utf8_and_cp1252_lose_nothing() -> None:
    content = "<html><meta charset=utf-8><p>déjà</p><p>".encode() + "l’été</p>".encode("cp1252")
    decoded = decode_page(page(content))
    assert "<p>déjà</p><p>l’été</p>" in decoded.text
    assert decoded.repairs == ("octets-isolés",)


def test_c1_references_are_windows_characters() -> None:
    decoded = decode_page(page(b"<html><p>l&#146;ami &#x93;Paul&#x94; c\xc2\x9cur</p></html>"))
    assert "l’ami “Paul” cœur" in decoded.text


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ("cÅ“ur et prÃ¨s de lâ€™Ã©tÃ©", "cœur et près de l’été"),
        ("dÃ©jÃ  vu, lâ€™Ã©tÃ©", "déjà vu, l’été"),
    ],
)
def test_mojibake_is_undone(broken: str, right: str) -> None:
    decoded = decode_page(page(f"<html><p>{broken}</p></html>".encode()))
    assert f"<p>{right}</p>" in decoded.text.replace("\xa0", " ")


def test_one_broken_comment_in_a_right_page() -> None:
    content = "<html><p>Un été à Québec.</p><p>TrÃ¨s bel article, bravo Ã  toi</p></html>"
    assert "<p>Très bel article, bravo à toi</p>" in decode_page(page(content.encode())).text


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        "Le caractère é devient Ã© partout dans la page.",
        "On lit « Ã©tÃ© » au lieu de « été ».",
        "<code>dÃ©jÃ</code> est ce qu’affiche le terminal, désolé.",
        "Il a dit “oui” … ‘peut-être’ ; l'apostrophe droite reste, l’autre aussi.",
        "PÃO DE AÇÚCAR et CHÂTEAU d’ÎLE",
        "L\u00b4accent aigu d'un vieux clavier",
        "½ tasse, 20 °C, n° 5, 1ᵉʳ, Ⅳ, ﬁn",
    ],
)
def test_a_right_text_is_never_changed(text: str) -> None:
    body = f"<!DOCTYPE html><html><p>Voilà la vérité.</p><p>{text}</p></html>"
    assert decode_page(page(body.encode())).text == body


def test_normal_form_and_invisible_characters() -> None:
    raw = "<html><p>e\u0301te\u0301 \u202eliam\u202c z\u200bé\u00adro\x07 👨\u200d👩</p>\r\n</html>"
    text = decode_page(page(raw.encode())).text
    assert text == "<html><p>été liam zéro 👨\u200d👩</p>\n</html>"
    assert strip_invisible("a\u202eb\u2028c") == "ab\nc"


@pytest.mark.parametrize("content", [b"", b"  \n\t", b"\xef\xbb\xbf\n", b"\x00\x00"])
def test_empty_pages_are_refused(content: bytes) -> None:
    with pytest.raises(ExtractionError) as caught:
        decode_page(page(content))
    assert caught.value.slug == "vide"


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"%PDF-1.4 ...",
        b"\x1f\x8b\x08\x00",
        bytes(range(32)) * 9,
    ],
)
def test_binary_pages_are_refused(content: bytes) -> None:
    with pytest.raises(ExtractionError) as caught:
        decode_page(page(content))
    assert caught.value.slug == "binaire"
    assert "page.html" in caught.value.detail


@pytest.mark.parametrize(
    ("text", "media_type", "expected"),
    [
        ("<!doctype html><p>a", None, True),
        (
            "<b>Notice</b>: Undefined index<br />\n<!DOCTYPE html><html><body></b></p></p>",
            None,
            True,
        ),
        ("<p>un</p><p>deux</p>", None, True),
        ('Un texte.\n\nXHTML: <a href="" title=""> <abbr title=""> <b>\n\nFin.', None, False),
        ("Un texte.\n\nEssayez <b>gras</b> dans un commentaire, dit-elle longuement.", None, False),
        ("Rien que du texte, malgré le nom du fichier.", "text/html", False),
        ("Un <em>peu</em> de texte", "text/html", True),
    ],
)
def test_markup_is_recognised_by_content(text: str, media_type: str | None, expected: bool) -> None:
    assert decode_page(page(text.encode(), media_type=media_type)).is_html is expected
