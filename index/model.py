"""What flows through the index: queries, filters, hits, manifests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypedDict

from index.notices import Notice
from ingest.errors import UsageError
from ingest.model import Role
from ingest.text import fold
from ingest.values import read_date_bound, read_language, read_role

if TYPE_CHECKING:
    from pandas import DataFrame

_REPR_CHARACTERS: Final = 60
_HTML_CHARACTERS: Final = 300
_HTML_COLUMNS: Final = ("", "score", "rôle", "auteur", "date", "billet", "passage")


class Mode(StrEnum):
    """Which retrievers answer a query: by meaning and by words, or one of both."""

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"


def read_mode(name: str) -> Mode:
    """The mode of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return Mode(name)
    except ValueError:
        raise UsageError(
            f"Le mode «\u00a0{name}\u00a0» n’existe pas. Choisissez "
            f"{', '.join(mode.value for mode in Mode)}."
        ) from None


class Order(StrEnum):
    """In which order the hits come: best first, or by date, the undated last."""

    RELEVANCE = "relevance"
    OLDEST = "oldest"
    NEWEST = "newest"


_ORDER_NAMES: Final = {
    "pertinence": Order.RELEVANCE,
    "anciens": Order.OLDEST,
    "recents": Order.NEWEST,
}


def read_order(name: str) -> Order:
    """The order of that name, in English or in French.

    Raises:
        UsageError: there is none.
    """
    folded = fold(name.strip())
    try:
        return _ORDER_NAMES.get(folded) or Order(folded)
    except ValueError:
        raise UsageError(
            f"L’ordre «\u00a0{name}\u00a0» n’existe pas. Choisissez relevance (le plus proche "
            "d’abord), oldest (le plus ancien d’abord) ou newest (le plus récent d’abord)."
        ) from None


@dataclass(frozen=True, slots=True, init=False)
class Filters:
    """Conditions that every hit meets. Empty means no condition.

    What a person would write is read: roles, languages and dates by their French names
    (`Filters(roles="commentaire", after="mai 2012")`), one value alone or several. `after` and
    `before` are kept as ISO dates of any precision; `after` is inclusive (`2009` keeps
    1 January 2009), `before` is exclusive (`2012-05` keeps 30 April 2012). Undated passages
    are left out as soon as one of both is set, and counted in `SearchResult.n_undated_excluded`.
    `undated` keeps them: alone where no bound is set, beside those within the bounds otherwise.
    """

    roles: frozenset[Role] = frozenset()
    authors: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    after: str | None = None
    before: str | None = None
    doc_ids: frozenset[str] = frozenset()
    undated: bool = False

    def __init__(
        self,
        roles: str | Iterable[str] = (),
        authors: str | Iterable[str] = (),
        sites: str | Iterable[str] = (),
        titles: str | Iterable[str] = (),
        languages: str | Iterable[str] = (),
        after: str | int | None = None,
        before: str | int | None = None,
        doc_ids: str | Iterable[str] = (),
        *,
        undated: bool = False,
    ) -> None:
        """The conditions, read.

        Raises:
            UsageError: a role, a language or a date cannot be read.
        """
        values = {
            "roles": frozenset(map(read_role, _several(roles))),
            "authors": _several(authors),
            "sites": _several(sites),
            "titles": _several(titles),
            "languages": tuple(map(read_language, _several(languages))),
            "after": None if after is None else read_date_bound(str(after)),
            "before": None if before is None else read_date_bound(str(before)),
            "doc_ids": frozenset(_several(doc_ids)),
            "undated": bool(undated),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True)
class Query:
    """One question as the doors give it. `k` is the number of hits wanted, at least 1.

    `offset` is the number of hits passed over first, in the `order` wanted: with a given `k`,
    each hit has one place, and steps of `k` walk through all of them.
    `expand` lets the lexicon add the words of other places and years; the result names them.
    `without` are forms that it must not add, however they are spelt. `as_typed` keeps words that
    the archive does not know as they are; otherwise the result names those that it was asked for.
    """

    text: str
    k: int = 10
    mode: Mode = Mode.HYBRID
    filters: Filters = field(default_factory=Filters)
    max_per_document: int | None = None
    expand: bool = True
    without: tuple[str, ...] = ()
    offset: int = 0
    order: Order = Order.RELEVANCE
    as_typed: bool = False

    def __post_init__(self) -> None:
        """Reads a mode and an order given by their names, and forms given as a list.

        Raises:
            UsageError: there is no mode or no order of that name.
        """
        object.__setattr__(self, "mode", read_mode(self.mode))
        object.__setattr__(self, "order", read_order(self.order))
        object.__setattr__(self, "without", _several(self.without))


def _several(value: str | Iterable[str]) -> tuple[str, ...]:
    """One value or several, as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True, slots=True)
class Expansion:
    """A form that the lexicon adds to a query because of another that was typed.

    `terms` are the index terms of `form`.
    """

    typed: str
    form: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of a question that the archive does not know, and what was asked in its place."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class AbsentWord:
    """A word of a question that no passage holds; `is_name` where it is written as a name."""

    text: str
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Character offsets in a passage's text, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RetrieverScore:
    """Place and raw score of a hit in one retriever (`dense`: similarity; `lexical`: BM25)."""

    retriever: str
    rank: int
    score: float


class RetrieverRecord(TypedDict):
    """The JSON contract of a retriever's opinion."""

    retriever: str
    rank: int
    score: float


class AnswerRecord(TypedDict):
    """The JSON contract of what a comment answers."""

    passage_id: str
    method: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The passage that a comment answers.

    `method` says how this is known (`citation`, `mention`, `parent`, `similarité`) and
    `confidence`, from 0 to 1, how surely.
    """

    passage_id: str
    method: str
    confidence: float

    def as_record(self) -> AnswerRecord:
        """The answer as the JSON contract states it."""
        return AnswerRecord(
            passage_id=self.passage_id, method=self.method, confidence=self.confidence
        )


class HitRecord(TypedDict):
    """The JSON contract of a hit. Later versions add fields, never change these."""

    rank: int
    score: float
    passage_id: str
    doc_id: str
    role: str
    text: str
    title: str | None
    author: str | None
    date: str | None
    url: str | None
    site: str | None
    source_path: str
    heading: str | None
    language: str | None
    comment_id: str | None
    comment_number: int | None
    matches: list[list[int]]
    best_sentence: list[int] | None
    retrievers: list[RetrieverRecord]
    n_more_in_document: int
    n_copies: int
    answers: AnswerRecord | None
    confident: bool | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a query. `author` and `date` are the comment's own for a comment.

    `title` is the post's title. `score` is the fused score in [0, 1], higher is better.
    `matches` are the spans of the matching words, `best_sentence` the sentence to read first.
    `n_more_in_document` counts the other passages of its document that answer too and are not
    among the hits, `n_copies` the passages elsewhere with the very same text. `answers` is the
    passage that a comment answers. `confident` is that of the whole result: False when the hits
    are the nearest passages but nothing answers, None where the archive cannot tell.
    """

    rank: int
    score: float
    passage_id: str
    doc_id: str
    role: Role
    text: str
    source_path: str
    title: str | None = None
    author: str | None = None
    date: str | None = None
    url: str | None = None
    site: str | None = None
    heading: str | None = None
    language: str | None = None
    comment_id: str | None = None
    comment_number: int | None = None
    matches: tuple[Span, ...] = ()
    best_sentence: Span | None = None
    retrievers: tuple[RetrieverScore, ...] = ()
    n_more_in_document: int = 0
    n_copies: int = 0
    answers: Answer | None = None
    confident: bool | None = None

    def as_record(self) -> HitRecord:
        """The hit as the JSON contract states it."""
        best = self.best_sentence
        return HitRecord(
            rank=self.rank,
            score=round(self.score, 6),
            passage_id=self.passage_id,
            doc_id=self.doc_id,
            role=self.role.value,
            text=self.text,
            title=self.title,
            author=self.author,
            date=self.date,
            url=self.url,
            site=self.site,
            source_path=self.source_path,
            heading=self.heading,
            language=self.language,
            comment_id=self.comment_id,
            comment_number=self.comment_number,
            matches=[[span.start, span.end] for span in self.matches],
            best_sentence=None if best is None else [best.start, best.end],
            retrievers=[
                RetrieverRecord(retriever=one.retriever, rank=one.rank, score=round(one.score, 6))
                for one in self.retrievers
            ],
            n_more_in_document=self.n_more_in_document,
            n_copies=self.n_copies,
            answers=None if self.answers is None else self.answers.as_record(),
            confident=self.confident,
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """How many hits a query has in all, of which those of a result are a page.

    A passage answers when it holds most of the words (`n_with_words`), when it stands out by its
    meaning (`n_near`: some of both do), or when it is among the first `k`, the nearest that there
    are. `n_answers` counts each once, copies of one text as one; `facets` counts the same set.
    `is_walk` says that the question holds conditions only: all that meets them answers, by date.
    """

    n_answers: int = 0
    n_with_words: int = 0
    n_near: int = 0
    is_walk: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of one query, in its order, with what the reader should know about them.

    `confident` is False when the hits are the nearest passages but nothing answers, None where
    the archive cannot tell. `expansions` are the words that the lexicon added; `left_out` those
    that it would have added, had the query not forbidden them. `totals` counts all the hits that
    the query has, `next_query` asks for those that follow. `corrected` is the question as it was
    asked, where `corrections` changed words that the archive does not know; `Query.as_typed` undoes
    it. `absent` are the words that no passage holds.
    """

    query: Query
    hits: tuple[Hit, ...]
    n_undated_excluded: int = 0
    notices: tuple[Notice, ...] = ()
    confident: bool | None = None
    expansions: tuple[Expansion, ...] = ()
    left_out: tuple[Expansion, ...] = ()
    totals: Totals = field(default_factory=Totals)
    corrected: str | None = None
    corrections: tuple[Correction, ...] = ()
    absent: tuple[AbsentWord, ...] = ()

    @property
    def next_query(self) -> Query | None:
        """The query whose hits follow these; None after the last ones."""
        done = self.query.offset + len(self.hits)
        if not self.hits or done >= self.totals.n_answers:
            return None
        return replace(self.query, offset=done)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, place: int) -> Hit:
        return self.hits[place]

    def __repr__(self) -> str:
        first = f", first={self.hits[0].passage_id}" if self.hits else ""
        return (
            f"SearchResult({self.query.text[:_REPR_CHARACTERS]!r}, hits={len(self.hits)}{first}, "
            f"confident={self.confident})"
        )

    def _repr_html_(self) -> str:
        """The hits as a table for a notebook; what blogs wrote is escaped."""
        from html import escape

        head = "".join(f"<th>{name}</th>" for name in _HTML_COLUMNS)
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in _html_cells(hit)) + "</tr>"
            for hit in self.hits
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def to_dataframe(self) -> DataFrame:
        """The hits as a pandas table, a row each, with the fields of the JSON contract."""
        from pandas import DataFrame

        columns = list(HitRecord.__annotations__)
        return DataFrame([hit.as_record() for hit in self.hits], columns=columns)


def _html_cells(hit: Hit) -> tuple[str, ...]:
    who = hit.author or ""
    text = " ".join(hit.text.split())
    shown = text if len(text) <= _HTML_CHARACTERS else text[: _HTML_CHARACTERS - 1] + "…"
    score = f"{hit.score:.2f}".replace(".", ",")
    return (str(hit.rank), score, hit.role.value, who, hit.date or "", hit.title or "", shown)
