"""Whether a folded word is French: by a list of 139,905 inflected words.

The list is that of pyspellchecker: words of subtitles that a lexicon knows. It is read when a
question first holds a word in doubt, in some 0.1 s.
"""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

from ingest.text import fold

_PACKAGE: Final = "spellchecker"
_NAME: Final = "resources/fr.json.gz"
_WORD: Final = re.compile(r'"([^"]+)":')


def is_french(form: str) -> bool:
    """Whether a folded word is in the list, whatever its accents."""
    return form in _listed()


@lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    text = gzip.decompress(files(_PACKAGE).joinpath(_NAME).read_bytes()).decode("utf-8")
    words = _WORD.findall(text)
    accented = [word for word in words if not word.isascii()]
    plain = [word for word in words if word.isascii()]
    return frozenset(plain).union(fold("\n".join(accented)).split("\n"))
