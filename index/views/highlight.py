"""Why a passage was found: its matching words and the sentence to read first."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.phrases import find_phrase
from index.analysis.sentences import split_sentences
from index.analysis.terms import Token, analyze, find_terms
from index.model import Span

# A passage of more sentences than this is a page: only those with a word in common are weighed.
_MOST_SENTENCES_READ: Final = 30
# A long sentence holds more words by chance: the share of words found counts for this much.
_DENSITY_WEIGHT: Final = 0.2
_PHRASE_WEIGHT: Final = 1.0
# How much the encoder's opinion (a similarity) counts beside the share of the question's words
# found.
_CLOSENESS_WEIGHT: Final = 2.0

# For the number of a text and some of its sentences, how near each is to the question, (n,); None
# where the encoder has no opinion.
Closeness = Callable[[int, Sequence[Span]], NDArray[np.float32] | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a query looks for in a passage.

    `weights` gives each term of the analysed query its importance, above 0 (idf, lowered for an
    expansion). `phrases` are exact. `forms` are terms that count only side by side, with the
    weight of the whole.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    forms: Mapping[tuple[str, ...], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Highlight:
    """The places of the matching words, in order, and of the best sentence of a passage."""

    matches: tuple[Span, ...] = ()
    best_sentence: Span | None = None


@dataclass(frozen=True, slots=True)
class _Whole:
    """A phrase or a form of several terms where it stands, and what it counts for."""

    span: Span
    weight: float


@dataclass(frozen=True, slots=True)
class _Sentence:
    span: Span
    lexical: float


def highlight(
    texts: Sequence[str], wanted: Wanted, closeness: Closeness | None = None
) -> list[Highlight]:
    """One highlight a text, in order.

    Args:
        texts: the passages, verbatim.
        wanted: the query's terms and phrases.
        closeness: how near each sentence is to the query. Where nothing says so, a text without any
            word of the query has no best sentence.
    """
    return [
        _highlight(text, wanted, closeness and partial(closeness, number))
        for number, text in enumerate(texts)
    ]


def _highlight(
    text: str,
    wanted: Wanted,
    closeness: Callable[[Sequence[Span]], NDArray[np.float32] | None] | None,
) -> Highlight:
    tokens = find_terms(text, wanted.weights)
    whole = [
        _Whole(span, _PHRASE_WEIGHT)
        for phrase in wanted.phrases
        for span in find_phrase(text, phrase)
    ]
    if wanted.forms:
        whole += _find_forms(analyze(text), wanted)
    matches = _union([*(Span(t.start, t.end) for t in tokens), *(one.span for one in whole)])
    sentences = _weighed_sentences(text, wanted, (tokens, whole))
    near = closeness([one.span for one in sentences]) if closeness and sentences else None
    return Highlight(matches, _best(sentences, near))


def match_spans(text: str, wanted: Wanted) -> tuple[Span, ...]:
    """The places of the query's words and phrases in `text`, in order, without overlap."""
    return highlight([text], wanted)[0].matches


def _union(spans: Sequence[Span]) -> tuple[Span, ...]:
    """`spans` in order, those that overlap made one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def _find_forms(tokens: Sequence[Token], wanted: Wanted) -> list[_Whole]:
    """The places where the terms of a form stand side by side."""
    total = sum(wanted.weights.values()) or 1.0
    plain: list[Token] = []
    for token in tokens:
        # A joined compound comes after its parts and covers them.
        if not plain or token.start >= plain[-1].end:
            plain.append(token)
    found: list[_Whole] = []
    for form, weight in wanted.forms.items():
        for place in range(len(plain) - len(form) + 1):
            if all(plain[place + n].term == term for n, term in enumerate(form)):
                span = Span(plain[place].start, plain[place + len(form) - 1].end)
                found.append(_Whole(span, weight / total))
    return found


def _weighed_sentences(
    text: str, wanted: Wanted, found: tuple[list[Token], list[_Whole]]
) -> list[_Sentence]:
    """The sentences of one text with the share of the query that each holds."""
    spans = split_sentences(text)
    total = sum(wanted.weights.values()) or 1.0
    weighed: list[_Sentence] = []
    tokens, wholes = found
    position = 0
    for span in spans:
        held: set[str] = set()
        while position < len(tokens) and tokens[position].start < span.end:
            held.add(tokens[position].term)
            position += 1
        share = sum(wanted.weights[term] for term in held) / total
        n_words = 1 + text.count(" ", span.start, span.end)
        density = len(held) / math.sqrt(n_words)
        held_whole = sum(w.weight for w in wholes if span.start <= w.span.start < span.end)
        lexical = share + _DENSITY_WEIGHT * density * share + held_whole
        weighed.append(_Sentence(span, lexical))
    if len(weighed) > _MOST_SENTENCES_READ:
        kept = sorted(weighed, key=lambda s: (-s.lexical, s.span.start))[:_MOST_SENTENCES_READ]
        weighed = sorted(kept, key=lambda s: s.span.start)
    return weighed


def _best(sentences: Sequence[_Sentence], near: NDArray[np.float32] | None) -> Span | None:
    """The sentence to read first, the earliest of equals."""
    if near is None:
        sentences = [one for one in sentences if one.lexical > 0]
        scores = [one.lexical for one in sentences]
    else:
        pairs = zip(sentences, near.tolist(), strict=True)
        scores = [one.lexical + _CLOSENESS_WEIGHT * similarity for one, similarity in pairs]
    return sentences[int(np.argmax(scores))].span if scores else None
