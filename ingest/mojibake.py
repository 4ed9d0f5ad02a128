"""Repair of UTF-8 that was once read as windows-1252 or latin-1 (mojibake).

ftfy finds and undoes it; this module decides where it may. A page about encodings writes
« le é devient Ã© » on purpose, so a run of text is left alone when the broken sequences stand
apart from any letter, or when the repaired word also stands there in its right form, unless
the whole page is broken.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

import ftfy

__all__ = ["repair_mojibake"]

# A lead byte of UTF-8 (C2-F4) and a continuation byte (80-BF), both seen as windows-1252 or
# latin-1 (and, for the Macintosh, √ and friends). Cheap test before ftfy's own heuristics.
_CONTINUATION = (
    "\x80-\xbf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178 "
)
_SEQUENCE = re.compile(rf"(?:[\xc2-\xf4](?:[{_CONTINUATION}]|$)|√[©®†¥ß™¢®±])+")
# In the page's UTF-8 (a fixed first byte is found at once): what ftfy may change of a run. A lead
# and a plain space are « à la » too: there only the leads that ftfy completes count.
_CANDIDATE = re.compile(rb"\xc3(?:[\x82-\xb4] ?[\xc2\xc5\xc6\xcb\xe2]|[\x82\x83\x85\x8e\x90\x99] )")
_ROOT = "√".encode()
_LEAD = rf"[\xc2-\xf4√](?! )[{_CONTINUATION}©®†¥ß™¢±]"
_ATTACHED = re.compile(rf"[A-Za-z](?:{_LEAD}|Ã )|(?:{_LEAD}){{1,3}}[A-Za-z]")
_RUN = re.compile(r"[^<>\n]+")
_RUN_END = re.compile(rb"[<>\n]|\Z")
_CODE = re.compile(r"<(code|pre|script|style|kbd|samp|textarea)\b.*?</\1\s*>", re.I | re.S)
_WORD = re.compile(r"[^\W\d_]{2,}")
# From this share of broken runs among the runs with a non-ASCII character, the page as a whole
# was misread, and its isolated sequences are not quotations.
_WHOLE_PAGE_SHARE = 0.8
_CONFIG = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
)


def repair_mojibake(text: str) -> str:
    """`text` with its mojibake undone, and every other character as it was."""
    if text.isascii() or not _may_be_broken(text):
        return text
    code_spans = [match.span() for match in _CODE.finditer(text)]
    n_accented = n_broken = 0
    for match in _RUN.finditer(text):
        run = match.group()
        if run.isascii():
            continue
        n_accented += 1
        n_broken += _is_wholly_broken(run)
    is_whole_page = n_accented > 0 and n_broken >= n_accented * _WHOLE_PAGE_SHARE
    pieces: list[str] = []
    done = 0
    for match in _RUN.finditer(text):
        run = match.group()
        if run.isascii() or _SEQUENCE.search(run) is None:
            continue
        if _is_inside(match.start(), code_spans) and not is_whole_page:
            continue
        fixed = _fix(run)
        if fixed == run or (_is_quotation(run, fixed) and not is_whole_page):
            continue
        pieces += [text[done : match.start()], fixed]
        done = match.end()
    pieces.append(text[done:])
    return "".join(pieces)


def _may_be_broken(text: str) -> bool:
    """Whether ftfy changes a run of `text`; False on nearly every page, and soon."""
    content = text.encode("utf-8", "replace")
    if _ROOT in content:
        return True
    end = 0
    for match in _CANDIDATE.finditer(content):
        if match.start() < end:
            continue
        start = max(end, *(content.rfind(sign, end, match.start()) + 1 for sign in b"<>\n"))
        end = _RUN_END.search(content, match.end()).start()  # type: ignore[union-attr]
        run = content[start:end].decode("utf-8")
        if _fix(run) != run:
            return True
    return False


@lru_cache(maxsize=4096)
def _fix(run: str) -> str:
    if _SEQUENCE.search(run) is None:
        return run
    return str(ftfy.fix_encoding(run, _CONFIG))


def _is_inside(offset: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= offset < end for start, end in spans)


def _is_wholly_broken(run: str) -> bool:
    """Whether `run` is mojibake and has no accented letter in its right form."""
    if _fix(run) == run:
        return False
    return not any(char.isalpha() for char in _SEQUENCE.sub("", run) if char > "\x7f")


def _is_quotation(run: str, fixed: str) -> bool:
    """Whether the broken sequences of `run` are shown on purpose."""
    if _ATTACHED.search(run) is None:
        return True
    before = Counter(word.lower() for word in _WORD.findall(run))
    after = Counter(word.lower() for word in _WORD.findall(fixed))
    repaired = [word for word, n in after.items() if n > before[word] and not word.isascii()]
    return bool(repaired) and all(before[word] > 0 for word in repaired)
