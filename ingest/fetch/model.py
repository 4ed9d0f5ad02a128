"""What a request may cost and what an answer is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ingest.fetch.addresses import AddressPolicy
from ingest.limits import MAX_PAGE_BYTES

AGENT: Final = "archiblogue"
"""The word that robots.txt files address us by."""


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How the network is asked.

    `contact` (an address or a page) goes into the user agent. `cache_folder` keeps answers for
    conditional requests and lets an interrupted crawl resume; None keeps nothing.
    `interval_s` is the shortest time between two requests to one host.
    """

    contact: str | None = None
    cache_folder: Path | None = None
    interval_s: float = 5.0
    max_bytes: int = MAX_PAGE_BYTES
    timeout_s: float = 60.0
    n_attempts: int = 3
    retry_wait_s: float = 5.0
    max_pages: int = 50_000
    policy: AddressPolicy = field(default_factory=AddressPolicy)

    @property
    def user_agent(self) -> str:
        """The agent with its contact, as servers see it."""
        return f"{AGENT}/0.1 (+{self.contact})" if self.contact else f"{AGENT}/0.1"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a server, its body decompressed. Header names are in lower case."""

    url: str
    status: int
    headers: dict[str, str]
    content: bytes
    is_from_cache: bool = False

    @property
    def media_type(self) -> str | None:
        """The declared type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() or None

    @property
    def charset(self) -> str | None:
        """The declared charset, as written."""
        parameters = self.headers.get("content-type", "").partition(";")[2].lower()
        return parameters.partition("charset=")[2].strip(" \"';") or None
