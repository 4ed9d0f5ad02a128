"""Bytes of a page -> its text: charset, mojibake, normal form, invisible characters.

The steps, in this order, each of them deterministic:

1. binary and empty pages are refused (`ExtractionError`);
2. the charset: byte-order mark, then what the bytes themselves prove (valid UTF-8), then the
   label of the transport, of the page's `<meta>` or of its XML declaration, read as browsers
   read labels (WHATWG: `iso-8859-1` means windows-1252), then a guess among the charsets of
   French pages;
3. C1 controls that are windows-1252 characters in latin-1 clothes, also as `&#146;`;
4. mojibake, run of text by run of text, and only where a correct text cannot be meant;
5. NFC, line ends, and control, bidirectional and zero-width characters.

Everything else is verbatim.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import webencodings
from ftfy import bad_codecs

from ingest.errors import ExtractionError
from ingest.model import Page
from ingest.mojibake import repair_mojibake
from ingest.text import (
    has_strange_signs,
    level_line_ends,
    may_compose,
    nfc,
    strip_invisible,
)

__all__ = ["DecodedPage", "decode_page"]

# Charsets of French pages that carry no label, the likeliest first: Windows, old Macintosh, DOS.
_GUESSES = ("sloppy-windows-1252", "mac_roman", "cp850")
_HEAD_BYTES = 16_384  # far beyond the 1,024 bytes of the standard: old themes have long heads
_SNIFF_BYTES = 65_536
# Measured on the binary files of a web archive (images, fonts, archives): 6 % to 40 % of
# control bytes; the worst text page had 0.3 %.
_MAX_CONTROL_SHARE = 0.03

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "une image PNG"),
    (b"\xff\xd8\xff", "une image JPEG"),
    (b"GIF8", "une image GIF"),
    (b"%PDF-", "un PDF"),
    (b"PK\x03\x04", "une archive ZIP ou un document bureautique"),
    (b"\x1f\x8b", "un fichier compressé gzip"),
    (b"7z\xbc\xaf", "une archive 7z"),
    (b"\x7fELF", "un programme"),
    (b"\xd0\xcf\x11\xe0", "un ancien document Office"),
    (b"OggS", "un fichier audio"),
    (b"ID3", "un fichier audio"),
    (b"wOFF", "une police de caractères"),
    (b"wOF2", "une police de caractères"),
    (b"SQLite format 3\x00", "une base SQLite"),
)

_META_CHARSET = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.I
)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]{2,40})")
_HTML_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_C1_REFERENCE = re.compile(r"&#(?:(1[2-5]\d)|[xX]0*([89][0-9a-fA-F]));")
_C1 = re.compile("[\x80-\x84\x86-\x9f]")  # not U+0085, a line end
_PLAIN_ASCII = bytes([9, 10, 13, *range(32, 127)])
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 12, 13, 27))
_FRENCH_LETTERS = frozenset("éèêëàâçùûôîïœÉÈÊÀÇ’")
_STARTS_AS_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_STARTS_WITH_TAG = re.compile(r"\s*(?:<!--.*?-->\s*)*<[a-zA-Z][a-zA-Z0-9]*[\s>/]", re.S)
_PAGE_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_CLOSING_TAG = re.compile(r"</[a-zA-Z][a-zA-Z0-9]*\s*>")


@dataclass(frozen=True, slots=True)
class DecodedPage:
    """The text of a page and how it was reached.

    `encoding` is a Python codec name. `is_html` says that the text is markup. `repairs` names,
    in the order of the steps, what was changed: `étiquette-fausse`, `octets-isolés`,
    `charset-deviné`, `cp1252-en-latin1`, `mojibake`, `nfc`, `caractères-invisibles`.
    """

    text: str
    encoding: str
    is_html: bool
    repairs: tuple[str, ...] = ()


def decode_page(page: Page) -> DecodedPage:
    """The page's text, in NFC, with `\\n` line ends and no invisible characters.

    Raises:
        ExtractionError: slug `vide` for a page without text, `binaire` for one that is no text.
    """
    content = page.content
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise ExtractionError(
            "vide", f"La page «\u00a0{page.source_path}\u00a0» est vide\u202f; retirez-la."
        )
    encoding = _utf16_without_mark(content)
    if encoding is None and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _refuse_binary(page)
    text, encoding, repairs = _decode(content, page.charset, encoding)
    text, more = _repair(text)
    if not text.strip():
        raise ExtractionError(
            "vide", f"La page «\u00a0{page.source_path}\u00a0» n’a aucun texte\u202f; retirez-la."
        )
    return DecodedPage(text, encoding, _is_html(text, page.media_type), repairs + more)


def _refuse_binary(page: Page) -> None:
    sample = page.content[:_SNIFF_BYTES]
    kind = next((name for magic, name in _MAGIC if sample.startswith(magic)), None)
    if kind is None:
        n_controls = len(sample) - len(sample.translate(None, _CONTROLS))
        if n_controls <= len(sample) * _MAX_CONTROL_SHARE:
            return
        kind = "un fichier binaire"
    raise ExtractionError(
        "binaire",
        f"«\u00a0{page.source_path}\u00a0» est {kind}, pas une page de texte\u202f; "
        "donnez la page HTML ou son texte.",
    )


def _utf16_without_mark(content: bytes) -> str | None:
    """The UTF-16 codec that the places of the NUL bytes betray, or None."""
    sample = content[:4096]
    half = len(sample) // 2
    if half < 4 or sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.7 and even < 0.05:
        return "utf-16-le"
    if even > 0.7 and odd < 0.05:
        return "utf-16-be"
    return None


def _decode(
    content: bytes, transport: str | None, known: str | None
) -> tuple[str, str, tuple[str, ...]]:
    """Text, codec name and repairs of `content`."""
    marked = _byte_order_mark(content)
    if marked is not None:
        encoding, mark = marked
        return content[len(mark) :].decode(encoding, "replace"), encoding, ()
    if known is not None:
        return content.decode(known, "replace"), known, ("charset-deviné",)
    labels = _labels(content, transport)
    if b"\x1b" not in content:  # an escape may mean ISO-2022-JP, which is ASCII to UTF-8
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            is_mislabelled = bool(labels) and labels[0] != "utf-8" and not text.isascii()
            return text, "utf-8", ("étiquette-fausse",) if is_mislabelled else ()
    for encoding in labels:
        if encoding != "utf-8":
            repairs = () if encoding == labels[0] else ("étiquette-fausse",)
            return content.decode(encoding, "replace"), encoding, repairs
    return _decode_unlabelled(content, is_labelled=bool(labels))


def _byte_order_mark(content: bytes) -> tuple[str, bytes] | None:
    for mark, encoding in (
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            is_utf8_lie = encoding == "utf-8" and not _is_utf8(content)
            return None if is_utf8_lie else (encoding, mark)
    return None


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _labels(content: bytes, transport: str | None) -> list[str]:
    """Codec names of the labels, the strongest first; unknown labels are passed over."""
    head = _HTML_COMMENT.sub(b"", content[:_HEAD_BYTES])
    raw = [transport] if transport else []
    raw += [
        m.group(1).decode("ascii")
        for m in (_META_CHARSET.search(head), _XML_CHARSET.match(head))
        if m
    ]
    names: list[str] = []
    for label in raw:
        encoding = webencodings.lookup(label.strip().strip("\"'"))
        if encoding is None:
            continue
        name = str(encoding.codec_info.name)
        if name.startswith("utf-16") or encoding.name == "replacement":
            name = "utf-8"  # a label that the parser could read is not in UTF-16
        if encoding.name in ("windows-1252", "x-user-defined"):
            name = "sloppy-windows-1252"
        if name not in names:
            names.append(name)
    return names


def _decode_unlabelled(content: bytes, *, is_labelled: bool) -> tuple[str, str, tuple[str, ...]]:
    """Text of bytes that are not UTF-8 and have no other label: mixed UTF-8, or a guess."""
    # The handler sees each byte that breaks UTF-8; what is left and not ASCII was valid.
    mixed = content.decode("utf-8", "archiblogue-cp1252")
    n_broken = content.decode("utf-8", "replace").count("\ufffd")
    n_valid = sum(1 for char in content.decode("utf-8", "ignore") if char > "\x7f")
    if n_valid > 0 and (is_labelled or n_valid >= n_broken):
        return mixed, "utf-8", ("octets-isolés",)
    scores = {name: _french_score(content, name) for name in _GUESSES}
    encoding = max(_GUESSES, key=lambda name: scores[name])
    if scores[encoding] <= max(0, scores[_GUESSES[0]]) + 2:  # too little to doubt Windows
        encoding = _GUESSES[0]
    return content.decode(encoding, "replace"), encoding, ("charset-deviné",)


def _french_score(content: bytes, encoding: str) -> int:
    """French accented letters that touch a letter, less the other signs found inside words."""
    text = content[:_SNIFF_BYTES].decode(encoding, "replace")
    score = 0
    for match in re.finditer(r"(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z])", text):
        score += 1 if match.group() in _FRENCH_LETTERS else -1
    return score


def _cp1252_bytes(error: UnicodeError) -> tuple[str, int]:
    """Decoding handler: a byte that breaks UTF-8 is read as windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.end >= len(error.object) and error.reason == "unexpected end of data":
        return "", error.end  # a page cut in the middle of a character
    piece = error.object[error.start : error.end]
    return piece.decode("sloppy-windows-1252"), error.end


bad_codecs.ok()  # registers sloppy-windows-1252, which has no undefined byte
codecs.register_error("archiblogue-cp1252", _cp1252_bytes)


def _repair(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` after steps 3 to 5, and the names of the repairs that changed it."""
    repairs: list[str] = []

    def note(name: str, before: str, after: str) -> str:
        if before != after:
            repairs.append(name)
        return after

    mojibake_free = repair_mojibake(text)
    text = note("mojibake", text, mojibake_free)
    dressed = _C1_REFERENCE.sub(_reference_as_cp1252, text)
    rare = _without_plain_ascii(dressed)
    is_strange = has_strange_signs(rare)
    if is_strange:
        dressed = _C1.sub(lambda match: _as_cp1252(ord(match.group())), dressed)
    text = note("cp1252-en-latin1", text, dressed)
    if is_strange or may_compose(rare):
        text = note("nfc", text, nfc(text))
    if is_strange:
        text = level_line_ends(text)
        text = note("caractères-invisibles", text, strip_invisible(text))
    elif "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, tuple(repairs)


def _without_plain_ascii(text: str) -> str:
    """What `text` has beside printable ASCII and white space: a hundredth of most pages."""
    content = text.encode("utf-8", "surrogatepass")
    return content.translate(None, _PLAIN_ASCII).decode("utf-8", "surrogatepass")


def _reference_as_cp1252(match: re.Match[str]) -> str:
    code = int(match.group(1)) if match.group(1) else int(match.group(2), 16)
    return _as_cp1252(code) if 0x80 <= code <= 0x9F else match.group()


def _as_cp1252(code: int) -> str:
    return bytes([code]).decode("sloppy-windows-1252")


def _is_html(text: str, media_type: str | None) -> bool:
    """Whether `text` is markup: its content decides, the source's belief helps.

    A text page may quote tags (the list of allowed tags under a comment form), so a tag
    somewhere is not enough.
    """
    if _STARTS_AS_HTML.match(text):
        return True
    sample = text[:_SNIFF_BYTES]
    n_closing = len(_CLOSING_TAG.findall(sample))
    if n_closing == 0:
        return False
    if media_type is not None and "html" in media_type:
        return True
    share = sum(len(tag) for tag in _TAG.findall(sample)) / len(sample)
    if _STARTS_WITH_TAG.match(text) and n_closing >= 1 and share > 0.05:
        return True
    has_page_tag = _PAGE_TAG.search(sample) is not None  # PHP notices come before the doctype
    return n_closing >= 3 and share > (0.1 if has_page_tag else 0.25)
