"""Text dumps of pages whose comments are known, and how well their reading finds them again.

`python -m tests.pages.dumps` prints the figures of each extractor and site; `--worst` also the
pages that lose most.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from inscriptis import get_text
from resiliparse.extract.html2text import extract_plain_text

from ingest.clean import match_boilerplate
from ingest.dates import find_dates
from ingest.decode import decode_page
from ingest.errors import ExtractionError
from ingest.html.page import read_html
from ingest.model import Comment, Document, Page, Role
from ingest.plaintext.page import read_text

ROOT: Final = Path(__file__).resolve().parents[2]
OWN: Final = Path(__file__).parent / "html"
FLOORS: Final = Path(__file__).parent / "dump_floors.json"
ALIKE: Final = 0.9  # similarity of letters from which a comment is the gold's
SURE: Final = 25  # letters of a text that cannot stand on the page by accident
NEAR: Final = 60  # letters on each side of a short text where its author must stand
MIN_NAME: Final = 3  # letters of a name that cannot stand beside a text by accident
_MARKER: Final = re.compile(r"^\s*(?:\d{1,4}[.)]|[•*o+-])\s+")
AROUND: Final = 200  # signs on each side of a text where its author and date are looked for


def _inscriptis_main(html: str) -> str:
    main = extract_plain_text(html, preserve_formatting="minimal_html", main_content=True)
    return get_text(main)


EXTRACTORS: Final[dict[str, Callable[[str], str]]] = {
    "resiliparse main": lambda html: extract_plain_text(html, main_content=True, alt_texts=False),
    "resiliparse whole": lambda html: extract_plain_text(html, alt_texts=False),
    "inscriptis main": _inscriptis_main,
    "inscriptis whole": get_text,
}


@dataclass(frozen=True)
class Known:
    """A comment of the page: who, which day, its text."""

    author: str | None
    day: str | None
    text: str


@dataclass(frozen=True)
class Dump:
    """The text of a page, and the comments that stand in it."""

    site: str
    name: str
    extractor: str
    text: str
    comments: tuple[Known, ...]
    html: str


@dataclass
class Score:
    """Counts over dumps; `worst` says what went wrong, for the message of the gate."""

    counts: Counter[str] = field(default_factory=Counter)
    worst: list[str] = field(default_factory=list)

    def share(self, part: str, whole: str) -> float:
        """`part` of `whole`; 1 when there was nothing to find."""
        return self.counts[part] / self.counts[whole] if self.counts[whole] else 1.0

    @property
    def figures(self) -> dict[str, float]:
        """What the floors are compared with, rounded to the thousandth."""
        return {
            "precision": round(self.share("hit", "found"), 3),
            "recall": round(self.share("hit", "comments"), 3),
            "authors": round(self.share("author", "authors"), 3),
            "dates": round(self.share("date", "dates"), 3),
            "kept": round(1 - self.share("lost words", "words"), 4),
            "in thread": round(1 - self.counts["astray words"] / max(1, self.counts["words"]), 4),
            "boilerplate": round(1000 * self.share("boilerplate", "passages"), 2)
            if self.counts["passages"]
            else 0.0,
        }


def letters(text: str | None) -> str:
    """The letters and digits of the text, case folded."""
    return re.sub(r"[\W_]+", "", re.sub(r"&#\d+;", "", text or "")).casefold()


def shared_pages() -> Path | None:
    """The folder of real pages beside the repository (or `ARCHIBLOGUE_SHARED`), if there is one."""
    shared = Path(os.environ.get("ARCHIBLOGUE_SHARED", ROOT.parent / "shared"))
    folder = shared / "data" / "pages"
    return folder if folder.is_dir() else None


def _decoded(path: Path) -> str:
    return decode_page(Page(path.name, path.read_bytes(), media_type="text/html")).text


def _present(text: str, comments: list[Known]) -> tuple[Known, ...]:
    """The comments whose whole text stands in the dump; a short one only beside its author.

    Where short texts are lines of the dump, as many of one text are on it as there are such lines:
    « Firefox » stands in the texts of others too.
    """
    page = letters(text)
    lines = Counter(letters(_MARKER.sub("", line)) for line in text.splitlines())
    sure = [c for c in comments if len(letters(c.text)) >= SURE]
    has_thread = sum(letters(c.text) in page for c in sure) * 2 >= len(sure) > 0
    present = []
    for comment in comments:
        wanted, author = letters(comment.text), letters(comment.author)
        if not wanted or wanted not in page:
            continue
        is_beside = len(author) >= MIN_NAME and author in _beside(page, wanted)
        if len(wanted) < SURE and wanted in lines:
            lines[wanted] -= 1
            if lines[wanted] < 0:
                continue
        if len(wanted) >= SURE or is_beside or has_thread:
            present.append(comment)
    return tuple(present)


def _beside(page: str, wanted: str) -> str:
    """The letters around the first place of the text on the page, the text left out."""
    start = page.index(wanted)
    end = start + len(wanted)
    return page[max(0, start - NEAR) : start] + " " + page[end : end + NEAR]


def own_dumps() -> Iterator[Dump]:
    """Dumps of the pages that were written for each platform."""
    expected = json.loads((OWN / "expected.json").read_text(encoding="utf-8"))
    for name, entry in sorted(expected.items()):
        html = _decoded(OWN / f"{name}.html")
        comments = [
            Known(c["author"], (c["date"] or "")[:10] or None, " ".join(c["text"]))
            for c in entry["comments"]
        ]
        for extractor, extract in EXTRACTORS.items():
            text = extract(html)
            yield Dump("own", f"html/{name}", extractor, text, _present(text, comments), html)


def gold_dumps(folder: Path) -> Iterator[Dump]:
    """Dumps of the real pages whose comments their own feed gives, and those made before."""
    for path in sorted(folder.glob("gold/*/*.html")):
        site, html = path.parent.name, _decoded(path)
        gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["comments"]
        known = [Known(g["author"], g["date"][:10], g["text"]) for g in gold if g.get("in_page")]
        texts = {name: extract(html) for name, extract in EXTRACTORS.items()}
        for part in ("main", "full"):
            dumped = folder / "textdumps" / site / f"{path.stem}.{part}.txt"
            if dumped.is_file():
                texts[f"textdumps {part}"] = dumped.read_text(encoding="utf-8")
        for name, text in texts.items():
            yield Dump(site, f"gold/{site}/{path.stem}", name, text, _present(text, known), html)


def blog_dumps(folder: Path) -> Iterator[Dump]:
    """Dumps of the other real posts; what their HTML reading finds is what is to be found."""
    for line in (folder / "blogs" / "index.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"] != "post":
            continue
        html = _decoded(folder / "blogs" / entry["file"])
        document = html_reading(html)
        if document is None:
            continue
        known = [
            Known(c.author, c.date.value[:10] if c.date else None, text_of(document, c))
            for c in document.comments
        ]
        site, name = entry["file"].split("/")[0], f"blogs/{entry['file'].removesuffix('.html')}"
        for extractor, extract in EXTRACTORS.items():
            text = extract(html)
            yield Dump(f"blogs {site}", name, extractor, text, _present(text, known), html)


@lru_cache(maxsize=8)
def html_reading(html: str) -> Document | None:
    """The page as the HTML reader sees it; None when it refuses the page."""
    try:
        return read_html(Page("page.html", b"", media_type="text/html"), html)
    except ExtractionError:
        return None


def text_of(document: Document, comment: Comment) -> str:
    """What the comment says."""
    return " ".join(p.text for p in document.passages if p.comment_id == comment.comment_id)


def read_dump(dump: Dump) -> Document | None:
    """The dump as read; None when the reader refuses it."""
    try:
        return read_text(Page(f"{dump.name}.txt", b"", media_type="text/plain"), dump.text)
    except ExtractionError:
        return None


def _likeness(first: str, second: str) -> float:
    if first == second:
        return 1.0
    if abs(len(first) - len(second)) > 0.5 * max(len(first), len(second)):
        return 0.0
    return difflib.SequenceMatcher(None, first[:2000], second[:2000], autojunk=False).quick_ratio()


def compare(dump: Dump, score: Score) -> None:
    """Pair the comments that stand in the dump with those read, each once, and count."""
    document = read_dump(dump)
    found = (
        {c.comment_id: (c, letters(text_of(document, c))) for c in document.comments}
        if document
        else {}
    )
    found = {key: each for key, each in found.items() if each[1]}
    joined = _joined(dump)
    score.counts.update(comments=len(dump.comments) - len(joined), joined=len(joined))
    kept = letters(" ".join(p.text for p in document.passages)) if document else ""
    of_post = [p.text for p in document.passages if p.role is Role.POST] if document else []
    post, thread = letters(" ".join(of_post)), "|".join(text for _, text in found.values())
    missed, around = 0, _around(dump)
    for known in dump.comments:
        wanted = letters(known.text)
        n_words = len(known.text.split())
        score.counts["words"] += n_words
        if wanted not in kept:
            whole = Counter(re.findall(r"\w+", known.text.casefold()))
            passages = " ".join(p.text for p in document.passages) if document else ""
            whole -= Counter(re.findall(r"\w+", passages.casefold()))
            score.counts["lost words"] += sum(whole.values())
            if sum(whole.values()):
                score.worst.append(f"{dump.name} [{dump.extractor}] perdu : {known.text[:60]!r}")
        elif len(wanted) >= SURE and wanted in post and wanted not in thread:
            score.counts["astray words"] += n_words
            score.worst.append(f"{dump.name} [{dump.extractor}] au billet : {known.text[:60]!r}")
        ranked = [
            (_likeness(text, wanted) + 0.01 * (letters(c.author) == letters(known.author)), key)
            for key, (c, text) in found.items()
        ]
        best = max(ranked, default=(0.0, ""))
        if best[0] < ALIKE:
            missed += known not in joined
            continue
        comment, _ = found.pop(best[1])
        score.counts.update(hit=known not in joined, found=known not in joined)
        _count_facts(dump, known, comment, score, around.get(known, ""))
    inside = [letters(known.text) for known in joined]
    found = {key: each for key, each in found.items() if not any(t in each[1] for t in inside)}
    score.counts["found"] += len(found)
    if missed or found:
        score.worst.append(
            f"{dump.name} [{dump.extractor}] {missed} manqués sur {len(dump.comments)}, "
            f"{len(found)} de trop"
        )
    if document:
        _count_boilerplate(document, score)


def _joined(dump: Dump) -> set[Known]:
    """Comments between which the extractor left nothing, no name, date, number or bullet.

    Nothing says where one ends and the next begins, so their words are only asked to be in the
    thread; they are not among those to be found one by one.
    """
    spans = sorted(((span, one) for one, span in _spans(dump).items()), key=lambda pair: pair[0])
    joined: set[Known] = set()
    for ((_, end), one), ((start, _), other) in pairwise(spans):
        if end <= start and not dump.text[end:start].strip(" \n\t.|"):
            joined |= {one, other}
    return joined


def _spans(dump: Dump) -> dict[Known, tuple[int, int]]:
    """Where the comments stand in the dump, in the order of the thread."""
    spans: dict[Known, tuple[int, int]] = {}
    position = 0
    for known in dump.comments:
        words = [re.escape(word) for word in known.text.split()]
        first = re.compile(r"\s+".join(words[:6])).search(dump.text, position)
        if first is None:
            continue
        last = re.compile(r"\s+".join(words[-6:])).search(dump.text, first.start())
        end = last.end() if last else first.start() + len(known.text)
        spans[known] = (first.start(), end)
        position = first.end()
    return spans


def _around(dump: Dump) -> dict[Known, str]:
    """For each comment what stands right above and right under it: other comments left out."""
    spans = _spans(dump)
    around = {}
    for known, (start, end) in spans.items():
        above = max([0, start - AROUND, *(e for _, e in spans.values() if e <= start)])
        below = min([end + AROUND, *(s for s, _ in spans.values() if s >= end)])
        around[known] = dump.text[above:start] + " | " + dump.text[end:below]
    return around


def _count_facts(dump: Dump, known: Known, comment: Comment, score: Score, around: str) -> None:
    author = letters(known.author)
    if author and author in letters(around):
        is_right = letters(comment.author) == author
        score.counts.update(authors=1, author=is_right)
        if not is_right:
            score.worst.append(
                f"{dump.name} [{dump.extractor}] auteur {comment.author!r} pour {known.author!r}"
            )
    if known.day is None:
        return
    days = [found.date.value[:10] for found in find_dates(around, source="text")]
    if not any(_is_near(day, known.day) for day in days):
        return
    is_right = bool(comment.date) and _is_near(comment.date.value[:10], known.day)
    score.counts.update(dates=1, date=is_right)
    if not is_right:
        value = comment.date.value if comment.date else None
        score.worst.append(f"{dump.name} [{dump.extractor}] date {value!r} pour {known.day!r}")


def _is_near(one: str, other: str) -> bool:
    """Feeds give UTC and pages local time: a day apart is the same."""
    if len(one) < 10:
        return False
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days) <= 1


def _count_boilerplate(document: Document, score: Score) -> None:
    for passage in document.passages:
        score.counts["passages"] += 1
        if match_boilerplate(passage.text, allow_weak=False):
            score.counts["boilerplate"] += 1
            score.worst.append(f"{document.source_path} rebut : {passage.text[:80]!r}")


def score_dumps(dumps: Iterable[Dump]) -> dict[tuple[str, str], Score]:
    """The score of each extractor and site."""
    scores: dict[tuple[str, str], Score] = defaultdict(Score)
    for dump in dumps:
        compare(dump, scores[dump.extractor, dump.site])
    return dict(scores)


def merged(scores: list[Score]) -> Score:
    """One score of several."""
    total = Score()
    for score in scores:
        total.counts.update(score.counts)
        total.worst += score.worst
    return total


def corpus_hash(dumps: Iterable[Dump]) -> str:
    """SHA-256 of the pages and of what is to be found in them, in any order, without duplicates."""
    pages = {
        f"{dump.name}\0{dump.html}\0{[(c.author, c.day, c.text) for c in dump.comments]}"
        for dump in dumps
        if dump.extractor == "inscriptis whole"
    }
    return hashlib.sha256("\1".join(sorted(pages)).encode()).hexdigest()


def _row(name: str, score: Score) -> str:
    figures = " ".join(f"{key} {value:<7}" for key, value in score.figures.items())
    return f"{name:<44} n={score.counts['comments']:<5} {figures}"


def by_extractor(scores: dict[tuple[str, str], Score]) -> dict[str, Score]:
    """The scores of each extractor over all sites."""
    names = sorted({extractor for extractor, _ in scores})
    return {
        name: merged([score for (extractor, _), score in scores.items() if extractor == name])
        for name in names
    }


def pin(name: str, dumps: list[Dump], scores: dict[tuple[str, str], Score]) -> None:
    """Write the figures of a set as its floors, a hundredth lower; what readers wrote is not."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    extractors = {}
    for extractor, score in by_extractor(scores).items():
        figures = score.figures
        extractors[extractor] = {
            key: round(figures[key] - 0.01, 3)
            for key in ("precision", "recall", "authors", "dates")
        } | {key: figures[key] for key in ("kept", "in thread", "boilerplate")}
    floors[name] = {"corpus_sha256": corpus_hash(dumps), "extractors": extractors}
    text = json.dumps(floors, ensure_ascii=False, indent=2, sort_keys=True)
    FLOORS.write_text(text + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; 0, or 2 where the real pages are absent and were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=["own", "gold", "blogs"], action="append")
    parser.add_argument("--worst", type=int, default=0, metavar="N")
    parser.add_argument("--pin", action="store_true", help="write the floors anew")
    parser.add_argument("--only", default="", help="names that contain this")
    options = parser.parse_args(arguments)
    folder = shared_pages()
    sets: dict[str, Any] = {
        "own": own_dumps,
        "gold": lambda: gold_dumps(folder) if folder else iter(()),
        "blogs": lambda: blog_dumps(folder) if folder else iter(()),
    }
    out = sys.stdout.write
    if folder is None:
        out("pages réelles absentes (ARCHIBLOGUE_SHARED les désigne)\n")
    for name in options.set or list(sets):
        dumps = [d for d in sets[name]() if options.only in f"{d.name} {d.extractor}"]
        scores = score_dumps(dumps)
        if options.pin and dumps and not options.only:
            pin(name, dumps, scores)
        for key in sorted(scores):
            out(_row(" / ".join(key), scores[key]) + "\n")
        for extractor, part in by_extractor(scores).items():
            out(_row(f"== {name} {extractor}", part) + "\n")
        total = merged(list(scores.values()))
        out(_row(f"== {name}", total) + "\n")
        for line in total.worst[: options.worst]:
            out(f"   {line}\n")
    return 0 if folder else 2


if __name__ == "__main__":
    raise SystemExit(main())
