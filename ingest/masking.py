"""Contact details in a text, masked: e-mail addresses, telephones, postal codes, IP addresses.

French and Canadian forms. What is masked is replaced by what it was (« [courriel] »), so that the
sentence still reads. A date, a sum, a year or a number of comments is none of these; where a number
could be either, it stays (five digits are a postal code only where an address names a town).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from types import MappingProxyType
from typing import Final

from ingest.model import Comment, Document, LedgerEntry, Passage, Stated

EMAIL: Final = "courriel"
PHONE: Final = "téléphone"
POSTAL_CODE: Final = "code postal"
IP_ADDRESS: Final = "adresse IP"

# Most texts hold none of these: nothing more is then looked for.
_WORTH_READING: Final = re.compile(r"[0-9@:]|arobase|[(\[{] ?at? ?[)\]}]|\sAT\s", re.IGNORECASE)

_AT: Final = r"(?:@|\s?[(\[{]\s?(?:at?|arobase|@)\s?[)\]}]\s?|\sarobase\s)"
_DOT: Final = r"(?:\.|\s?[(\[{]\s?(?:dot|point|\.)\s?[)\]}]\s?)"
_EMAIL: Final = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}{_AT}(?:[\w-]{{1,63}}{_DOT}){{1,8}}[^\W\d_]{{2,24}}(?![\w-])",
    re.IGNORECASE,
)

# Spaces, no-break ones included, points and hyphens stand between the groups of a number.
_GAP: Final = r"[ .\u00a0\u202f\u2011-]"
_PHONES: Final = re.compile(
    rf"""(?<![\w.,+-])(?:
      (?:\+33|0033){_GAP}?(?:\(0\){_GAP}?)?[1-9](?:{_GAP}?\d\d){{4}}        # France, from abroad
    | 0[1-9](?:{_GAP}?\d\d){{4}}                                             # France
    | (?:\+?1{_GAP})?(?:\([2-9]\d\d\){_GAP}?|[2-9]\d\d{_GAP})[2-9]\d\d{_GAP}\d{{4}}  # Canada
    | \+1[2-9]\d\d[2-9]\d{{6}}
    | (?:\+|00)(?:32|41|352|377|590|594|596|262|508|687|689)
      {_GAP}?(?:\(0\){_GAP}?)?\d(?:{_GAP}?\d){{5,9}}                        # other French-speaking
    )(?![\w-]|[.,]\d)""",
    re.VERBOSE,
)

_CANADIAN_CODE: Final = re.compile(
    r"(?<![\w-])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ \u00a0-]?\d[ABCEGHJ-NPRSTV-Z]\d(?![\w-])",
    re.IGNORECASE,
)
# « 12, rue X, 75011 Paris », « F-69001 Lyon », « code postal 13001 ».
_FRENCH_CODE: Final = re.compile(
    r"""(?:(?<=[,;(\n–—])[ \u00a0]?|(?<=code\spostal\s)|(?<=code\spostal[ \u00a0]:\s)|(?<=\bCP\s)
        |(?<=-[ ])|\bF-|\A)
        (?:0[1-9]|[1-8]\d|9[0-578])\d{3}
        (?=[ \u00a0]+[A-ZÀ-Ý][^\W\d_]+|(?<=postal\s\d{5})(?!\d)|(?<=CP\s\d{5})(?!\d))""",
    re.VERBOSE,
)

_IPV4: Final = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6: Final = re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without contact details, and how many of each kind were in it."""

    text: str
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def n_masked(self) -> int:
        """The number of details masked."""
        return sum(self.counts.values())


def mask_contacts(text: str) -> Masked:
    """The text with each contact detail replaced by its kind in brackets."""
    if not _WORTH_READING.search(text):
        return Masked(text)
    counts: dict[str, int] = {}

    def put(kind: str, pattern: re.Pattern[str], current: str) -> str:
        def replace(found: re.Match[str]) -> str:
            if kind == IP_ADDRESS and not _is_address(found[0]):
                return found[0]
            counts[kind] = counts.get(kind, 0) + 1
            # A code is masked, not the space that stands before it.
            blank = found[0][: len(found[0]) - len(found[0].lstrip())]
            return f"{blank}[{kind}]"

        return pattern.sub(replace, current)

    masked = put(EMAIL, _EMAIL, text)
    masked = put(IP_ADDRESS, _IPV4, masked)
    masked = put(IP_ADDRESS, _IPV6, masked)
    masked = put(PHONE, _PHONES, masked)
    masked = put(POSTAL_CODE, _CANADIAN_CODE, masked)
    masked = put(POSTAL_CODE, _FRENCH_CODE, masked)
    return Masked(masked, MappingProxyType(counts)) if counts else Masked(text)


def mask_document(document: Document) -> Document:
    """The document without contact details in what is shown, cited or searched of it.

    Passages, headings, the title, names that are an address, and the blocks of its ledger; the very
    same object where there is none. Offsets stay those of the page: a masked passage may be longer
    or shorter than its span.
    """
    passages = tuple(map(_mask_passage, document.passages))
    ledger = tuple(map(_mask_entry, document.ledger))
    comments = tuple(map(_mask_comment, document.comments))
    title, author = _mask(document.title), _mask(document.author)
    stated = None if document.stated is None else mask_stated(document.stated)
    is_same = (title, author, stated) == (document.title, document.author, document.stated)
    if is_same and all(
        one is other
        for one, other in chain(
            zip(passages, document.passages, strict=True),
            zip(comments, document.comments, strict=True),
            zip(ledger, document.ledger, strict=True),
        )
    ):
        return document
    return replace(
        document,
        passages=passages,
        comments=comments,
        ledger=ledger,
        title=title,
        author=author,
        stated=stated,
    )


def mask_stated(stated: Stated) -> Stated:
    """What a page stated, without the contact details in it."""
    return replace(
        stated,
        title=_mask(stated.title),
        titles=tuple(mask_contacts(one).text for one in stated.titles),
        removed=tuple(map(_mask_passage, stated.removed)),
    )


def _mask_passage(passage: Passage) -> Passage:
    text, heading = mask_contacts(passage.text).text, _mask(passage.heading)
    if text == passage.text and heading == passage.heading:
        return passage
    return replace(passage, text=text, heading=heading)


def _mask_comment(comment: Comment) -> Comment:
    author = _mask(comment.author)
    return comment if author == comment.author else replace(comment, author=author)


def _mask_entry(entry: LedgerEntry) -> LedgerEntry:
    text = mask_contacts(entry.text).text
    return entry if text == entry.text else replace(entry, text=text)


def _mask(text: str | None) -> str | None:
    return None if text is None else mask_contacts(text).text


def _is_address(text: str) -> bool:
    """Whether it is an IP address: « 12:30 », « :: » and « 1.2.3.999 » are none."""
    if text.strip(":") == "":
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
