"""What the model is trained on, gathered from the training text with fixed seeds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.bilingual import BilingualPassages
from training.corpus import (
    SEED,
    Translation,
    bilingual_passages,
    draw_query_passages,
    french_passages,
    iter_records,
)
from training.learn import Lessons
from training.questions import make_question
from training.sources import MEANINGS
from training.token_space import piece_weights
from training.tokens import ClozePassages, GivenPairs, PairPool, TokenPair, TokenTable
from training.wording import QUEBEC, acronym_pairs, vernacular_pairs

Passages = Sequence[Sequence[str]]

# Of the questions and passages, so many are of each kind.
_SHARES: Final = {"given": 0.5, "worded": 0.07, "web": 0.22, "other": 0.04, "bilingual": 0.17}
_N_ASKED: Final = 64_000
_N_VERNACULAR: Final = 1_500
_N_ACRONYMS: Final = 1_500
_QUEBEC_REPEATS: Final = 10
_N_COUNTED: Final = 40_000
_N_FAMILIES: Final = 8_000
# The nearest sentences would all mean the same: nearness is learnt from graded ones.
_FAMILY_RANKS: Final = (1, 4, 16, 64, 256)
_FAMILIES_AT_ONCE: Final = 500


def gather(
    data: Path,
    tokenizer: Tokenizer,
    taught: Sequence[Translation],
    teacher: NDArray[np.float16],
) -> Lessons:
    """Everything that the training draws from."""
    rng = random.Random(SEED + 4)
    web, other = french_passages(data, of_web=True), french_passages(data, of_web=False)
    bilingual = bilingual_passages(data)
    given = draw_query_passages(data)
    worded = vernacular_pairs([*web, *other], rng, _N_VERNACULAR)
    worded += acronym_pairs([*web, *other], rng, _N_ACRONYMS)
    pool = PairPool(
        GivenPairs(_pairs(tokenizer, list(dict.fromkeys(given)))),
        GivenPairs(_pairs(tokenizer, worded)),
        ClozePassages(tokenizer, web, [make_question(one, rng) for one in web]),
        ClozePassages(tokenizer, other, [make_question(one, rng) for one in other]),
        BilingualPassages(tokenizer, bilingual),
    )
    return Lessons(
        pool,
        _asked_rows(pool, given, rng),
        TokenTable(tokenizer, [pair[0] for pair in taught]),
        TokenTable(tokenizer, [pair[1] for pair in taught]),
        teacher,
        families(teacher, rng),
        _pairs(tokenizer, _same_meaning(data, rng)),
        piece_weights(tokenizer, counted_passages(data)),
    )


def counted_passages(data: Path) -> list[str]:
    """French and English passages, as many of both, that tell how rare a piece is."""
    rng = random.Random(SEED + 5)
    web = french_passages(data, of_web=True)
    french = [" ".join(sentences) for sentences in web]
    french += dict.fromkeys(passage for _, passage in draw_query_passages(data))
    english = [" ".join(pair[0] for pair in one) for one in bilingual_passages(data)]
    n = min(_N_COUNTED // 2, len(french), len(english))
    return rng.sample(french, n) + rng.sample(english, n)


def families(teacher: NDArray[np.float16], rng: random.Random) -> NDArray[np.int64]:
    """Rows of sentences of graded nearness, (families, 1 + ranks): one and some of its neighbours.

    Args:
        teacher: unit vectors of all sentences.
    """
    ranks = [rank for rank in _FAMILY_RANKS if rank < len(teacher)]
    vectors = np.asarray(teacher, dtype=np.float32)
    seeds = np.array(rng.sample(range(len(vectors)), min(_N_FAMILIES, len(vectors))))
    found = np.empty((len(seeds), 1 + len(ranks)), dtype=np.int64)
    for at in range(0, len(seeds), _FAMILIES_AT_ONCE):
        block = seeds[at : at + _FAMILIES_AT_ONCE]
        cosines = vectors[block] @ vectors.T
        cosines[np.arange(len(block)), block] = np.inf
        nearest = np.argpartition(-cosines, ranks[-1], axis=1)[:, : ranks[-1] + 1]
        order = np.argsort(-np.take_along_axis(cosines, nearest, axis=1), axis=1)
        nearest = np.take_along_axis(nearest, order, axis=1)
        found[at : at + len(block)] = nearest[:, [0, *ranks]]
    return found


def _asked_rows(pool: PairPool, given: Sequence[tuple[str, str]], rng: random.Random) -> list[int]:
    """Rows of the pool in the shares of the kinds of passages, given pairs as their source asks."""
    rows = {pair: row for row, pair in enumerate(dict.fromkeys(given))}
    kinds: list[Sequence[int]] = [[rows[pair] for pair in given]]
    kinds += [pool.rows(source) for source in range(1, 5)]
    asked: list[int] = []
    for kind, share in zip(kinds, _SHARES.values(), strict=True):
        asked += rng.choices(kind, k=round(share * _N_ASKED))
    return asked


def _same_meaning(data: Path, rng: random.Random) -> list[tuple[str, str]]:
    """Texts and words of one meaning: paraphrases, synonyms, words of Québec."""
    pairs: list[tuple[str, str]] = []
    for source in MEANINGS:
        records = list(iter_records(data / f"pairs_{source.name}.jsonl.gz"))
        drawn = rng.sample(records, min(source.n_pairs, len(records)))
        pairs += [(record["q"], rng.choice(record["p"].split(", "))) for record in drawn]
    return pairs + list(QUEBEC.items()) * _QUEBEC_REPEATS


def _pairs(tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> list[TokenPair]:
    queries = TokenTable(tokenizer, [query for query, _ in pairs])
    passages = TokenTable(tokenizer, [passage for _, passage in pairs])
    found = (TokenPair(queries[row], passages[row]) for row in range(len(pairs)))
    return [pair for pair in found if len(pair.query) and len(pair.passage)]
