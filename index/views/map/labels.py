"""The words that name the regions of a map: those that they hold more of than the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.terms import EXACT_MARK, count_words, term_of
from index.retrieval.bm25 import LexicalIndex
from index.storage.reader import Store
from index.views.association import log_likelihood

N_WORDS: Final = 6
"""The words that a region is named by, at most."""

_FEWEST_PASSAGES: Final = 3
_SHORTEST: Final = 3
# Passages of a region that are read to see how a word is spelt there.
_N_READ: Final = 4
# Of a count of postings, what is in the text and not above it (`Postings.wide_counts`).
_IN_TEXT: Final = 255

Codes = NDArray[np.int64]


def label_regions(
    store: Store, lexical: LexicalIndex, keys: NDArray[np.int64], regions: Codes, n_regions: int
) -> list[tuple[str, ...]]:
    """The words of each region, the most its own first, as most of its passages spell them.

    A word is the region's own by the log-likelihood of the number of its passages that hold it
    (`index.views.association.log_likelihood`).

    Args:
        store: where the passages are.
        lexical: which of them hold a word.
        keys: those of all passages, (n_rows,) int64 increasing.
        regions: the region of each, (n_rows,) int64, -1 for those without one.
        n_regions: how many there are.
    """
    forms, counts = _count(store, regions, n_regions)
    sizes = np.bincount(regions[regions >= 0], minlength=n_regions).astype(np.float64)
    chosen = [_own_forms(forms, counts, sizes, region) for region in range(n_regions)]
    spelt = _spellings(store, _examples(lexical, keys, regions, chosen), n_regions)
    return [tuple(spelt[region].get(one, one) for one in own) for region, own in enumerate(chosen)]


def _count(store: Store, regions: Codes, n_regions: int) -> tuple[list[str], NDArray[np.float64]]:
    """The words that passages hold, unstemmed, and how many of each region hold them (n, regions).

    Read from the postings, without a text.
    """
    mark = EXACT_MARK.encode()
    totals: dict[bytes, NDArray[np.int64]] = {}
    base = 0
    for part in store.lexical_parts():
        postings = part.postings
        n_rows = len(part.text_lengths)
        live = np.arange(n_rows) if part.live is None else np.flatnonzero(part.live)
        own = np.full(n_rows, -1, dtype=np.int64)
        own[live] = regions[base : base + len(live)]
        base += len(live)
        texts = postings.texts()
        places = [place for place, text in enumerate(texts) if text.startswith(mark)]
        if not places:
            continue
        # Terms are sorted: those that bear the mark stand together.
        first, last = places[0], places[-1] + 1
        starts = postings.starts[first : last + 1].astype(np.int64)
        region_of = own[postings.rows[starts[0] : starts[-1]]]
        terms = np.repeat(np.arange(last - first), np.diff(starts))
        in_text = postings.wide_counts()[starts[0] : starts[-1]] & np.uint16(_IN_TEXT)
        # Words of titles are those of all the passages below: they would name any region.
        is_there = (region_of >= 0) & (in_text > 0)
        codes = terms[is_there] * n_regions + region_of[is_there]
        table = np.bincount(codes, minlength=(last - first) * n_regions)
        for text, row in zip(texts[first:last], table.reshape(-1, n_regions), strict=True):
            known = totals.get(text)
            totals[text] = row if known is None else known + row
    names = [one.decode("utf-8", "replace").removeprefix(EXACT_MARK) for one in totals]
    counts = np.array(list(totals.values()), dtype=np.float64).reshape(len(names), n_regions)
    return names, counts


def _own_forms(
    forms: Sequence[str],
    counts: NDArray[np.float64],
    sizes: NDArray[np.float64],
    region: int,
) -> list[str]:
    here = counts[:, region]
    total = float(sizes.sum())
    kept = np.flatnonzero(here >= min(_FEWEST_PASSAGES, sizes[region]))
    if not len(kept) or not total:
        return []
    surprise = log_likelihood(here[kept], float(sizes[region]), counts[kept].sum(axis=1), total)
    found: dict[str | None, str] = {}
    for place in kept[np.argsort(-surprise, kind="stable")].tolist():
        form = forms[place]
        if len(form) >= _SHORTEST and not form.isdigit():
            found.setdefault(term_of(form), form)
        if len(found) == N_WORDS:
            break
    return list(found.values())


def _examples(
    lexical: LexicalIndex, keys: NDArray[np.int64], regions: Codes, chosen: Sequence[Iterable[str]]
) -> dict[int, set[tuple[int, str]]]:
    """Passages to read, by key: the words of which regions they hold."""
    wanted: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for region, forms in enumerate(chosen):
        for form in forms:
            holding = lexical.holding([EXACT_MARK + form]) & (regions == region)
            for key in keys[np.flatnonzero(holding)[:_N_READ]].tolist():
                wanted[key].add((region, form))
    return wanted


def _spellings(
    store: Store, wanted: Mapping[int, Iterable[tuple[int, str]]], n_regions: int
) -> list[dict[str, str]]:
    """How each word of each region is spelt in most of some passages that hold it."""
    spelt: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for key, text in store.texts(list(wanted)):
        for (form, spelling), n in count_words([text]).items():
            for region, asked in wanted[key]:
                if asked == form:
                    spelt[region, form][spelling] += n
    found: list[dict[str, str]] = [{} for _ in range(n_regions)]
    for (region, form), counts in spelt.items():
        found[region][form] = min(counts, key=lambda one: (-counts[one], one))
    return found
