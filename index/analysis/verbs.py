"""Forms of irregular French verbs, and the stem that they share.

A suffix stemmer takes « -ait » and « -ent » away, not « prennent » or « reçu » from their
infinitive. The forms stand in `verbs.txt`, folded, one verb a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

_FORMS: Final = Path(__file__).with_name("verbs.txt")


@lru_cache(maxsize=1)
def irregular_stems() -> Mapping[str, str]:
    """The stem of each folded form of the verbs known here, infinitives included."""
    stems: dict[str, str] = {}
    for line in _FORMS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            stem, *forms = line.split()
            stems.update(dict.fromkeys(forms, stem))
    return stems
