"""The style sheet of the page and its version, read once."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

FILES: Final = ("style.css", "desk/desk.css")


@cache
def style_sheet() -> bytes:
    """The whole style sheet, UTF-8."""
    folder = Path(__file__).parent
    return b"\n".join((folder / name).read_bytes() for name in FILES)


@cache
def style_version() -> str:
    """What changes when the style sheet does, for its address."""
    return hashlib.sha256(style_sheet()).hexdigest()[:12]
