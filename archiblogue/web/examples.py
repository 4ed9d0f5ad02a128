"""Questions to start from, taken from the archive itself."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from archiblogue.web.archive import iter_documents
from ingest.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.archive import Archive
    from index.storage.rows import PassageRow

N_EXAMPLES: Final = 4
_N_DOCUMENTS_READ: Final = 200
_SHORTEST, _LONGEST = 20, 110
_BOUNDARY: Final = re.compile(r"[.!?…\n;:«»\"]")
_FEWEST_WORDS: Final = 5
_FEWEST_QUESTIONS: Final = 2
# How a French question that makes sense alone begins; « Vraiment ? » and « Et lui ? » do not.
_OPENING: Final = re.compile(
    r"((à|de|en|par|pour|avec|dans|sur) )?(qui|que|qu['’]|quoi|quel(le)?s?|comment|pourquoi|où|"
    r"quand|combien|est-ce|faut-il|peut-on|doit-on|y a-t-il|existe-t-il|a-t-on|sommes-nous|"
    r"avez-vous|savez-vous|pensez-vous|croyez-vous)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts to search for; `are_questions` says whether the blogs ask them as questions."""

    texts: tuple[str, ...]
    are_questions: bool


def examples(archive: Archive) -> Examples:
    """A few questions that the posts ask, one a post; titles where they ask none."""
    return _of_generation(archive, archive.generation.manifest.content_hash)


@st.cache_data(max_entries=4, show_spinner=False)
def _of_generation(_archive: Archive, content_hash: str) -> Examples:  # noqa: ARG001 - the key
    documents = iter_documents(_archive, _N_DOCUMENTS_READ)
    return choose_examples(itertools.chain.from_iterable(documents))


def choose_examples(passages: Iterable[PassageRow]) -> Examples:
    """The first good question of each post, in corpus order; titles where there are too few."""
    questions: dict[str, str] = {}
    titles: dict[str, str] = {}
    for passage in passages:
        if passage.role is not Role.POST:
            continue
        if passage.title and passage.doc_id not in titles:
            titles[passage.doc_id] = passage.title
        for text in (passage.heading, passage.text):
            question = _first_question(text or "")
            if question and passage.doc_id not in questions:
                questions[passage.doc_id] = question
        if len(questions) == N_EXAMPLES:
            break
    if len(questions) >= _FEWEST_QUESTIONS:
        return Examples(tuple(dict.fromkeys(questions.values()))[:N_EXAMPLES], are_questions=True)
    return Examples(tuple(dict.fromkeys(titles.values()))[:N_EXAMPLES], are_questions=False)


def _first_question(text: str) -> str | None:
    """The first question of a text that makes sense alone, in time proportional to the text."""
    end = text.find("?")
    while end >= 0:
        before = text[max(0, end - _LONGEST - 1) : end]
        words = " ".join(_BOUNDARY.split(before)[-1].split())
        is_whole = len(before) <= _LONGEST or _BOUNDARY.search(before) is not None
        is_long_enough = len(words) >= _SHORTEST and len(words.split()) >= _FEWEST_WORDS
        if is_whole and is_long_enough and _OPENING.match(words):
            mark = text[end - 1 : end + 1] if text[end - 1].isspace() else "?"
            return words[0].upper() + words[1:] + mark
        end = text.find("?", end + 1)
    return None
