"""Saved searches as records: their file beside the generations, and what is new as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from index.export.search_record import query_record, read_query
from index.model import Hit, Query
from index.notebook.files import SEARCHES_NAME, check_name, read_lines, unreadable_line
from index.views.table import Table, TableColumn
from ingest.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from pandas import DataFrame

COLUMNS: Final = (
    TableColumn("search", "string", "le nom de la recherche gardée"),
    TableColumn("rank", "integer", "le rang parmi ce qui est nouveau"),
    TableColumn("score", "number", "le score de 0 à 1"),
    TableColumn("passage_id", "string", "identifiant stable du passage"),
    TableColumn("role", "string", "billet, commentaire ou réponse"),
    TableColumn("author", "string", "qui a écrit le passage"),
    TableColumn("date", "string", "date du passage"),
    TableColumn("title", "string", "titre du billet"),
    TableColumn("url", "string", "adresse du commentaire ou du billet"),
    TableColumn("text", "string", "texte du passage, tel que publié"),
)


@dataclass(frozen=True, slots=True)
class Announced:
    """A passage already given as new; `announced_at` is UTC."""

    passage_id: str
    content_hash: str
    sketch: str
    announced_at: str

    @property
    def doc_id(self) -> str:
        """The document that it was in."""
        return self.passage_id.partition("#")[0]


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A question kept. `last_check` is the number of the check at which it was last asked."""

    name: str
    uid: str
    query: Query
    created_at: str
    checked_at: str
    last_check: int
    announced: tuple[Announced, ...] = ()

    def as_record(self) -> dict[str, object]:
        """The line of the file."""
        return {
            "name": self.name,
            "uid": self.uid,
            "query": query_record(self.query),
            "created_at": self.created_at,
            "checked_at": self.checked_at,
            "last_check": self.last_check,
            "announced": [
                {
                    "passage_id": one.passage_id,
                    "content_hash": one.content_hash,
                    "sketch": one.sketch,
                    "announced_at": one.announced_at,
                }
                for one in self.announced
            ],
        }


@dataclass(frozen=True, slots=True)
class News:
    """What is new for a search, best first."""

    search: SavedSearch
    hits: tuple[Hit, ...]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    @property
    def table(self) -> Table:
        """The new passages as a table."""
        return news_table([self])

    def to_dataframe(self) -> DataFrame:
        """The new passages as a pandas table, a row each."""
        return self.table.to_dataframe()


def news_table(found: Sequence[News]) -> Table:
    """What is new for several searches, as one table."""
    rows = tuple(
        (
            one.search.name,
            hit.rank,
            round(hit.score, 6),
            hit.passage_id,
            hit.role.value,
            hit.author,
            hit.date,
            hit.title,
            hit.url,
            hit.text,
        )
        for one in found
        for hit in one.hits
    )
    return Table("nouveautes", COLUMNS, rows)


def read_searches(archive: Path) -> tuple[SavedSearch, ...]:
    """The saved searches beside an archive, in the order of their file.

    Raises:
        UsageError: a line cannot be read.
        IntegrityError: the file cannot be read.
    """
    path = archive / SEARCHES_NAME
    found = []
    for number, record in read_lines(path):
        try:
            found.append(_of_record(record))
        except (KeyError, TypeError, ValueError, UsageError) as error:
            raise unreadable_line(path, number) from error
    return tuple(found)


def _of_record(record: Mapping[str, Any]) -> SavedSearch:
    return SavedSearch(
        name=check_name(str(record["name"])),
        uid=str(record["uid"]),
        query=read_query(record["query"]),
        created_at=str(record["created_at"]),
        checked_at=str(record["checked_at"]),
        last_check=int(record["last_check"]),
        announced=tuple(
            Announced(
                str(one["passage_id"]),
                str(one["content_hash"]),
                str(one["sketch"]),
                str(one["announced_at"]),
            )
            for one in record["announced"]
        ),
    )
