"""Quality and speed of an encoder on the development sets, beside the English teacher's."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from training.harness import (
    RETRIEVAL_SETS,
    STS_SET,
    SupportsEncoding,
    load_set,
    measure_set,
    measure_sts,
)

_MAX_QUERIES: Final = 1_100
_N_TIMED: Final = 512
_WORDS_A_PASSAGE: Final = 80


def measure_all(encoder: SupportsEncoding, evaluation: Path) -> dict[str, Any]:
    """nDCG@10 of three modes on every set, Spearman's correlation, passages a second."""
    sets = {
        name: asdict(measure_set(encoder, load_set(evaluation / name, max_queries=_MAX_QUERIES)))
        for name in RETRIEVAL_SETS
    }
    return {
        "sets": sets,
        "sts_spearman": measure_sts(encoder, evaluation / STS_SET),
        "passages_per_second": passages_per_second(encoder, evaluation),
        "n_cores": os.cpu_count(),
    }


def passages_per_second(encoder: SupportsEncoding, evaluation: Path) -> float:
    """How many passages of 80 words are encoded in a second, after a first round unmeasured."""
    lines = (evaluation / "piaf" / "corpus.jsonl").open(encoding="utf-8")
    words = [word for line in lines for word in json.loads(line)["text"].split()]
    texts = [
        " ".join(words[start : start + _WORDS_A_PASSAGE])
        for start in range(0, _N_TIMED * _WORDS_A_PASSAGE, _WORDS_A_PASSAGE)
    ]
    encoder.encode_passages(texts)
    started = time.monotonic()
    encoder.encode_passages(texts)
    return _N_TIMED / (time.monotonic() - started)
