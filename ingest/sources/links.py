"""Addresses found in content: taken apart without trusting that they are well formed."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit


def without_fragment(url: str) -> str:
    """The address up to its `#`."""
    return url.partition("#")[0]


def fragment(url: str) -> str:
    """What follows the `#`, or an empty string."""
    return url.partition("#")[2]


def joined(base: str, link: str) -> str | None:
    """The address of a link on a page, without its fragment; None when it cannot be read."""
    try:
        return without_fragment(urljoin(base, link))
    except ValueError:  # `http://[oops`
        return None


def host_of(url: str) -> str:
    """The host in lower case, without `www.`; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def is_root(url: str) -> bool:
    """Whether an address names a whole site."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.path in ("", "/") and not parts.query
