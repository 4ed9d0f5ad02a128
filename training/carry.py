"""French token embeddings carried over from the English teacher through sentence pairs.

As in WECHSEL (Minixhofer et al. 2022), a French token starts as a weighted average of English ones.
The weights are translation probabilities p(english | french) of IBM Model 1 (Brown et al. 1993),
estimated over translated sentences among the candidates with the highest Dice coefficient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from tokenizers import Tokenizer

from training.corpus import Translation
from training.tokens import TokenTable

_MAX_TOKENS: Final = 32
_N_CANDIDATES: Final = 24
_N_KEPT: Final = 8
_MIN_TOGETHER: Final = 2
_N_ITERATIONS: Final = 6
_LEAST_SHARE: Final = 0.02
_CONTINUATION: Final = "##"


@dataclass(frozen=True, slots=True)
class _Links:
    """Candidate links found in the sentences.

    Attributes:
        candidate: which (French, English) candidate each link is an instance of.
        occurrence: which English token of which sentence it would explain.
    """

    candidate: NDArray[np.int64]
    occurrence: NDArray[np.int64]


def carry_embeddings(
    translations: Sequence[Translation],
    english: Tokenizer,
    french: Tokenizer,
    english_table: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Embeddings for every French token, (vocabulary, width) float32, in the teacher's space.

    A token that the sentences do not explain is spelled in English pieces instead.
    """
    shares = _translation_shares(translations, english, french)
    table = np.empty((french.get_vocab_size(), english_table.shape[1]), dtype=np.float32)
    for token in range(len(table)):
        row = slice(shares.indptr[token], shares.indptr[token + 1])
        columns, weights = shares.indices[row], shares.data[row]
        best = np.argsort(-weights)[:_N_KEPT]
        best = best[weights[best] >= _LEAST_SHARE]
        if len(best):
            kept = weights[best] / weights[best].sum()
            table[token] = kept @ english_table[columns[best]]
        else:
            table[token] = _spelled(french.id_to_token(token) or "", english, english_table)
    return table


def _translation_shares(
    translations: Sequence[Translation], english: Tokenizer, french: Tokenizer
) -> csr_matrix:
    """p(English token | French token), one row a French token."""
    of_french = TokenTable(french, [pair[1] for pair in translations])
    of_english = TokenTable(english, [pair[0] for pair in translations])
    short = (of_french.lengths() <= _MAX_TOKENS) & (of_english.lengths() <= _MAX_TOKENS)
    rows = np.flatnonzero(short & (of_french.lengths() > 0) & (of_english.lengths() > 0))
    shape = (french.get_vocab_size(), english.get_vocab_size())
    candidates = _candidates(of_french, of_english, rows, shape)
    keys = candidates.row.astype(np.int64) * shape[1] + candidates.col
    shares = _model_one(keys, candidates.row, _links(of_french, of_english, rows, keys, shape[1]))
    return csr_matrix((shares, (candidates.row, candidates.col)), shape=shape)


def _candidates(
    french: TokenTable, english: TokenTable, rows: NDArray[np.int64], shape: tuple[int, int]
) -> coo_matrix:
    """The English tokens of highest Dice coefficient for every French one, in order of key."""
    of_french, of_english = _presence(french, rows, shape[0]), _presence(english, rows, shape[1])
    n_french = np.asarray(of_french.sum(axis=0)).ravel()
    n_english = np.asarray(of_english.sum(axis=0)).ravel()
    together = (of_french.T @ of_english).tocsr()
    kept_rows: list[NDArray[np.int64]] = []
    kept_columns: list[NDArray[np.int64]] = []
    for token in range(shape[0]):
        row = slice(together.indptr[token], together.indptr[token + 1])
        columns, counts = together.indices[row], together.data[row]
        dice = 2 * counts / (n_french[token] + n_english[columns]) * (counts >= _MIN_TOGETHER)
        best = np.argsort(-dice)[:_N_CANDIDATES]
        chosen = np.sort(columns[best[dice[best] > 0]])
        kept_columns.append(chosen)
        kept_rows.append(np.full(len(chosen), token))
    places = (np.concatenate(kept_rows), np.concatenate(kept_columns))
    return coo_matrix((np.ones(len(places[0]), dtype=np.float32), places), shape=shape)


def _links(
    french: TokenTable,
    english: TokenTable,
    rows: NDArray[np.int64],
    keys: NDArray[np.int64],
    n_english: int,
) -> _Links:
    """Every pair of tokens of a translated sentence that is a candidate."""
    candidate: list[NDArray[np.int64]] = []
    occurrence: list[NDArray[np.int64]] = []
    n_seen = 0
    for row in rows:
        left, right = french[int(row)].astype(np.int64), english[int(row)].astype(np.int64)
        wanted = (left[:, None] * n_english + right[None, :]).ravel()
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        hits = np.flatnonzero(keys[found] == wanted)
        candidate.append(found[hits])
        occurrence.append(n_seen + hits % len(right))
        n_seen += len(right)
    return _Links(np.concatenate(candidate), np.concatenate(occurrence))


def _model_one(
    keys: NDArray[np.int64], french_of_key: NDArray[np.int32], links: _Links
) -> NDArray[np.float64]:
    """p(English | French) of every candidate after a few rounds of expectation-maximisation."""
    shares = np.ones(len(keys))
    for _ in range(_N_ITERATIONS):
        weights = shares[links.candidate]
        total = np.bincount(links.occurrence, weights)
        expected = np.bincount(
            links.candidate, weights / total[links.occurrence], minlength=len(keys)
        )
        of_french = np.bincount(french_of_key, expected)
        shares = expected / np.maximum(of_french[french_of_key], 1e-12)
    return shares


def _presence(table: TokenTable, rows: NDArray[np.int64], n_tokens: int) -> csr_matrix:
    """Which text holds which token, (texts, tokens), ones."""
    ids = [np.unique(table[int(row)]) for row in rows]
    bounds = np.concatenate([[0], np.cumsum([len(i) for i in ids])])
    flat = np.concatenate(ids)
    ones = np.ones(len(flat), dtype=np.float32)
    return csr_matrix((ones, flat, bounds), shape=(len(ids), n_tokens))


def _spelled(token: str, english: Tokenizer, table: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean embedding of the English pieces of a French token."""
    known = english.token_to_id(token)
    if known is not None:
        row: NDArray[np.float32] = table[known]
        return row
    ids = english.encode(token.removeprefix(_CONTINUATION), add_special_tokens=False).ids
    mean: NDArray[np.float32] = table[ids].mean(axis=0)
    return mean
