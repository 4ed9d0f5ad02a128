"""Answers kept on disk, one pair of files an address, for conditional requests and resuming."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Final

from ingest.fetch.model import Answer

_KEPT_HEADERS = ("content-type", "etag", "last-modified", "link", "x-wp-totalpages")

# Answers, the lists of interrupted crawls, and what a killed write left of either.
_OUR_FILES: Final = re.compile(
    r"([0-9a-f]{64}\.(json|body)|crawl-[0-9a-f]{16}\.jsonl)(\.\d+\.tmp)?"
)


def clear_answers(folder: Path) -> int:
    """The number of files removed: every answer kept there, and no file of anybody else's."""
    if not folder.is_dir():
        return 0
    ours = [path for path in folder.iterdir() if _OUR_FILES.fullmatch(path.name)]
    for path in ours:
        path.unlink(missing_ok=True)
    return len(ours)


class AnswerCache:
    """A folder of answers. File names are digests: an address is never a path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, url: str) -> Answer | None:
        """The answer kept for an address; None when there is none or it is damaged."""
        head, body = self._paths(url)
        try:
            kept = json.loads(head.read_text(encoding="utf-8"))
            content = body.read_bytes()
            if kept["sha256"] != hashlib.sha256(content).hexdigest():
                return None
            headers = {str(name): str(value) for name, value in kept["headers"].items()}
            return Answer(str(kept["url"]), 200, headers, content, is_from_cache=True)
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            return None

    def keep(self, url: str, answer: Answer) -> None:
        """Writes an answer: the body first, so that a head always finds its body."""
        self._folder.mkdir(parents=True, exist_ok=True)
        head, body = self._paths(url)
        kept = {
            "url": answer.url,
            "headers": {k: v for k, v in answer.headers.items() if k in _KEPT_HEADERS},
            "sha256": hashlib.sha256(answer.content).hexdigest(),
        }
        _replace(body, answer.content)
        _replace(head, json.dumps(kept, ensure_ascii=False).encode("utf-8"))

    def forget(self, url: str) -> bool:
        """Whether an answer was kept for the address; it no longer is."""
        paths = self._paths(url)
        was_kept = any(path.exists() for path in paths)
        for path in paths:
            path.unlink(missing_ok=True)
        return was_kept

    def _paths(self, url: str) -> tuple[Path, Path]:
        digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{digest}.json", self._folder / f"{digest}.body"


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_suffix(f"{path.suffix}.{os.getpid()}.tmp")
    draft.write_bytes(content)
    draft.replace(path)
