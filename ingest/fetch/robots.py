"""Politeness: what robots.txt allows, and the time between two requests to a host."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from protego import Protego

from ingest.errors import FetchError
from ingest.fetch.model import AGENT, Answer

_MAX_ROBOTS_BYTES: Final = 512_000
"""RFC 9309 asks a reader to parse at least 500 KiB."""

_MAX_DELAY_S: Final = 60.0
"""A longer `Crawl-delay` is waited as one minute: some files ask for days."""


@dataclass(slots=True)
class Pace:
    """Keeps `interval_s` between two requests to one host. `clock` is monotonic seconds."""

    interval_s: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _last: dict[str, float] = field(default_factory=dict)

    def wait(self, host: str, interval_s: float = 0.0) -> None:
        """Returns when the host may be asked again."""
        interval = max(self.interval_s, min(interval_s, _MAX_DELAY_S))
        if host in self._last:
            pause = self._last[host] + interval - self.clock()
            if pause > 0:
                self.sleep(pause)
        self._last[host] = self.clock()


@functools.cache
def shared_pace(interval_s: float) -> Pace:
    """The process's own clock of requests: two sources on one host keep their distance too."""
    return Pace(interval_s)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site's robots.txt says to us. `parsed` is None when everything is allowed."""

    parsed: Protego | None = None
    is_closed: bool = False

    def check(self, url: str) -> None:
        """Nothing, when the address may be read.

        Raises:
            FetchError: slug `robots`.
        """
        refused = self.is_closed or (
            self.parsed is not None and not self.parsed.can_fetch(url, AGENT)
        )
        if refused:
            raise FetchError(
                f"Le site refuse la lecture de «\u00a0{url}\u00a0» (robots.txt)\u00a0: demandez "
                "un export à son auteur.",
                "robots",
            )

    @property
    def delay_s(self) -> float:
        """Seconds that the site asks for between two requests; 0 when it asks nothing."""
        asked = self.parsed.crawl_delay(AGENT) if self.parsed else None
        return float(asked or 0.0)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Addresses of the site maps that the site announces."""
        return tuple(self.parsed.sitemaps) if self.parsed else ()


def read_rules(answer: Answer | None) -> Rules:
    """The rules of an answer (RFC 9309): none for 4xx, closed for 5xx and for no answer."""
    if answer is None or answer.status >= 500:
        return Rules(is_closed=True)
    if answer.status >= 400:
        return Rules()
    # A byte order mark would hide the first line, which names whom the rules are for.
    text = answer.content[:_MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace")
    return Rules(parsed=Protego.parse(text))
