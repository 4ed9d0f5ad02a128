"""Who has given the password, and who has given too many wrong ones; both in memory only.

A session is 256 random bits that the browser keeps in a cookie, of which the server remembers the
SHA-256 alone. Nothing is signed, so nothing can be forged; leaving, or stopping the server, ends
it for good.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

SESSION_S: Final = 12 * 3600
"""A working day. A person then gives the password again."""

MAX_SESSIONS: Final = 1_000
N_TRIES: Final = 5
TRIES_WINDOW_S: Final = 15 * 60
_MAX_ADDRESSES: Final = 10_000

Clock = Callable[[], float]


@dataclass(slots=True)
class Sessions:
    """The open sessions. `clock` is monotonic seconds."""

    clock: Clock = time.monotonic
    _ends: dict[str, float] = field(default_factory=dict)

    def open(self) -> str:
        """A new session's token; the oldest session ends when there are too many."""
        now = self.clock()
        self._ends = {key: end for key, end in self._ends.items() if end > now}
        while len(self._ends) >= MAX_SESSIONS:
            del self._ends[next(iter(self._ends))]
        token = secrets.token_urlsafe(32)
        self._ends[_digest(token)] = now + SESSION_S
        return token

    def is_open(self, token: str | None) -> bool:
        """Whether a session is open and has not come to its end."""
        return bool(token) and self._ends.get(_digest(token or ""), 0.0) > self.clock()

    def close(self, token: str | None) -> None:
        """End a session."""
        self._ends.pop(_digest(token or ""), None)


@dataclass(slots=True)
class Attempts:
    """The failures of each address within a quarter of an hour."""

    clock: Clock = time.monotonic
    _failures: dict[str, deque[float]] = field(default_factory=dict)

    def wait_s(self, address: str) -> float:
        """Seconds until this address may try again; 0 when it may now."""
        key = network_of(address)
        times = self._failures.get(key)
        while times and times[0] <= self.clock() - TRIES_WINDOW_S:
            times.popleft()
        if not times:
            self._failures.pop(key, None)
            return 0.0
        return times[0] + TRIES_WINDOW_S - self.clock() if len(times) >= N_TRIES else 0.0

    def begin(self, address: str) -> None:
        """Count a try as a failure before it is checked: tries at one time count too."""
        key = network_of(address)
        if key not in self._failures and len(self._failures) >= _MAX_ADDRESSES:
            del self._failures[next(iter(self._failures))]
        self._failures.setdefault(key, deque()).append(self.clock())

    def forgive(self, address: str) -> None:
        """Forget the failures of an address that has given the password."""
        self._failures.pop(network_of(address), None)


def network_of(address: str) -> str:
    """What counts as one visitor: an IPv4 address, an IPv6 network of 64 bits."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return str(parsed)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
