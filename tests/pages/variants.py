"""Threads with gaps, restarts, swaps and nesting, made from pages whose comments are known.

`python -m tests.pages.variants 1000` makes that many, each from its own seed, and names those in
which a word of a reader is lost.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ingest.model import Role
from tests.pages.dumps import ROOT, Dump, Known, gold_dumps, own_dumps, read_dump, shared_pages

__all__ = ["CHANGES", "Variant", "lost_words", "make_variants", "thread_pages"]

_NUMBER = re.compile(r"^(?P<indent>[ \t]*)(?P<number>\d{1,4})(?P<point>[.)])(?=\s)", re.M)


@dataclass(frozen=True)
class Block:
    """One comment with what stands between it and the comment above: its header, the buttons."""

    text: str
    known: Known


@dataclass(frozen=True)
class ThreadPage:
    """A page cut into what is above the thread, the comments, and what is under it."""

    name: str
    above: str
    blocks: tuple[Block, ...]
    below: str


@dataclass(frozen=True)
class Variant:
    """A changed page and the comments that are still on it."""

    name: str
    text: str
    comments: tuple[Known, ...]


def cut(dump: Dump) -> ThreadPage | None:
    """The page cut at the ends of its comments; None with less than two that stand in order."""
    position, start, ends = 0, None, []
    for known in dump.comments:
        words = [re.escape(word) for word in known.text.split()]
        pattern = re.compile(r"\s+".join(words))
        match = pattern.search(dump.text, position) if words else None
        if match is None:
            continue
        start = match.start() if start is None else start
        ends.append((match.end(), known))
        position = match.end()
    if start is None or len(ends) < 2:
        return None
    # the header of the first comment: the lines above its text up to a blank line above a marker
    head = dump.text.rfind("\n\n", 0, max(0, dump.text.rfind("\n\n", 0, start)))
    above_end = head if head > 0 and start - head < 200 else dump.text.rfind("\n", 0, start)
    above_end = max(above_end, 0)
    blocks, last = [], above_end
    for end, known in ends:
        line_end = dump.text.find("\n", end)
        line_end = len(dump.text) if line_end < 0 else line_end
        blocks.append(Block(dump.text[last:line_end], known))
        last = line_end
    return ThreadPage(
        f"{dump.name} [{dump.extractor}]", dump.text[:above_end], tuple(blocks), dump.text[last:]
    )


def _drop(blocks: list[Block], dice: random.Random) -> list[Block]:
    n = dice.randrange(1, max(2, len(blocks) // 2 + 1))
    gone = set(dice.sample(range(len(blocks)), min(n, len(blocks) - 1)))
    return [block for place, block in enumerate(blocks) if place not in gone]


def _swap(blocks: list[Block], dice: random.Random) -> list[Block]:
    one, other = dice.sample(range(len(blocks)), 2)
    blocks[one], blocks[other] = blocks[other], blocks[one]
    return blocks


def _renumber(blocks: list[Block], dice: random.Random) -> list[Block]:
    """Gaps, a restart, the same number throughout, or backwards."""
    way = dice.choice(("gaps", "restart", "same", "backwards"))
    start, step = dice.randrange(1, 60), dice.randrange(2, 6)
    restart = dice.randrange(1, len(blocks))
    numbers = {
        "gaps": [start + step * n + dice.randrange(2) for n in range(len(blocks))],
        "restart": [n + 1 if n < restart else n - restart + 1 for n in range(len(blocks))],
        "same": [1] * len(blocks),
        "backwards": list(range(len(blocks), 0, -1)),
    }[way]
    return [_numbered(block, number) for block, number in zip(blocks, numbers, strict=True)]


def _numbered(block: Block, number: int) -> Block:
    """The block with another number above its text; numbers that its reader wrote stay."""
    said = block.text.find(block.known.text.split()[0])
    head = _NUMBER.sub(rf"\g<indent>{number}\g<point>", block.text[:said], count=1)
    return Block(head + block.text[said:], block.known)


def _nest(blocks: list[Block], dice: random.Random) -> list[Block]:
    first = dice.randrange(1, len(blocks))
    last = dice.randrange(first, len(blocks)) + 1
    depth = dice.choice((2, 4, 8))
    return [
        Block(re.sub(r"^(?=.*\S)", " " * depth, block.text, flags=re.M), block.known)
        if first <= place < last
        else block
        for place, block in enumerate(blocks)
    ]


def _outdent(blocks: list[Block], dice: random.Random) -> list[Block]:
    place = dice.randrange(len(blocks))
    text = re.sub(r"^[ \t]+", "", blocks[place].text, flags=re.M)
    blocks[place] = Block(text, blocks[place].known)
    return blocks


CHANGES: Final[dict[str, Callable[[list[Block], random.Random], list[Block]]]] = {
    "drop": _drop,
    "swap": _swap,
    "renumber": _renumber,
    "nest": _nest,
    "outdent": _outdent,
}


def seed_dumps() -> list[Dump]:
    """The seeds with comments, their comments as their gold files give them."""
    dumps = []
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        gold = json.loads(
            (ROOT / "tests" / "pages" / "seeds" / f"{path.stem}.json").read_text("utf-8")
        )
        comments = []
        for n, comment in enumerate(gold["comments"], start=1):
            texts = [p["text"] for p in gold["passages"] if p["passage"].startswith(f"c{n}.")]
            comments.append(Known(comment["author"], None, " ".join(texts)))
        text = path.read_text(encoding="utf-8")
        dumps.append(Dump("seeds", path.stem, "seed", text, tuple(comments), ""))
    return dumps


def thread_pages() -> list[ThreadPage]:
    """Every page with a thread to change: seeds, platforms, and real pages where they are."""
    folder = shared_pages()
    dumps = [*seed_dumps(), *own_dumps(), *(gold_dumps(folder) if folder else ())]
    dumps = [dump for dump in dumps if len(dump.comments) <= 60]
    return [page for dump in dumps if (page := cut(dump)) is not None]


def make_variants(pages: list[ThreadPage], n_variants: int) -> list[Variant]:
    """So many variants, one or two changes each; the same for the same pages."""
    variants = []
    for seed in range(n_variants):
        dice = random.Random(seed)
        page = dice.choice(pages)
        blocks = list(page.blocks)
        names = []
        for _ in range(dice.choice((1, 1, 2))):
            if len(blocks) < 2:
                break
            name = dice.choice(list(CHANGES))
            names.append(name)
            blocks = CHANGES[name](blocks, dice)
        text = page.above + "".join(block.text for block in blocks) + page.below
        comments = tuple(block.known for block in blocks)
        variants.append(Variant(f"{seed} {'+'.join(names)} {page.name}", text, comments))
    return variants


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def lost_words(variant: Variant) -> tuple[Counter[str], Counter[str]]:
    """Words of readers that are in no passage, and those that are in no comment."""
    dump = Dump("", variant.name, "", variant.text, variant.comments, "")
    document = read_dump(dump)
    said = _words(" ".join(known.text for known in variant.comments))
    if document is None:
        return said, said
    kept = _words(" ".join(p.text for p in document.passages))
    of_readers = _words(" ".join(p.text for p in document.passages if p.role is not Role.POST))
    return said - kept, said - of_readers


def main(arguments: list[str]) -> int:
    """Print what is lost; 1 when anything is."""
    pages = thread_pages()
    n_lost = n_astray = n_words = 0
    for variant in make_variants(pages, int(arguments[0]) if arguments else 1000):
        lost, astray = lost_words(variant)
        n_words += sum(len(known.text.split()) for known in variant.comments)
        n_astray += sum(astray.values())
        if lost:
            n_lost += 1
            sys.stdout.write(f"{variant.name} : {' '.join(sorted(lost))[:120]}\n")
        elif sum(astray.values()) > 5 and "-v" in arguments:
            sys.stdout.write(f"  au billet {variant.name} : {sum(astray.values())}\n")
    sys.stdout.write(
        f"{n_lost} variantes perdent un mot ; {n_astray} mots sur {n_words} hors des commentaires\n"
    )
    return 1 if n_lost else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
