"""Tensors of a safetensors file as numpy arrays, eight-bit floats included.

numpy knows no eight-bit float: such a tensor is given as its codes, and `widen` makes them single
precision.
"""

from __future__ import annotations

import json
import mmap
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_HEADER_SIZE_BYTES: Final = 8
_LARGEST_HEADER: Final = 1 << 20
# The names of safetensors; F8_E4M3 is that of Micikevicius et al. 2022, without infinities.
_TYPES: Final = {"F8_E4M3": np.uint8, "F16": np.float16, "F32": np.float32}


def read_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors of the file by name, read-only, of the shapes (n, …) that it states.

    In single or half precision; eight-bit floats as uint8 codes.

    Raises:
        OSError: the file cannot be read.
        ValueError, KeyError: it is no safetensors file, is cut short, or holds another type.
    """
    with path.open("rb") as stream:
        data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    size = int.from_bytes(data[:_HEADER_SIZE_BYTES], "little")
    if size > _LARGEST_HEADER:
        raise ValueError(f"a header of {size} bytes")
    start = _HEADER_SIZE_BYTES + size
    header = json.loads(data[_HEADER_SIZE_BYTES:start])
    header.pop("__metadata__", None)
    tensors: dict[str, NDArray[Any]] = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        dtype = np.dtype(_TYPES[entry["dtype"]])
        if start + last > len(data):
            raise ValueError(f"{name} is cut short")
        flat = np.frombuffer(data, dtype, (last - first) // dtype.itemsize, start + first)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


def widen(tensor: NDArray[Any]) -> Floats:
    """A tensor (n, …) in single precision, float32, of the same shape."""
    if tensor.dtype == np.uint8:
        found: Floats = _VALUES[tensor]
        return found
    return np.ascontiguousarray(tensor, dtype=np.float32)


def _values() -> Floats:
    """What each of the 256 codes of an eight-bit float stands for."""
    codes = np.arange(256)
    exponents, fractions = (codes >> 3) & 15, codes & 7
    normal = (1 + fractions / 8) * np.exp2(exponents - 7.0)
    found = np.where(exponents > 0, normal, fractions / 8 * np.exp2(-6.0))
    found[(codes & 127) == 127] = np.nan
    return np.asarray(np.where(codes >> 7, -found, found), dtype=np.float32)


_VALUES: Final = _values()
