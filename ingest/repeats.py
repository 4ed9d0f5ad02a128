"""What a site repeats: the short blocks, titles and tags that many of its pages share.

A page alone cannot tell a line of its theme from a line of its author. All the pages of a site
can: `learn_site` counts over them in one pass, page by page, and `apply_site` takes out of each
what the others share. The ledger keeps every block, with the pages that taught the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from ingest.identity import text_hash
from ingest.model import Action, Document, Evidence, LedgerEntry, Passage, Role
from ingest.text import fold_words

__all__ = ["SiteRepeats", "apply_site", "learn_site", "site_key", "without_repeats"]

_MAX_BLOCK_CHARS: Final = 240
_MIN_PAGES: Final = 3
_MIN_SHARE: Final = 0.5
"""Of the pages of the site. Authors repeat « Bonne lecture » too, on fewer."""

_MIN_AT_EDGE: Final = 0.8  # of the pages that have it: « Ingrédients : » stands inside
_N_FIRST: Final = 3
_N_LAST: Final = 12
_MIN_TITLE_SHARE: Final = 0.3
_MIN_TAGGED: Final = 5
_MIN_CLOUD_SHARE: Final = 0.6
_MIN_CLOUD: Final = 8
_N_TEACHERS: Final = 3
_MIN_TITLE_CONFIDENCE: Final = 0.5
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class _Seen:
    """Where one block or title was met: in how many different posts, how often at an edge."""

    titles: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    n_pages: int = 0
    n_at_edge: int = 0
    teachers: list[str] = field(default_factory=list)

    def note(self, document: Document, title: str, body: str, *, is_at_edge: bool) -> None:
        self.titles.add(title)
        self.bodies.add(body)
        self.n_pages += 1
        self.n_at_edge += is_at_edge
        if len(self.teachers) < _N_TEACHERS:
            self.teachers.append(document.source_path)

    @property
    def n_posts(self) -> int:
        """How many different posts: captures of one have its title or its text."""
        return min(len(self.titles), len(self.bodies))


@dataclass(slots=True)
class SiteRepeats:
    """What was counted over the pages of one site so far; `note` adds a page."""

    n_posts: int = 0
    n_tagged: int = 0
    blocks: dict[str, _Seen] = field(default_factory=dict)
    titles: dict[str, _Seen] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)

    def note(self, document: Document) -> None:
        """Count the page; the blocks of the post, once each."""
        post = [p for p in document.passages if p.role is Role.POST]
        title = _folded(document.title or document.source_path)
        body = text_hash(max((p.text for p in post), key=len, default=document.source_path))
        self.n_posts += 1
        for key, places in _short_blocks(post).items():
            edges = [n < _N_FIRST or n >= len(post) - _N_LAST for n in places]
            seen = self.blocks.setdefault(key, _Seen())
            seen.note(document, title, body, is_at_edge=all(edges))
        if document.title:
            seen = self.titles.setdefault(title, _Seen())
            seen.note(document, document.doc_id, body, is_at_edge=True)
        if document.site:
            self.names[document.site] = self.names.get(document.site, 0) + 1
        if document.tags:
            self.n_tagged += 1
            for tag in set(document.tags):
                self.tags[tag] = self.tags.get(tag, 0) + 1

    def repeated(self, text: str) -> _Seen | None:
        """Where a block of the site's own was met; None for the author's."""
        seen = self.blocks.get(_folded(text)) if len(text) <= _MAX_BLOCK_CHARS else None
        if seen is None or seen.n_posts < max(_MIN_PAGES, _MIN_SHARE * self.n_posts):
            return None
        return seen if seen.n_at_edge >= _MIN_AT_EDGE * seen.n_pages else None

    def is_site_title(self, title: str) -> bool:
        """Whether so many posts have this title that it is the site's."""
        seen = self.titles.get(_folded(title))
        enough = max(_MIN_PAGES, _MIN_TITLE_SHARE * self.n_posts)
        return seen is not None and seen.n_posts >= enough

    @property
    def name(self) -> str | None:
        """What most pages call the site; the first of equals in the alphabet, None for none."""
        return min(self.names, key=lambda name: (-self.names[name], name), default=None)

    @property
    def cloud(self) -> frozenset[str]:
        """The tags of the site's cloud: many of them, each on most pages."""
        if self.n_tagged < _MIN_TAGGED:
            return frozenset()
        common = [t for t, n in self.tags.items() if n >= _MIN_CLOUD_SHARE * self.n_tagged]
        return frozenset(common if len(common) >= _MIN_CLOUD else ())


def without_repeats(documents: Sequence[Document]) -> list[Document]:
    """The documents in their order, each without what the pages of its site repeat."""
    sites: dict[str, SiteRepeats] = {}
    for document in documents:
        sites.setdefault(site_key(document), SiteRepeats()).note(document)
    return [apply_site(sites[site_key(document)], document) for document in documents]


def learn_site(documents: Iterable[Document]) -> SiteRepeats:
    """What these pages of one site repeat."""
    repeats = SiteRepeats()
    for document in documents:
        repeats.note(document)
    return repeats


def site_key(document: Document) -> str:
    """One name for all pages of a site: its host, else its name, else its folder."""
    host = _host(document)
    if host is not None:
        return f"hote:{host}"
    folder = document.source_path.rpartition("/")[0]
    return f"{document.source}:{_folded(document.site) if document.site else folder}"


def _host(document: Document) -> str | None:
    try:
        host = urlsplit(document.url).hostname if document.url else None
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def apply_site(repeats: SiteRepeats, document: Document) -> Document:
    """The document without the site's own title, tags and blocks at the ends of its post.

    One blog is one site over the years: pages of one host have the name that most of them state,
    the host where none does.
    """
    host = _host(document)
    if host is not None and document.site != (name := repeats.name or host):
        document = replace(document, site=name)
    document = _without_site_title(repeats, document)
    cloud = repeats.cloud
    if cloud and not cloud.isdisjoint(document.tags):
        document = replace(document, tags=tuple(t for t in document.tags if t not in cloud))
    return _without_blocks(repeats, document)


def _without_blocks(repeats: SiteRepeats, document: Document) -> Document:
    post = [p for p in document.passages if p.role is Role.POST]
    taught = {p.passage_id: seen for p in post if (seen := repeats.repeated(p.text)) is not None}
    taken = {p.passage_id: taught[p.passage_id] for p in _edges(post, taught)}
    if not taken or (len(taken) == len(post) and not document.comments):
        return document  # a page of which nothing would be left is no page of the theme alone
    kept = [p for p in document.passages if p.passage_id not in taken]
    return replace(
        document,
        passages=tuple(replace(p, ordinal=n) for n, p in enumerate(kept)),
        ledger=tuple(
            _dropped(entry, taken[entry.passage_id], repeats.n_posts)
            if entry.passage_id in taken
            else entry
            for entry in document.ledger
        ),
    )


def _edges(post: Sequence[Passage], taught: dict[str, _Seen]) -> list[Passage]:
    """The repeated passages that open or close the post, without a gap."""
    first = 0
    while first < len(post) and post[first].passage_id in taught:
        first += 1
    last = len(post)
    while last > first and post[last - 1].passage_id in taught:
        last -= 1
    return [*post[:first], *post[last:]]


def _dropped(entry: LedgerEntry, seen: _Seen, n_posts: int) -> LedgerEntry:
    pages = ", ".join(seen.teachers)
    reason = f"Répété sur {seen.n_pages} des {n_posts} pages du site ({pages}\u202f…)"
    return replace(entry, action=Action.DROPPED, rule="repetition", reason=reason, passage_id=None)


def _without_site_title(repeats: SiteRepeats, document: Document) -> Document:
    """The document with the surest title that is not shared by its site's pages, or none."""
    if document.title is None or not repeats.is_site_title(document.title):
        return document
    stated = [one for one in document.evidence if one.fact == "title"]
    other = next(
        (
            one
            for one in stated
            if one.confidence >= _MIN_TITLE_CONFIDENCE
            and not repeats.is_site_title(one.value)
            and _folded(one.value) != _folded(document.title)
        ),
        None,
    )
    return replace(
        document,
        title=other.value if other is not None else None,
        evidence=tuple(_retitled(one, other) for one in document.evidence),
    )


def _retitled(one: Evidence, other: Evidence | None) -> Evidence:
    """The statement once the title of the site is no title of the post any more."""
    if one.fact == "title" and one.is_taken:
        return replace(one, source="repetition", confidence=0.0, is_taken=False)
    return replace(one, is_taken=True) if one is other else one


def _short_blocks(post: Sequence[Passage]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for n, passage in enumerate(post):
        if len(passage.text) <= _MAX_BLOCK_CHARS and (key := _folded(passage.text)):
            found.setdefault(key, []).append(n)
    return found


def _folded(text: str) -> str:
    """`text` as blocks are compared: letters, and figures as one sign (« 12 J’aime »)."""
    return fold_words(_DIGITS.sub("0", text)).replace(" ", "")
