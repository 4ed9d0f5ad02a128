"""Documents of real text to measure with: read from the training text at run time, never copied."""

from __future__ import annotations

import gzip
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ingest.model import (
    Comment,
    Document,
    Passage,
    PassageKind,
    PublicationDate,
    Role,
)

_TEXTS: Final = (
    "text_web", "text_europarl_passages", "text_debats_an", "text_ud", "text_theatre"
)  # fmt: skip
_QUESTIONS: Final = ("pairs_guides", "pairs_blogs", "pairs_naf", "pairs_aides", "pairs_publicodes")
_PASSAGES_PER_DOCUMENT: Final = 12
_POST_PASSAGES: Final = 7
_SHORTEST: Final = 40
_TITLE_WORDS: Final = 8


def shared_folder() -> Path:
    """The folder that holds the training text and the judged sets.

    Raises:
        SystemExit: it is not there.
    """
    default = Path(__file__).resolve().parent.parent.parent / "shared"
    folder = Path(os.environ.get("ARCHIBLOGUE_SHARED", default))
    if not (folder / "data").is_dir():
        raise SystemExit(
            f"Le dossier «\u00a0{folder}\u00a0» n’existe pas\u00a0: indiquez-le dans "
            "ARCHIBLOGUE_SHARED."
        )
    return folder


def iter_texts(folder: Path) -> Iterator[str]:
    """Yields paragraphs of real French text, one file after the other."""
    for name in _TEXTS:
        with gzip.open(folder / "data" / "train" / f"{name}.jsonl.gz", "rt", "utf-8") as lines:
            for line in lines:
                text = json.loads(line)["t"]
                if len(text) >= _SHORTEST:
                    yield text


def read_questions(folder: Path, n: int) -> list[str]:
    """`n` titles, headings and questions, spread evenly over the files."""
    found: list[str] = []
    for name in _QUESTIONS:
        with gzip.open(folder / "data" / "train" / f"{name}.jsonl.gz", "rt", "utf-8") as lines:
            found += dict.fromkeys(json.loads(line)["q"] for line in lines)
    step = max(1, len(found) // n)
    return found[::step][:n]


def iter_documents(folder: Path, n_passages: int) -> Iterator[Document]:
    """Yields posts with comments made of real paragraphs, `n_passages` passages in all."""
    texts = itertools.islice(iter_texts(folder), n_passages)
    for number in itertools.count():
        batch = list(itertools.islice(texts, _PASSAGES_PER_DOCUMENT))
        if not batch:
            return
        yield _document(number, batch)


def _document(number: int, texts: list[str]) -> Document:
    doc_id = f"d-{number:016x}"
    passages: list[Passage] = []
    comments: list[Comment] = []
    start = 0
    for ordinal, text in enumerate(texts):
        n = ordinal - _POST_PASSAGES + 1
        comment_id = f"{doc_id}#c{n}" if n > 0 else None
        if comment_id is not None:
            comments.append(
                Comment(comment_id, n, author=f"Lecteur {(number + n) % 500}", date=_date(number))
            )
        passages.append(
            Passage(
                passage_id=f"{comment_id}.p1" if comment_id else f"{doc_id}#p{ordinal + 1}",
                doc_id=doc_id,
                ordinal=ordinal,
                role=Role.COMMENT if comment_id else Role.POST,
                kind=PassageKind.PARAGRAPH,
                text=text,
                start=start,
                end=start + len(text),
                comment_id=comment_id,
                language="fr",
            )
        )
        start += len(text) + 1
    return Document(
        doc_id=doc_id,
        source_path=f"mesure/{number:06d}.html",
        passages=tuple(passages),
        comments=tuple(comments),
        title=" ".join(texts[0].split()[:_TITLE_WORDS]),
        author=f"Blogueuse {number % 40}",
        date=_date(number),
        site=f"blogue{number % 12}.exemple.org",
        url=f"https://blogue{number % 12}.exemple.org/billet-{number}",
        language="fr",
    )


def _date(number: int) -> PublicationDate | None:
    if number % 10 == 0:
        return None
    value = f"{2004 + number % 15}-{1 + number % 12:02d}-{1 + number % 28:02d}"
    return PublicationDate(value, "day", "meta", value)
