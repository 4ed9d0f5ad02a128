"""What a site repeats: the short blocks, titles and tags that many of its pages share.

A page alone cannot tell a line of its theme from a line of its author. All the pages of a site
can: `SiteRepeats` counts the lessons of its pages, and `apply_site` takes out of each what the
others share. The ledger keeps every block, with pages that taught the rule. Pages that an archive
holds teach by their lessons; those of which a page that came or went changes the reading are read
again from the archive, not from their sources.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final, Protocol

from ingest.identity import text_hash
from ingest.lessons import (
    MAX_BLOCK_CHARS,
    Lesson,
    block_code,
    folded,
    is_at_edge,
    lesson_of,
    restored,
    stated_of,
    without_edge,
)
from ingest.masking import mask_contacts
from ingest.model import (
    MIN_TITLE_CONFIDENCE,
    Action,
    Document,
    Evidence,
    LedgerEntry,
    Passage,
    Role,
)

__all__ = ["KnownSites", "SiteRepeats", "apply_site", "learn_site", "without_repeats"]

_MIN_PAGES: Final = 3
_MIN_SHARE: Final = 0.5
"""Of the pages of the site. Authors repeat « Bonne lecture » too, on fewer."""

_MIN_AT_EDGE: Final = 0.8  # of the pages that have it: « Ingrédients : » stands inside
_MIN_TITLE_SHARE: Final = 0.3
_MIN_TAGGED: Final = 5
_MIN_CLOUD_SHARE: Final = 0.6
_MIN_CLOUD: Final = 8
_N_TEACHERS: Final = 3
_DIGEST_DIGITS: Final = 16


class KnownSites(Protocol):
    """What was learned of sites from documents that stay, unless their site changes."""

    def lessons(
        self, touched: Collection[str], replaced: Collection[str]
    ) -> Mapping[str, Sequence[Lesson]]:
        """The lessons of the documents that stay, by site: of sites whose pages come or go.

        Args:
            touched: the sites of the pages read now.
            replaced: the ids of the documents that pages read now replace.
        """

    def documents(self, doc_ids: Collection[str]) -> Iterator[Document]:
        """Yields these documents, with what their pages stated."""


@dataclass(slots=True)
class _Seen:
    """Where one block or title was met: in how many different posts, how often at an edge."""

    titles: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    n_pages: int = 0
    n_at_edge: int = 0
    teachers: list[str] = field(default_factory=list)
    """The first pages by path: the same in whatever order pages are read."""

    def note(self, lesson: Lesson, title: str, *, is_at_edge: bool) -> None:
        self.titles.add(title)
        self.bodies.add(lesson.body)
        self.n_pages += 1
        self.n_at_edge += is_at_edge
        insort(self.teachers, lesson.source_path)
        del self.teachers[_N_TEACHERS:]

    @property
    def n_posts(self) -> int:
        """How many different posts: captures of one have its title or its text."""
        return min(len(self.titles), len(self.bodies))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules of a site say of one page: its title, site and tags, the codes of the blocks
    that are the site's with the pages that taught it. Equal readings give equal documents."""

    title: str | None
    site: str | None
    tags: tuple[str, ...]
    blocks: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def digest(self) -> str:
        """A hash of it, hexadecimal."""
        return text_hash(repr((self.title, self.site, self.tags, self.blocks)))[:_DIGEST_DIGITS]

    def teachers(self, text: str) -> tuple[str, ...] | None:
        """The pages that taught that a block is the site's own; None for the author's."""
        if not self.blocks or len(text) > MAX_BLOCK_CHARS:
            return None
        code = block_code(text)
        return next((pages for one, pages in self.blocks if one == code), None)


@dataclass(slots=True)
class SiteRepeats:
    """What was counted over the pages of one site so far; `note` adds a page."""

    n_posts: int = 0
    n_tagged: int = 0
    blocks: dict[int, _Seen] = field(default_factory=dict)
    titles: dict[str, _Seen] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)

    def note(self, lesson: Lesson) -> None:
        """Count the page; the blocks of the post, once each."""
        stated = lesson.stated
        self.n_posts += 1
        for code in lesson.blocks:
            seen = self.blocks.setdefault(without_edge(code), _Seen())
            seen.note(lesson, lesson.title, is_at_edge=is_at_edge(code))
        if stated.title:
            seen = self.titles.setdefault(_title_key(stated.title), _Seen())
            seen.note(lesson, lesson.doc_id, is_at_edge=True)
        if stated.site:
            self.names[stated.site] = self.names.get(stated.site, 0) + 1
        if stated.tags:
            self.n_tagged += 1
            for tag in set(stated.tags):
                self.tags[tag] = self.tags.get(tag, 0) + 1

    def _teachers(self, code: int) -> tuple[str, ...] | None:
        seen = self.blocks.get(code)
        if seen is None or seen.n_posts < max(_MIN_PAGES, _MIN_SHARE * self.n_posts):
            return None
        return tuple(seen.teachers) if seen.n_at_edge >= _MIN_AT_EDGE * seen.n_pages else None

    def is_site_title(self, title: str) -> bool:
        """Whether so many posts have this title that it is the site's."""
        seen = self.titles.get(_title_key(title))
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

    def reader(self) -> Callable[[Lesson], Reading]:
        """What gives the reading of each page of the site, by its lesson."""
        name, cloud = self.name, self.cloud

        def read(lesson: Lesson) -> Reading:
            stated = lesson.stated
            is_site_title = stated.title is not None and self.is_site_title(stated.title)
            codes = map(without_edge, lesson.blocks)
            taught = [(code, self._teachers(code)) for code in codes]
            return Reading(
                title=self.other_title(stated.titles) if is_site_title else stated.title,
                site=stated.site if lesson.host is None else name or lesson.host,
                tags=tuple(tag for tag in stated.tags if tag not in cloud),
                blocks=tuple((code, pages) for code, pages in taught if pages is not None),
            )

        return read

    def other_title(self, titles: Iterable[str]) -> str | None:
        """The first of these titles that is not the site's."""
        return next((title for title in titles if not self.is_site_title(title)), None)


def without_repeats(
    documents: Sequence[Document], known: KnownSites | None = None
) -> tuple[list[Document], list[Document]]:
    """The documents in their order, each without what the pages of its site repeat; then those
    known before that are not what they were, because a page of their site came or went."""
    lessons = [lesson_of(one) for one in documents]
    comes: dict[str, list[Lesson]] = defaultdict(list)
    for lesson in lessons:
        comes[lesson.site].append(lesson)
    stays: Mapping[str, Sequence[Lesson]] = {}
    if known is not None:
        stays = known.lessons(frozenset(comes), frozenset(one.doc_id for one in documents))
    readers = {
        site: learn_site(chain(comes.get(site, ()), stays.get(site, ()))).reader()
        for site in comes.keys() | stays.keys()
    }
    read = [
        apply_site(readers[lesson.site](lesson), document)
        for lesson, document in zip(lessons, documents, strict=True)
    ]
    changed: dict[str, Reading] = {}
    for lesson in chain.from_iterable(stays.values()):
        reading = readers[lesson.site](lesson)
        if reading.digest != lesson.stated.reading:
            changed[lesson.doc_id] = reading
    if known is None or not changed:
        return read, []
    return read, [apply_site(changed[one.doc_id], one) for one in known.documents(list(changed))]


def learn_site(lessons: Iterable[Lesson]) -> SiteRepeats:
    """What these pages of one site repeat."""
    repeats = SiteRepeats()
    for lesson in lessons:
        repeats.note(lesson)
    return repeats


def apply_site(reading: Reading, document: Document) -> Document:
    """The document without the site's own title, tags and blocks at the ends of its post.

    One blog is one site over the years: pages of one host have the name that most of them state,
    the host where none does.
    """
    given = restored(document)
    stated = replace(stated_of(given), reading=reading.digest)
    if given.title and mask_contacts(given.title).text != reading.title:
        given = _retitled(given, reading.title)
    if (given.site, given.tags) != (reading.site, reading.tags):
        given = replace(given, site=reading.site, tags=reading.tags)
    return _without_blocks(reading, replace(given, stated=stated))


def _without_blocks(reading: Reading, document: Document) -> Document:
    post = [p for p in document.passages if p.role is Role.POST]
    taught = {p.passage_id: pages for p in post if (pages := reading.teachers(p.text)) is not None}
    taken = {p.passage_id: p for p in _edges(post, taught)}
    if not taken or (len(taken) == len(post) and not document.comments):
        return document  # a page of which nothing would be left is no page of the theme alone
    kept = [p for p in document.passages if p.passage_id not in taken]
    places = [
        (n, entry.rule, entry.reason, entry.passage_id)
        for n, entry in enumerate(document.ledger)
        if entry.passage_id is not None and entry.passage_id in taken
    ]
    ledger = list(document.ledger)
    for n, _, _, passage_id in places:
        ledger[n] = _dropped(ledger[n], taught[passage_id])
    return replace(
        document,
        passages=tuple(replace(p, ordinal=n) for n, p in enumerate(kept)),
        ledger=tuple(ledger),
        stated=replace(
            document.stated or stated_of(document),
            removed=tuple(taken.values()),
            entries=tuple(places),
        ),
    )


def _edges(post: Sequence[Passage], taught: Mapping[str, object]) -> list[Passage]:
    """The repeated passages that open or close the post, without a gap."""
    first = 0
    while first < len(post) and post[first].passage_id in taught:
        first += 1
    last = len(post)
    while last > first and post[last - 1].passage_id in taught:
        last -= 1
    return [*post[:first], *post[last:]]


def _dropped(entry: LedgerEntry, teachers: Sequence[str]) -> LedgerEntry:
    pages = ", ".join(teachers)
    reason = f"Répété d’une page à l’autre du site ({pages}\u202f…)"
    return replace(entry, action=Action.DROPPED, rule="repetition", reason=reason, passage_id=None)


def _retitled(document: Document, title: str | None) -> Document:
    """The document under the surest title that is not its site's, or none."""
    other = next(
        (
            one
            for one in document.evidence
            if one.fact == "title"
            and one.confidence >= MIN_TITLE_CONFIDENCE
            and title is not None
            and mask_contacts(one.value).text == title
        ),
        None,
    )
    return replace(
        document,
        title=title if other is None else other.value,
        evidence=tuple(_weighed_again(one, other) for one in document.evidence),
    )


def _weighed_again(one: Evidence, other: Evidence | None) -> Evidence:
    """The statement once the title of the site is no title of the post any more."""
    if one.fact == "title" and one.is_taken:
        return replace(one, source="repetition", confidence=0.0, is_taken=False)
    return replace(one, is_taken=True) if one is other else one


def _title_key(title: str) -> str:
    return folded(mask_contacts(title).text)
