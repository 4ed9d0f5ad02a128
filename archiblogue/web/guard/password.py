"""The page's password, kept as a scrypt hash: making the line for the settings, checking a try."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from ingest.errors import UsageError
from ingest.text import nfc

MIN_CHARS: Final = 12
"""Shorter passwords are guessed: a rate limit slows one address down, not a thousand."""

MAX_CHARS: Final = 1_000

_N: Final = 2**15
_R: Final = 8
_P: Final = 3
"""32 MB and a quarter of a second a try on a laptop, as OWASP asks of scrypt in 2025."""

_MAX_COST: Final = 2**22
"""N·r·p of a hash that we accept, five times our own: one try must not stop the server."""

_SALT_BYTES: Final = 16
_DIGEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """A hash and what it was made with. Written `scrypt:N:r:p:salt:digest`, without a `$`,
    which shells and container files would take for a variable."""

    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    def __str__(self) -> str:
        """The form that the settings hold."""
        salt, digest = (
            base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (self.salt, self.digest)
        )
        return f"scrypt:{self.n}:{self.r}:{self.p}:{salt}:{digest}"

    def accepts(self, password: str) -> bool:
        """Whether it is the password; the time taken tells nothing about it."""
        if len(password) > MAX_CHARS:
            return False
        found = _scrypt(password, self.salt, self.n, self.r, self.p)
        return hmac.compare_digest(found, self.digest)


def hash_password(password: str) -> PasswordHash:
    """A new hash of a password, with a salt of its own.

    Raises:
        UsageError: it is too short or too long.
    """
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        raise UsageError(
            f"Il faut un mot de passe de {MIN_CHARS} à {MAX_CHARS} caractères. Quatre ou cinq "
            "mots tirés au hasard se retiennent bien."
        )
    salt = secrets.token_bytes(_SALT_BYTES)
    return PasswordHash(_N, _R, _P, salt, _scrypt(password, salt, _N, _R, _P))


def parse_hash(written: str) -> PasswordHash:
    """The hash that the settings hold.

    Raises:
        UsageError: it is no hash of ours; the value is not repeated, for it may be a password.
    """
    try:
        scheme, n, r, p, salt, digest = written.strip().split(":")
        found = PasswordHash(int(n), int(r), int(p), _decode(salt), _decode(digest))
    except (ValueError, binascii.Error) as error:
        raise _unreadable() from error
    cost = found.n * found.r * found.p
    is_power = found.n > 1 and found.n & (found.n - 1) == 0
    is_sound = is_power and found.r > 0 and found.p > 0 and cost <= _MAX_COST
    lengths = (len(found.salt), len(found.digest))
    if scheme != "scrypt" or not is_sound or lengths != (_SALT_BYTES, _DIGEST_BYTES):
        raise _unreadable()
    return found


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # One keyboard writes « é » as one sign, another as two.
    secret = nfc(password).encode("utf-8", "surrogatepass")
    max_bytes = 132 * n * r + 128 * r * p + 1_048_576
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=max_bytes, dklen=_DIGEST_BYTES)


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _unreadable() -> UsageError:
    return UsageError(
        "Le réglage «\u00a0password_hash\u00a0» n’est pas une empreinte de mot de passe. "
        "Faites-la avec «\u00a0archiblogue password\u00a0», et copiez la ligne entière."
    )
