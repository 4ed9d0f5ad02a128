"""Which addresses may be asked: public web servers, whatever a name or a number pretends."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

import idna

from ingest.errors import FetchError
from ingest.text import nfkc

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_FORBIDDEN_V4: Final = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
"""IANA's special-purpose registry for IPv4, multicast included. `is_global` of Python 3.11
lets some of them through and changed between versions: the list is ours."""

_PUBLIC_V6: Final = ipaddress.IPv6Network("2000::/3")
_FORBIDDEN_V6: Final = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
            "2001:db8::/32",
            "2002::/16",  # 6to4 carries any IPv4 address
            "2620:4f:8000::/48",
            "3fff::/20",
            "5f00::/16",
        ),
    )
)
"""Inside the global unicast range; everything outside it (mapped, NAT64, local, multicast) is
refused already."""

_LAST_LABEL_IS_NUMBER = re.compile(r"(^|\.)(\d+|0x[0-9a-f]*)\.?$", re.IGNORECASE)
_OLD_NAME: Final = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_LOCAL_NAMES: Final = ("localhost", "local", "internal", "intranet", "lan", "home", "arpa", "onion")


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: what to connect to and what to ask for."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, for what is kept per site."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def netloc(self) -> str:
        """Host as the `Host` header shows it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = 443 if self.scheme == "https" else 80
        return host if self.port == default else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The normalised address, without its fragment."""
        return f"{self.origin}{self.path}"


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """What may be connected to. `allowed` names (address, port) pairs that pass every check.

    The default refuses everything but public addresses on ports 80 and 443; tests allow their
    own server on loopback by naming it.
    """

    ports: frozenset[int] = frozenset({80, 443})
    allowed: frozenset[tuple[str, int]] = frozenset()

    def parse(self, url: str) -> Target:
        """The address taken apart and checked, before any name is resolved.

        Raises:
            FetchError: slug `adresse-interdite`.
        """
        if any(sign <= " " or sign in "\\\x7f" for sign in url):
            raise _refused(url, "elle contient un espace ou un signe interdit")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise _refused(url, "elle est mal formée") from error
        if parts.scheme.lower() not in ("http", "https"):
            raise _refused(url, "seuls http et https sont lus")
        if parts.username is not None or parts.password is not None or "@" in parts.netloc:
            raise _refused(url, "elle contient un identifiant")
        scheme = parts.scheme.lower()
        host = _host(url, parts.hostname or "")
        if port is None:
            port = 443 if scheme == "https" else 80
        if port not in self.ports and not any(port == allowed for _, allowed in self.allowed):
            raise _refused(url, f"le port {port} n\u2019est pas celui d\u2019un site")
        address = _literal(host)
        if address is not None:
            self.check_address(str(address), port)
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]") if parts.query else ""
        return Target(scheme=scheme, host=host, port=port, path=path + query)

    def check_address(self, address: str, port: int) -> None:
        """Nothing, when a resolved address may be connected to.

        Raises:
            FetchError: slug `adresse-interdite`.
        """
        if (address, port) in self.allowed:
            return
        if port not in self.ports:
            raise _refused(address, f"le port {port} n\u2019est pas celui d\u2019un site")
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError as error:
            raise _refused(address, "ce n\u2019est pas une adresse") from error
        if not is_public(parsed):
            raise _refused(address, "elle n\u2019est pas publique")


def is_public(address: _Address) -> bool:
    """Whether an address belongs to the public Internet, transition ranges excluded."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _FORBIDDEN_V4)
    if address.scope_id is not None or address not in _PUBLIC_V6:
        return False
    return not any(address in network for network in _FORBIDDEN_V6)


def _literal(host: str) -> _Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _host(url: str, raw: str) -> str:
    """The host in ASCII. Numbers that are no plain dotted quad are refused (WHATWG reads them)."""
    host = nfkc(raw).rstrip(".").lower()
    if not host or "%" in host:
        raise _refused(url, "son nom d\u2019hôte est vide ou codé")
    if _literal(host) is not None:
        return host
    if _LAST_LABEL_IS_NUMBER.search(host):
        raise _refused(url, "son hôte est un nombre écrit d\u2019une façon ambiguë")
    if host.split(".")[-1] in _LOCAL_NAMES:
        raise _refused(url, "son nom est celui d\u2019un réseau privé")
    try:
        ascii_host = idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        # Names with an underscore exist on old hosts and are no international names.
        if len(host) > 253 or not _OLD_NAME.fullmatch(host):
            raise _refused(url, "son nom d\u2019hôte n\u2019est pas valable") from None
        ascii_host = host
    return ascii_host


def _refused(value: str, reason: str) -> FetchError:
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in value)[:200]
    return FetchError(
        f"Adresse refusée «\u00a0{shown}\u00a0»\u00a0: {reason}. Donnez l\u2019adresse http(s) "
        "d\u2019un site public.",
        "adresse-interdite",
    )
