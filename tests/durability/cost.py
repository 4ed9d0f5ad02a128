"""What a change of one page costs beside the archive: `python -m tests.durability.cost --help`.

A made-up archive, random vectors: seconds of processor time for each part of the second build.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Final

os.environ["OMP_NUM_THREADS"] = "1"  # processor time of one thread

import numpy as np
from numpy.typing import NDArray

from index.building.build import build_archive
from ingest.model import Document
from tests.durability.corpus import Blog, word

_DIMENSION: Final = 192
_N_WORDS: Final = 50
_VOCABULARY: Final = 30_000

# Part, and the function whose time it is; what they do not cover is « rest ».
PARTS: Final = {
    "open the former generation": "index.building.build._former",
    "compare documents": "index.building.generation_build.GenerationBuild.read",
    "write the segment": "index.building.generation_build.GenerationBuild.finish",
    "checksums, fsync": "index.building.publish.GenerationDraft.seal",
    "quality guard": "index.building.build.require_no_regression",
    "publication": "index.building.publish.GenerationDraft.publish",
}


class RandomEncoder:
    """The same random vector for the same text."""

    name, revision, dimension = "random", "1", _DIMENSION

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), float32, L2-normalised."""
        rows = [np.zeros((0, _DIMENSION), dtype=np.float32)]
        for text in texts:
            seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
            row = np.random.default_rng(seed).standard_normal((1, _DIMENSION), dtype=np.float32)
            rows.append(row / np.linalg.norm(row))
        return np.concatenate(rows)

    encode_passages = encode_queries


def posts(n_passages: int) -> list[Document]:
    """Posts of ten passages of some sixty words, as frequent as words are."""
    words = [word("v", i)[: 4 + i % 8] for i in range(_VOCABULARY)]
    weights = list(itertools.accumulate(1 / (i + 3) for i in range(_VOCABULARY)))
    blog = Blog(5, 5)

    def post(n: int) -> Document:
        chance, made = random.Random(n), blog.post(n)

        def longer(text: str) -> str:
            return " ".join([text, *chance.choices(words, cum_weights=weights, k=_N_WORDS)])

        return replace(made, passages=tuple(replace(p, text=longer(p.text)) for p in made.passages))

    return [post(n) for n in range(n_passages // 10)]


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Processor seconds of each part while inside; a part inside another counts for the outer."""
    seconds: dict[str, float] = dict.fromkeys(PARTS, 0.0)
    depth = [0]
    originals: list[tuple[Any, str, Callable[..., Any]]] = []
    for part, target in PARTS.items():
        place, _, name = target.rpartition(".")
        owner = resolve_name(place)
        real = getattr(owner, name)

        @wraps(real)
        def measured(*args: Any, _real: Any = real, _part: str = part, **options: Any) -> Any:
            depth[0] += 1
            started = time.process_time()
            try:
                return _real(*args, **options)
            finally:
                depth[0] -= 1
                if not depth[0]:
                    seconds[_part] += time.process_time() - started

        originals.append((owner, name, real))
        setattr(owner, name, measured)
    try:
        yield seconds
    finally:
        for owner, name, real in originals:
            setattr(owner, name, real)


def cost_of_one_page(folder: Path, n_passages: int) -> dict[str, float]:
    """Processor seconds of a first build, then of one after a paragraph changed, and its parts."""
    made = posts(n_passages)
    encoder = RandomEncoder()
    started = time.process_time()
    build_archive(folder, made, encoder)
    figures = {"n_passages": n_passages, "first": time.process_time() - started}
    middle = made[len(made) // 2]
    text = replace(middle.passages[0], text=middle.passages[0].text + " Ajouté depuis.")
    made[len(made) // 2] = replace(middle, passages=(text, *middle.passages[1:]))
    started = time.process_time()
    with timed() as parts:
        build_archive(folder, made, encoder)
    figures["second"] = time.process_time() - started
    figures |= parts | {"rest": figures["second"] - sum(parts.values())}
    return {name: round(value, 3) for name, value in figures.items()}


def main() -> int:
    """0; a JSON line on stdout for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[5_000, 20_000], help="passages")
    for size in parser.parse_args().sizes:
        with tempfile.TemporaryDirectory() as folder:
            figures = cost_of_one_page(Path(folder).resolve(), size)
        sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
