"""Pages of a list of addresses, one after the other, in a way that can be taken up again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import FetchError
from ingest.fetch import Answer, Fetcher
from ingest.model import Rejection
from ingest.sources.blob import Blob, bytes_blob
from ingest.sources.dispatch import Found, read_blob
from ingest.sources.links import host_of


class CrawlState:
    """Addresses of one crawl that are done, on disk until the crawl is complete.

    Without a folder nothing is kept and nothing can be resumed.
    """

    def __init__(self, folder: Path | None, name: str) -> None:
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        self._file = folder / f"crawl-{digest}.jsonl" if folder else None
        self._done: dict[str, str] = {}
        if self._file and self._file.exists():
            for line in self._file.read_text(encoding="utf-8").splitlines():
                self._remember(line)

    def _remember(self, line: str) -> None:
        try:
            kept = json.loads(line)
            self._done[str(kept["url"])] = str(kept["outcome"])
        except (ValueError, KeyError, TypeError):
            return  # the last line of a killed run may be cut: that address is asked again

    def outcome(self, url: str) -> str | None:
        """`lu` or the slug of the refusal when the address is done; None when it is not."""
        return self._done.get(url)

    def record(self, url: str, outcome: str) -> None:
        """Notes an address as done."""
        self._done[url] = outcome
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps({"url": url, "outcome": outcome}) + "\n")

    def complete(self) -> None:
        """Forgets the crawl: the next one asks every address again, if changed."""
        if self._file:
            self._file.unlink(missing_ok=True)


def answer_blob(answer: Answer) -> Blob:
    """An answer as a content to recognise."""
    blob = bytes_blob(answer.content, answer.url, url=answer.url)
    return Blob(
        name=blob.name,
        opener=blob.opener,
        url=answer.url,
        captured_at=datetime.now(UTC).date().isoformat(),
        media_type=answer.media_type,
        charset=answer.charset,
    )


def fetch_pages(fetcher: Fetcher, urls: Iterable[str], name: str) -> Iterator[Found]:
    """What each address holds, in the order given; a refused one is a rejection.

    An interrupted crawl of the same `name` goes on where it stopped: pages that it had already
    are read from the cache, without asking the site.
    """
    state = CrawlState(fetcher.options.cache_folder, name)
    for number, url in enumerate(_distinct(urls)):
        if number >= fetcher.options.max_pages:
            count = fetcher.options.max_pages
            detail = f"Limite de {count} pages atteinte\u00a0: la suite n\u2019est pas lue."
            yield Rejection(name, "limits", "trop-de-pages", detail)
            return
        outcome = state.outcome(url)
        if outcome not in (None, "lu"):
            detail = "Déjà refusée avant l\u2019interruption\u00a0: non redemandée."
            yield Rejection(url, "source", str(outcome), detail)
            continue
        try:
            kept = fetcher.cache.load(url) if outcome == "lu" and fetcher.cache else None
            answer = kept or fetcher.fetch(url)
        except FetchError as error:
            if error.slug == "patience":
                raise
            state.record(url, error.slug)
            yield Rejection(url, "source", error.slug, str(error))
            continue
        yield from read_blob(answer_blob(answer))
        state.record(url, "lu")
    state.complete()


def _distinct(urls: Iterable[str]) -> Iterator[str]:
    """The addresses as they come, each once; of those that came, 8 bytes are remembered."""
    seen: set[int] = set()
    for url in urls:
        digest = hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        name = int.from_bytes(digest, "big")
        if name not in seen:
            seen.add(name)
            yield url


def same_site(url: str, home: str) -> bool:
    """Whether two addresses are of one site, with or without `www.`."""
    return host_of(url) == host_of(home)
