"""JSON Lines: one hit a line, the fields of the JSON contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from index.model import Hit

# Legal inside a JSON string, but many readers (Python's `splitlines` among them) cut lines at
# these; a lone surrogate cannot be written as UTF-8. Escaped, all readers get the same text.
_LINE_BREAKERS: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def write_jsonl(hits: Iterable[Hit]) -> Iterator[bytes]:
    """The bytes of a JSON Lines file in UTF-8, without byte order mark."""
    for hit in hits:
        line = json.dumps(hit.as_record(), ensure_ascii=False, allow_nan=False)
        line = _LINE_BREAKERS.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
        yield line.encode("utf-8") + b"\n"
