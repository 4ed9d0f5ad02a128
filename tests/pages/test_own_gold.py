"""What a person read on real pages, as facts without their words, against what is extracted.

The facts are in `gold/pages.jsonl` (its README says how they were written); the pages are third
parties' and not in the repository: without them the gate says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ingest.audit import audit_documents
from ingest.decode import decode_page
from ingest.errors import ExtractionError
from ingest.html.page import read_html
from ingest.model import Action, Comment, CommentKind, Document, Page

pytestmark = pytest.mark.gate

GOLD = Path(__file__).parent / "gold" / "pages.jsonl"
N_WORDS = 4  # at each end of a text
MIN_PRECISION, MIN_RECALL, MIN_AUTHORS, MIN_DATES = 0.95, 0.95, 0.9, 0.9
MIN_PARENTS, MIN_ROLES, MIN_COUNTERS, MIN_ARTICLES = 0.95, 0.95, 0.95, 0.85


@dataclass
class Reading:
    """Counts over the pages; `worst` names what went wrong, for the message of the gate."""

    counts: Counter[str] = field(default_factory=Counter)
    worst: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)

    def share(self, part: str, whole: str) -> float:
        return self.counts[part] / max(1, self.counts[whole])

    def check(self, part: str, name: str, *, is_right: bool) -> None:
        self.counts[f"{part}s"] += 1
        self.counts[part] += is_right
        if not is_right:
            self.worst.append(f"{name} : {part}")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def fingerprint(parts: list[str]) -> str | None:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:10] if parts else None


def ends(text: str) -> tuple[str | None, str | None]:
    found = words(text)
    return fingerprint(found[:N_WORDS]), fingerprint(found[-N_WORDS:])


def author_of(comment: Comment) -> str | None:
    return fingerprint(["".join(words(comment.author or ""))])


def role_of(comment: Comment) -> str:
    if comment.kind is not CommentKind.COMMENT:
        return "p" if comment.kind is CommentKind.PINGBACK else "t"
    return "r" if comment.is_post_author else "c"


def text_of(document: Document, comment: Comment) -> str:
    return " ".join(p.text for p in document.passages if p.comment_id == comment.comment_id)


def edges_of(document: Document) -> tuple[set[str | None], set[str | None]]:
    """The first and last words of the post, with and without the headings at its ends."""
    entries = [
        e
        for e in document.ledger
        if (e.action is Action.CONTEXT and e.rule == "intertitre")
        or (e.action is Action.KEPT and e.rule == "billet")
    ]
    kept = [n for n, e in enumerate(entries) if e.action is Action.KEPT]
    inner = entries[kept[0] : kept[-1] + 1] if kept else []
    both = [ends(" ".join(e.text for e in part)) for part in (entries, inner)]
    return {first for first, _ in both}, {last for _, last in both}


def pair(document: Document, gold: list[list[Any]]) -> dict[int, int]:
    """Place of the found comment for each gold one: same ends of the text, author preferred."""
    left = {n: (ends(text_of(document, c)), author_of(c)) for n, c in enumerate(document.comments)}
    pairs: dict[int, int] = {}
    for g, (author, _, _, _, first, last) in enumerate(gold):
        alike = [n for n, (found, who) in left.items() if found == (first, last)]
        if first is None:
            alike = [n for n in alike if left[n][1] == author]
        if alike:
            n = min(alike, key=lambda n: (left[n][1] != author, abs(n - g)))
            pairs[g] = n
            del left[n]
    return pairs


def compare(document: Document, entry: dict[str, Any], reading: Reading) -> None:
    gold, name = entry["comments"], entry["page"]
    pairs = pair(document, gold)
    places = {c.comment_id: n for n, c in enumerate(document.comments)}
    reading.counts.update(found=len(document.comments), gold=len(gold), hit=len(pairs))
    for g, (author, day, parent, role, _, _) in enumerate(gold):
        where = f"{name} n° {g + 1}"
        if g not in pairs:
            reading.worst.append(f"{where} : manqué")
            continue
        comment = document.comments[pairs[g]]
        reading.check("auteur", where, is_right=author_of(comment) == author)
        if day is not None:
            found = comment.date.value if comment.date else ""
            reading.check("date", where, is_right=found[: len(day)] == day)
        place = places.get(comment.parent_id or "")
        reading.check(
            "parent", where, is_right=place == (pairs.get(parent - 1) if parent else None)
        )
        if role != "c" or comment.kind is not CommentKind.COMMENT:
            reading.check("rôle", where, is_right=role_of(comment) == role)
    if len(document.comments) > len(pairs):
        reading.worst.append(f"{name} : {len(document.comments) - len(pairs)} de trop")
    for wanted, found_end in zip(entry["article"], edges_of(document), strict=True):
        if wanted is not None:
            reading.check("bord du billet", name, is_right=wanted in found_end)


@pytest.fixture(scope="module")
def reading(repository: Path) -> Reading:
    shared = Path(os.environ.get("ARCHIBLOGUE_SHARED", repository.parent / "shared"))
    folder = shared / "data" / "pages"
    if not folder.is_dir():
        pytest.skip(f"pages réelles absentes : {folder} (ARCHIBLOGUE_SHARED les désigne)")
    reading = Reading()
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        content = (folder / entry["page"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["page"]
        page = Page(entry["page"], content, media_type="text/html")
        reading.counts[entry["kind"]] += 1
        try:
            document = read_html(page, decode_page(page).text)
        except ExtractionError as error:
            reading.check("nature", entry["page"], is_right=entry["kind"] == "listing")
            if entry["kind"] == "listing":
                continue
            reading.worst.append(f"{entry['page']} : {error.detail}")
            reading.counts["gold"] += len(entry["comments"])
            continue
        reading.check("nature", entry["page"], is_right=entry["kind"] == "post")
        compare(document, entry, reading)
        reading.documents.append(document)
        if entry["stated"] is not None:
            is_right = document.n_comments_declared == entry["stated"] == len(document.comments)
            reading.check("compteur", entry["page"], is_right=is_right)
    return reading


def test_there_are_enough_pages_of_each_kind(reading: Reading) -> None:
    assert reading.counts["post"] >= 60
    assert reading.counts["listing"] >= 10
    assert reading.counts["compteurs"] >= 40


def test_listings_are_no_posts_and_posts_no_listings(reading: Reading) -> None:
    assert reading.share("nature", "natures") >= 0.98, reading.worst


def test_comments(reading: Reading) -> None:
    assert reading.share("hit", "found") >= MIN_PRECISION, reading.worst
    assert reading.share("hit", "gold") >= MIN_RECALL, reading.worst


@pytest.mark.parametrize(
    ("fact", "floor"),
    [
        ("auteur", MIN_AUTHORS),
        ("date", MIN_DATES),
        ("parent", MIN_PARENTS),
        ("rôle", MIN_ROLES),
        ("compteur", MIN_COUNTERS),
        ("bord du billet", MIN_ARTICLES),
    ],
)
def test_facts(reading: Reading, fact: str, floor: float) -> None:
    assert reading.share(fact, f"{fact}s") >= floor, reading.worst


def test_audit_agrees_with_the_counters_read(reading: Reading) -> None:
    assert (audit_documents(reading.documents).share or 0) >= MIN_COUNTERS
