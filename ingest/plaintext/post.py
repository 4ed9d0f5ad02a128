"""The lines of a plain-text page outside its comments: the post, its metadata, what is dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ingest.clean import Rule, match_line
from ingest.model import Action
from ingest.plaintext.attribution import is_signature
from ingest.plaintext.counters import read_counter
from ingest.plaintext.header import Claims, Facts, read_header, read_meta
from ingest.plaintext.layout import Layout
from ingest.plaintext.lines import Claim, Line
from ingest.plaintext.markers import find_marker, without_bullet
from ingest.plaintext.menus import find_menus, is_sentence
from ingest.plaintext.thread import Thread
from ingest.plaintext.units import is_prose
from ingest.plaintext.words import load_lines
from ingest.text import fold_line

__all__ = ["PostLines", "read_post"]

_SIGNATURE = Claim(Action.METADATA, "signature", "Signature de l’auteur, reprise comme son nom")
_BIO = Claim(Action.METADATA, "biographie-auteur", "Notice de l’auteur, répétée sous ses billets")
_CAPTION = Claim(Action.DROPPED, "legende-image", "Légende d’une image, au-dessus de sa source")
_TEASER = Claim(Action.DROPPED, "teaser", "Titre ou extrait d’un autre billet")
_FOOTER = Claim(
    Action.DROPPED, "pied-de-page", "Texte placé sous le formulaire ou sous les commentaires"
)
_GUTTER = Claim(Action.DROPPED, "numeros-de-ligne", "Numéros des lignes d’un extrait de code")
_MENU = Claim(Action.DROPPED, "menu", "Menu du site, au-dessus du billet")
_LIST_TITLES: Final = frozenset({"boutons-partage", "articles-connexes"})
_MENU_ENTRIES: Final = load_lines("menu")
_GLUED_LABELS = re.compile(r"[.!?…»)](?=[A-Z])")
_MAX_LABELS: Final = 160
_MAX_CAPTION: Final = 90
_MAX_TEASER_TITLE: Final = 160
_ELLIPSIS = re.compile(r"(?:\.\.\.|…)\s*[\])]?\s*$")
_PHOTO_WORD = re.compile(r"photos?|images?|illustrations?", re.I)


@dataclass(slots=True)
class PostLines:
    """The lines that the author wrote, in order, and what is known of the rest."""

    body: list[Line]
    facts: Facts
    footer: list[Line]
    lines: list[Line] = field(default_factory=list)  # that the claims of `facts` number


def read_post(lines: Sequence[Line], thread: Thread | None) -> PostLines:
    """The post of the page: `lines` before the comments; lines after them are its footer."""
    stop = thread.start if thread else _form_start(lines)
    post = list(_split_labels(lines[:stop]))
    footer = list(lines[thread.stop if thread else stop :])
    claims: Claims = {}
    _claim_teasers(post, claims)
    _claim_by_rules(post, claims)
    _claim_menus(post, claims)
    facts = read_header(post, claims, thread.counter if thread else None)
    _claim_bio(post, facts)
    _claim_tail(post, facts)
    _claim_sections(post, claims, has_comments=thread is not None and bool(thread.items))
    body = [line for i, line in enumerate(post) if i not in claims]
    return PostLines(body, facts, footer, post)


def _split_labels(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines, with share labels that touch the end of a sentence as lines of their own."""
    for line in lines:
        for end in _GLUED_LABELS.finditer(line.text, max(0, len(line.text) - _MAX_LABELS)):
            rule = match_line(line.text[end.end() :], allow_weak=False)
            if rule is not None and rule.name == "boutons-partage":
                cut = line.start + end.end()
                yield replace(line, text=line.text[: end.end()], end=cut)
                yield Line(line.text[end.end() :], cut, line.end, line.indent, 1)
                break
        else:
            yield line


def claim_footer(line: Line) -> Claim:
    """What becomes of a line under the comments or the form."""
    rule = match_line(line.text)
    return _claim(rule) if rule else _FOOTER


def _claim(rule: Rule) -> Claim:
    return Claim(Action.DROPPED, rule.name, rule.reason)


def _form_start(lines: Sequence[Line]) -> int:
    """The first line of a comment form after which nobody writes any more."""
    for i, line in enumerate(lines):
        rule = match_line(line.text, allow_weak=False)
        if rule is None or not (rule.opens_form or rule.closes_comments):
            continue
        rest = lines[i + 1 :]
        fields = [match_line(other.text) for other in rest[:8]]
        has_fields = any(field is not None and field.form_field for field in fields)
        n_written = sum(is_prose(other.text) and not match_line(other.text) for other in rest)
        if has_fields or (not n_written and any(is_prose(other.text) for other in lines[:i])):
            return i
    return len(lines)


def _claim_teasers(post: Sequence[Line], claims: Claims) -> None:
    """« Lire la suite » alone on its line, the cut excerpt above it and the title above that."""
    for i, line in enumerate(post):
        rule = match_line(line.text, allow_weak=False)
        if rule is None or not rule.ends_teaser:
            continue
        claims[i] = _claim(rule)
        last = i - 1
        if last < 0 or last in claims or not _ELLIPSIS.search(post[last].text):
            continue
        first = _block_start(post, last)
        title = first - 1
        for place in range(first, i):
            claims[place] = _TEASER
        if (
            title >= 0
            and title not in claims
            and len(post[title].text) <= _MAX_TEASER_TITLE
            and _block_start(post, title) == title
        ):
            claims[title] = _TEASER


def _block_start(post: Sequence[Line], i: int) -> int:
    while i > 0 and not post[i].n_blank:
        i -= 1
    return i


def _claim_by_rules(post: Sequence[Line], claims: Claims) -> None:
    for i, line in enumerate(post):
        if i in claims:
            continue
        rule = match_line(without_bullet(line), allow_weak=False)
        if rule is None or rule.author_bio or rule.section:
            continue
        if rule.error and _is_quoted(post, i, claims):
            continue
        if rule.meta:
            continue  # read with the header and the tail, for their values
        claims[i] = _claim(rule)
        if rule.name == "credit-image" and not line.n_blank and i and i - 1 not in claims:
            above = post[i - 1]
            is_short = len(above.text) <= _MAX_CAPTION and not is_prose(above.text)
            if is_short and _block_start(post, i) == i - 1 and above.text[-1] not in ".!?:…":
                claims[i - 1] = _CAPTION
    _claim_gutters(post, claims)


def _is_quoted(post: Sequence[Line], i: int, claims: Claims) -> bool:
    """Whether the author quotes the error: announced by a colon, or inside a block of text."""
    above = next((post[j] for j in range(i - 1, -1, -1) if j not in claims), None)
    if above is None:
        return False
    touches = not post[i].n_blank and i - 1 not in claims
    return above.text.rstrip().endswith(":") or (touches and is_prose(above.text))


def _claim_gutters(post: Sequence[Line], claims: Claims) -> None:
    """Runs 1, 2, 3 … of lines that are numbers only: drawn beside code by highlighters."""
    run: list[int] = []
    for i, line in enumerate([*post, Line("", 0, 0, 0, 1)]):
        if line.text == str(len(run) + 1):
            run.append(i)
            continue
        if len(run) >= 2:
            claims.update(dict.fromkeys(run, _GUTTER))
        run = [i] if line.text == "1" else []


def _claim_bio(post: Sequence[Line], facts: Facts) -> None:
    """A notice on the author: its title and the paragraph under it."""
    for i, line in enumerate(post):
        rule = match_line(line.text, allow_weak=False)
        if i in facts.claims or rule is None or not rule.author_bio:
            continue
        facts.claims[i] = _BIO
        last = i + 1
        while last < len(post) and (last == i + 1 or not post[last].n_blank):
            last += 1
        block = [j for j in range(i + 1, last) if j not in facts.claims]
        if block and facts.bio is None:
            facts.bio = " ".join(post[j].text for j in block)
            facts.claims.update(dict.fromkeys(block, _BIO))


def _claim_tail(post: Sequence[Line], facts: Facts) -> None:
    """Under the text, from the last line up: buttons, metadata lines, the signature."""
    claims = facts.claims
    for i in range(len(post) - 1, -1, -1):
        if i in claims:
            continue
        text = post[i].text
        if is_prose(text) and not match_line(text, allow_weak=False):
            break
        rule = match_line(text)
        if read_meta(text, i, facts):
            continue
        is_quoted = rule is not None and rule.error and _is_quoted(post, i, claims)
        if is_quoted:
            break
        if rule is not None and (not rule.section or rule.weak) and not _PHOTO_WORD.match(text):
            claims[i] = _claim(rule)
        elif read_counter(text) and i:
            claims[i] = Claim(Action.METADATA, "compteur", "Nombre de commentaires annoncé")
        elif facts.author is None and i and post[i].n_blank and is_signature(text):
            facts.author = text
            claims[i] = _SIGNATURE
            break
        else:
            break
    for i, line in enumerate(post):
        rule = match_line(line.text, allow_weak=False)
        if i not in claims and rule is not None and rule.meta:
            read_meta(line.text, i, facts)


def _claim_sections(post: Sequence[Line], claims: Claims, *, has_comments: bool) -> None:
    """« Articles similaires », « Partager : »: the title and the list of links under it."""
    for i, line in enumerate(post):
        rule = match_line(line.text, allow_weak=False)
        if rule is None or not (rule.section or rule.name in _LIST_TITLES):
            continue
        if i in claims and rule.section:
            continue
        claims[i] = _claim(rule)
        for j in range(i + 1, len(post)):
            if j in claims:
                continue
            marker = find_marker(post[j])
            if not rule.section and marker is None:
                break
            if not _is_entry(post[j], may_be_numbered=has_comments):
                break
            claims[j] = _claim(rule)


def _is_entry(line: Line, *, may_be_numbered: bool) -> bool:
    """Whether the line can stand in a list of links: no sentence.

    On a page whose comments were not found a numbered line may be one of them.
    """
    marker = find_marker(line)
    is_numbered = marker is not None and marker.number is not None
    if is_prose(line.text) or len(line.text) > 140 or (is_numbered and not may_be_numbered):
        return False
    return is_numbered or not is_sentence(line.text)


def _claim_menus(post: Sequence[Line], claims: Claims) -> None:
    """Menus above the first sentence of the page, where an entry or a title says that they are.

    Not every list: a recipe begins with what goes into it.
    """
    prose = next((i for i, line in enumerate(post) if is_prose(line.text)), len(post))
    seen: set[str] = set()
    for first, last in find_menus(Layout(post), 0, prose):
        entries = {fold_line(without_bullet(post[i])) for i in range(first, last)}
        rule = match_line(post[first].text)
        is_widget = rule is not None and (rule.section or rule.name == "classement")
        if is_widget or entries & _MENU_ENTRIES or entries <= seen:
            claims.update({i: _MENU for i in range(first, last) if i not in claims})
        seen |= entries
