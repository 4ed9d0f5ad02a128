"""The last step of a withdrawal: no file of the archive holds what was withdrawn any more.

    withdrawal.pending    what is looked for, while it is looked for: only the archive's keeper may
                          read it, and it goes once nothing was found

What is looked for are stretches of the texts, and words and names that nothing else in the archive
holds. It is written down before anything is erased: a withdrawal that was cut short is proved by
the next one, whatever that is about.
"""

from __future__ import annotations

import json
import mmap
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from index.analysis.phrases import plain_words
from index.storage.durability import PART_SUFFIX, write_durably
from index.storage.generation import read_generation
from index.storage.layout import CURRENT_NAME, list_generations
from index.storage.manifest import MANIFEST_NAME
from index.storage.segment import Segment
from index.withdrawals.register import KEY_NAME, LEDGER_NAME
from ingest.errors import ArchiveError
from ingest.model import Document

PENDING_NAME: Final = "withdrawal.pending"

# Long enough that bytes which are no text do not spell one by chance.
_FEWEST_BYTES: Final = 8
_STRETCH_CHARS: Final = 40
# Each costs a pass over the archive: 0.1 s for 350 MB.
_MOST_NEEDLES: Final = 12
_NUMBER: Final = re.compile(rb"[0-9a-f.,:-]+")
_OF_NUMBERS: Final = frozenset({CURRENT_NAME, MANIFEST_NAME, LEDGER_NAME, KEY_NAME})
_UNREAD: Final = frozenset({PENDING_NAME, PENDING_NAME + PART_SUFFIX})


def withdrawn_strings(before: Document, after: Document | None) -> Iterator[str]:
    """Yields what a document said, or was called, and does not any more."""
    kept = set(_strings(after)) if after is not None else set()
    yield from (text for text in dict.fromkeys(_strings(before)) if text not in kept)


def needles_of(texts: Iterable[str]) -> list[bytes]:
    """What is looked for of texts, UTF-8: a stretch of each, and of the longest words of all."""
    stretches: dict[bytes, None] = {}
    words: set[bytes] = set()
    for text in texts:
        middle = max(0, (len(text) - _STRETCH_CHARS) // 2)
        stretches[text[middle : middle + _STRETCH_CHARS].encode("utf-8", "replace")] = None
        forms = (*text.split(), *(word for word, _ in plain_words(text)))
        words.update(form.encode("utf-8", "replace") for form in forms)
    chosen = sorted(words, key=lambda one: (-len(one), one))[:_MOST_NEEDLES]
    found = [one for one in stretches if len(one) >= _FEWEST_BYTES][:_MOST_NEEDLES]
    return list(dict.fromkeys([*found, *(one for one in chosen if len(one) >= _FEWEST_BYTES)]))


def note_pending(archive: Path, needles: Sequence[bytes]) -> None:
    """Writes down what is to be looked for, beside what is still written there.

    Raises:
        OSError: the disk refuses.
    """
    every = dict.fromkeys([*read_pending(archive), *needles])
    content = json.dumps([one.hex() for one in every]).encode()
    write_durably(archive / PENDING_NAME, content, mode=0o600)


def read_pending(archive: Path) -> list[bytes]:
    """What a withdrawal that was cut short was to look for; nothing where all were proved."""
    try:
        return [bytes.fromhex(one) for one in json.loads((archive / PENDING_NAME).read_bytes())]
    except (OSError, ValueError, TypeError):
        return []


def forget_pending(archive: Path) -> None:
    """Removes what was written down: it was proved.

    Raises:
        OSError: the disk refuses.
    """
    (archive / PENDING_NAME).unlink(missing_ok=True)


def files_holding(archive: Path, needles: Sequence[bytes]) -> tuple[str, ...]:
    """The files under an archive's folder, by path from it, that hold what was withdrawn.

    What a document that stays says too is no trace of what was withdrawn.

    Raises:
        OSError: a file cannot be read.
    """
    if not needles:
        return ()
    segments = _named_segments(archive)
    terms = [one.postings.terms.tobytes() for one in segments.values()]
    # A word that passages which stay hold is no trace.
    wanted = [one for one in needles if not any(one in said for said in terms)]
    held = []
    for path in sorted(_files(archive)):
        # Files of numbers and hashes hold by chance what is written with their signs alone.
        is_numbers = path.name in _OF_NUMBERS
        sought = [one for one in wanted if not (is_numbers and _NUMBER.fullmatch(one))]
        found = _holds_any(path, sought)
        segment = segments.get(path.parent.name)
        if segment is not None and found:
            found = [one for one in found if not segment.says(one.decode("utf-8", "replace"))]
        if found:
            held.append(str(path.relative_to(archive)))
    for segment in segments.values():
        segment.close()
    return tuple(held)


def _strings(document: Document) -> Iterator[str]:
    facts = (
        document.title, document.author, document.url, document.source_path, *document.tags,
        *document.categories,
        *(passage.text for passage in document.passages),
        *(comment.author for comment in document.comments),
        *(comment.url for comment in document.comments),
        *(comment.date.raw for comment in document.comments if comment.date is not None),
    )  # fmt: skip
    return (one for one in facts if one)


def _named_segments(archive: Path) -> dict[str, Segment]:
    """The segments that a generation stands on, open, by name."""
    found: dict[str, Segment] = {}
    for path in list_generations(archive):
        try:
            for entry in read_generation(path).manifest.segments:
                if entry.name not in found:
                    found[entry.name] = Segment(archive / entry.name)
        except ArchiveError:
            continue  # all of its files are searched, and none is believed
    return found


def _files(archive: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(archive):
        yield from (Path(folder) / name for name in names if name not in _UNREAD)


def _holds_any(path: Path, needles: Sequence[bytes]) -> list[bytes]:
    """Those of these bytes that a file holds.

    Raises:
        OSError: it cannot be read.
    """
    if not needles or not path.stat().st_size:
        return []
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return [one for one in needles if whole.find(one) >= 0]
