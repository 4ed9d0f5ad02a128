"""The address that the path of a saved page tells: mirrors of wget, HTTrack and Wayback tools.

A mirror has a folder named after the host, and under it the path of each address; the question
mark of a query is written `?`, `@`, `%3F`, or as it is.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

__all__ = ["mirrored_address", "mirrored_day", "web_path"]

_COMMON_ENDINGS: Final = frozenset(
    ["blog", "biz", "bzh", "com", "edu", "gov", "info", "name", "net", "org", "paris", "quebec"]
)
# Two letters are a country, save where they end the names of files.
_FILE_ENDINGS: Final = frozenset(["db", "gz", "ht", "js", "md", "py", "rb", "sh", "so", "xz"])
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,62})\.)+([a-z]{2,10})(?:[+:_]\d{2,5})?", re.I)
_ARCHIVED = re.compile(
    r"web\.archive\.org/web/(?P<day>\d{8})\d{0,6}(?:[a-z]{2}_)?/(?P<address>(?:https?:/{1,2})?.+)"
)
_PAGE = re.compile(r"(?:^|(?<=/))(?:index|default)\.(?:html?|php|asp|aspx)(?=$|[?@])", re.I)
_QUERY = re.compile(r"[?@]([^/@?]*=[^/]*?)(?:\.html?)?$")


def mirrored_address(path: str) -> str | None:
    """The address that `path` stands for, None where no folder of it is named after a host."""
    archived = _ARCHIVED.search(path)
    if archived is not None:
        path = re.sub(r"^https?:/{1,2}", "", archived["address"])
    folders = path.split("/")
    for n, name in enumerate(folders[:-1]):
        if _is_host(name):
            host = re.sub(r"[+_](?=\d+$)", ":", name.lower())
            return f"http://{host}/{web_path('/'.join(folders[n + 1 :]))}"
    return None


def mirrored_day(path: str) -> str | None:
    """The ISO date of the capture that a path of the Wayback Machine holds."""
    archived = _ARCHIVED.search(path)
    if archived is None:
        return None
    day = archived["day"]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def web_path(path: str) -> str:
    """`path` of a saved file as its server named it: no `index.html`, the query as a query."""
    plain = unquote(path) if "%3" in path.lower() else path
    query = _QUERY.search(plain)
    if query is None:
        return _PAGE.sub("", plain)
    return f"{_PAGE.sub('', plain[: query.start()])}?{query[1]}"


def _is_host(name: str) -> bool:
    found = _HOST.fullmatch(name)
    if found is None:
        return False
    ending = found[1].lower()
    if ending in _COMMON_ENDINGS:
        return True
    return len(ending) == 2 and (ending not in _FILE_ENDINGS or name.startswith("www."))
