"""The hash of the page's password, the sessions that it opens, the tries that it allows."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import pytest

from archiblogue.web.guard.password import MIN_CHARS, PasswordHash, hash_password, parse_hash
from archiblogue.web.guard.sessions import (
    MAX_SESSIONS,
    N_TRIES,
    SESSION_S,
    TRIES_WINDOW_S,
    Attempts,
    Sessions,
    network_of,
)
from ingest.errors import UsageError

PASSWORD = "érable pont citron vélo"


@pytest.fixture(scope="module")
def hashed() -> PasswordHash:
    return hash_password(PASSWORD)


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_hash_is_read_back_and_knows_its_password(hashed: PasswordHash) -> None:
    read = parse_hash(str(hashed))
    assert read == hashed
    assert read.accepts(PASSWORD)
    assert read.accepts(unicodedata.normalize("NFD", PASSWORD)), "another keyboard's accents"
    for wrong in ("", PASSWORD[:-1], PASSWORD.upper(), PASSWORD + " ", "a" * 2_000):
        assert not read.accepts(wrong)


def test_a_hash_holds_nothing_of_the_password_and_no_sign_that_a_shell_reads(
    hashed: PasswordHash,
) -> None:
    written = str(hashed)
    assert not any(word in written for word in PASSWORD.split())
    assert not set("$\"'`\\ !#&") & set(written)
    assert written != str(hash_password(PASSWORD)), "each hash has its own salt"


@pytest.mark.parametrize("password", ["", "court", "a" * (MIN_CHARS - 1), "a" * 1_001])
def test_a_password_that_can_be_guessed_is_refused(password: str) -> None:
    with pytest.raises(UsageError, match="Il faut un mot de passe"):
        hash_password(password)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: PASSWORD,  # the clear text in the wrong place must not be shown again
        lambda _: "",
        lambda h: h.replace("scrypt", "md5"),
        lambda h: h.replace(":32768:", ":32767:"),
        lambda h: h.replace(":32768:", ":1073741824:"),
        lambda h: h.replace(":8:", ":-8:"),
        lambda h: h.replace(":8:3:", ":8:1000:"),
        lambda h: h[:-3],
        lambda h: h + ":",
        lambda h: h[:-1] + "é",
    ],
)
def test_a_hash_that_is_none_is_refused_without_being_repeated(
    hashed: PasswordHash, change: object
) -> None:
    written = change(str(hashed))  # type: ignore[operator]
    with pytest.raises(UsageError, match="archiblogue password") as raised:
        parse_hash(written)
    assert not written or written not in str(raised.value)


def test_a_session_ends_by_itself_and_when_it_is_closed() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    first, second = sessions.open(), sessions.open()
    assert first != second
    assert len(first) >= 43, "256 bits"
    sessions.close(first)
    assert not sessions.is_open(first)
    clock.now += SESSION_S - 1
    assert sessions.is_open(second)
    clock.now += 1
    assert not sessions.is_open(second)
    for never in (None, "", "x", second[:-1]):
        assert not sessions.is_open(never)


def test_sessions_are_bounded_and_their_tokens_are_not_kept() -> None:
    sessions = Sessions(Clock())
    tokens = [sessions.open() for _ in range(MAX_SESSIONS + 5)]
    assert len(sessions._ends) == MAX_SESSIONS
    assert not sessions.is_open(tokens[4])
    assert sessions.is_open(tokens[5])
    assert sessions.is_open(tokens[-1])
    assert not set(tokens) & set(sessions._ends)


def test_an_address_waits_after_five_failures_and_others_do_not() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(N_TRIES):
        assert attempts.wait_s("192.0.2.7") == 0
        attempts.begin("192.0.2.7")
        clock.now += 10
    assert attempts.wait_s("192.0.2.7") == TRIES_WINDOW_S - 50
    assert attempts.wait_s("192.0.2.8") == 0
    clock.now += TRIES_WINDOW_S - 50
    assert attempts.wait_s("192.0.2.7") == 0
    attempts.forgive("192.0.2.7")
    assert attempts._failures == {}


def test_the_memory_of_failures_is_bounded() -> None:
    attempts = Attempts(Clock())
    for number in range(12_000):
        attempts.begin(f"10.0.{number // 256}.{number % 256}")
    assert len(attempts._failures) == 10_000


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("texte\n", "autre texte", True),
    ],
)
def test_what_counts_as_one_visitor(one: str, other: str, *, is_same: bool) -> None:
    assert (network_of(one) == network_of(other)) is is_same
