"""Fetches one address at a time: checked at every hop, polite, bounded, remembered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO, Final, cast
from urllib.parse import urljoin

import httpcore
import stamina

from ingest.errors import ExtractionError, FetchError
from ingest.fetch.addresses import Target
from ingest.fetch.cache import AnswerCache
from ingest.fetch.model import Answer, FetchOptions
from ingest.fetch.robots import Pace, Rules, read_rules, shared_pace
from ingest.fetch.transport import Deadline, Resolver, open_pool, resolve_host
from ingest.limits import InflateStream, RatioGuard, read_limited

_MAX_REDIRECTS: Final = 5
_MAX_RETRY_AFTER_S: Final = 120.0
"""A server that asks for more patience gets a clear refusal instead of a silent wait."""

_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SILENCE_S: Final = 20.0

# Our own errors and rejections say what failed; stamina would log each retry on stderr.
stamina.instrumentation.set_on_retry_hooks([])


class _PassingError(Exception):
    """A failure worth another try. `wait_s` is what the server asked for."""

    def __init__(self, message: str, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class Fetcher:
    """Answers of the network under one policy. Close it, or use it in a `with`."""

    def __init__(
        self,
        options: FetchOptions,
        *,
        pace: Pace | None = None,
        resolver: Resolver = resolve_host,
    ) -> None:
        self.options = options
        self._deadline = Deadline()
        self._pool = open_pool(options.policy, resolver, self._deadline)
        self._pace = pace or shared_pace(options.interval_s)
        self._rules: dict[str, Rules] = {}
        folder = options.cache_folder
        self.cache = AnswerCache(folder) if folder is not None else None

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._pool.close()

    def fetch(self, url: str) -> Answer:
        """The answer 200 of an address, after its redirects.

        An answer kept in the cache is asked for again only if it changed.

        Raises:
            FetchError: refused address, robots.txt, an answer other than 200, size, time.
        """
        url = url.partition("#")[0]
        kept = self.cache.load(url) if self.cache else None
        answer = self._follow(url, kept)
        if answer.status == 304 and kept is not None:
            return kept
        if answer.status != 200:
            raise FetchError(
                f"«\u00a0{url}\u00a0» répond {answer.status}\u00a0: vérifiez l\u2019adresse dans "
                "un navigateur.",
                f"http-{answer.status}",
            )
        if self.cache:
            self.cache.keep(url, answer)
        return answer

    def rules(self, url: str) -> Rules:
        """What the robots.txt of the address's site says; asked once a site.

        Raises:
            FetchError: slug `adresse-interdite`.
        """
        target = self.options.policy.parse(url)
        if target.origin not in self._rules:
            self._rules[target.origin] = self._ask_rules(target)
        return self._rules[target.origin]

    def _ask_rules(self, target: Target) -> Rules:
        try:
            return read_rules(self._follow(f"{target.origin}/robots.txt", None, Rules()))
        except FetchError as error:
            if error.slug == "adresse-interdite":
                raise
            return read_rules(None)

    def _follow(self, url: str, kept: Answer | None, rules: Rules | None = None) -> Answer:
        """The last answer of a chain of redirects; each hop is checked like the first.

        What the kept answer's own address said of it (its ETag) is told to no other.
        """
        for _hop in range(_MAX_REDIRECTS + 1):
            target = self.options.policy.parse(url)
            hop_rules = rules or self.rules(url)
            hop_rules.check(target.url)
            conditions = _conditions(kept) if kept and kept.url == target.url else {}
            answer = self._ask_patiently(target, conditions, hop_rules.delay_s)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            url = _next_hop(target.url, location)
        raise FetchError(
            f"«\u00a0{url}\u00a0»\u00a0: plus de {_MAX_REDIRECTS} redirections. Donnez "
            "l\u2019adresse finale.",
            "redirections",
        )

    def _ask_patiently(self, target: Target, conditions: dict[str, str], delay_s: float) -> Answer:
        """One answer, asked for again after passing failures and as late as the server wants."""
        attempts: Iterator[Any] = iter(
            stamina.retry_context(
                on=_wait_of,
                attempts=self.options.n_attempts,
                timeout=None,
                wait_initial=self.options.retry_wait_s,
                wait_max=_MAX_RETRY_AFTER_S,
                wait_jitter=self.options.retry_wait_s / 5,
            )
        )
        try:
            for attempt in attempts:
                with attempt:
                    self._pace.wait(target.host, delay_s)
                    return self._ask(target, conditions)
        except _PassingError as error:
            raise FetchError(
                f"«\u00a0{target.url}\u00a0» ne répond pas ({error})\u00a0: réessayez plus tard.",
                "injoignable",
            ) from error
        raise AssertionError("retry_context always runs or raises")

    def _ask(self, target: Target, conditions: dict[str, str]) -> Answer:
        """One request, one answer.

        Raises:
            FetchError: a bound was passed, or the address is refused.
            _PassingError: a failure worth another try.
        """
        self._deadline.start(self.options.timeout_s)
        headers: dict[bytes | str, bytes | str] = {
            "Host": target.netloc,
            "User-Agent": self.options.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
            "Accept-Encoding": "gzip",
            "Accept-Language": "fr,en;q=0.5",
        }
        headers.update(conditions.items())
        limits = {"connect": 10.0, "read": _SILENCE_S, "write": 10.0, "pool": 10.0}
        try:
            with self._pool.stream(
                "GET", target.url, headers=headers, extensions={"timeout": limits}
            ) as response:
                return self._read(response, target)
        except (httpcore.TimeoutException, httpcore.NetworkError) as error:
            if self._deadline.is_over:
                raise _too_slow(target.url) from error
            raise _PassingError(str(error) or type(error).__name__) from error
        except httpcore.ProtocolError as error:
            raise _PassingError(f"réponse mal formée, {error}") from error

    def _read(self, response: httpcore.Response, target: Target) -> Answer:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers
        }
        if response.status in _PASSING:
            wait_s = _retry_after(headers.get("retry-after"))
            if wait_s is not None and wait_s > _MAX_RETRY_AFTER_S:
                raise FetchError(
                    f"«\u00a0{target.url}\u00a0» demande d\u2019attendre {wait_s:.0f} s\u00a0: "
                    "relancez la commande plus tard, elle reprendra où elle s\u2019est arrêtée.",
                    "patience",
                )
            raise _PassingError(f"réponse {response.status}", wait_s)
        content = b""
        if response.status == 200:
            body = _BodyStream(response, self._deadline, target.url)
            content = self._read_body(body, headers.get("content-encoding", ""), target.url)
        return Answer(target.url, response.status, headers, content)

    def _read_body(self, body: _BodyStream, encoding: str, url: str) -> bytes:
        stream: Any = body
        coding = encoding.strip().lower()
        if coding in ("gzip", "x-gzip"):
            guard = RatioGuard(max_expanded=self.options.max_bytes + 2_000_000)
            stream = InflateStream(cast("BinaryIO", body), guard=guard)
        elif coding not in ("", "identity"):
            raise FetchError(
                f"«\u00a0{url}\u00a0» répond dans un codage non demandé («\u00a0{coding[:30]}"
                "\u00a0»)\u00a0: la page n\u2019est pas lue.",
                "compression-inconnue",
            )
        try:
            return read_limited(stream, self.options.max_bytes)
        except ExtractionError as error:
            raise FetchError(f"«\u00a0{url}\u00a0»\u00a0: {error.detail}", error.slug) from error


class _BodyStream:
    """A response's body as a stream that stops at a deadline, however slowly it drips."""

    def __init__(self, response: httpcore.Response, deadline: Deadline, url: str) -> None:
        self._parts = response.iter_stream()
        self._deadline = deadline
        self._url = url
        self._ready = b""

    def read(self, size: int = -1) -> bytes:
        while not self._ready:
            if self._deadline.is_over:
                raise _too_slow(self._url)
            part = next(iter(self._parts), None)
            if part is None:
                return b""
            self._ready = part
        given = self._ready if size < 0 else self._ready[:size]
        self._ready = self._ready[len(given) :]
        return given


def _next_hop(url: str, location: str) -> str:
    """Where a redirect leads.

    Raises:
        FetchError: slug `adresse-interdite`, when the server names no address.
    """
    try:
        return urljoin(url, location).partition("#")[0]
    except ValueError as error:
        raise FetchError(
            f"«\u00a0{url}\u00a0» renvoie vers une adresse illisible.", "adresse-interdite"
        ) from error


def _too_slow(url: str) -> FetchError:
    return FetchError(
        f"«\u00a0{url}\u00a0» répond trop lentement\u00a0: réessayez plus tard.", "delai"
    )


def _conditions(kept: Answer) -> dict[str, str]:
    """Headers that let the server answer 304."""
    pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
    return {asked: kept.headers[name] for asked, name in pairs if kept.headers.get(name)}


def _wait_of(error: Exception) -> bool | float:
    """What stamina does with a failure: True backs off, a number waits that many seconds."""
    if not isinstance(error, _PassingError):
        return False
    # Zero seconds would read as "do not retry".
    return True if error.wait_s is None else max(error.wait_s, 0.01)


def _retry_after(raw: str | None) -> float | None:
    """Seconds to wait from a `Retry-After` header (a number or a date), or None."""
    text = (raw or "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
