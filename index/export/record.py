"""One row of an export: a passage with everything that a reader of the file may need of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Value = str | int | float | bool | None
Kind = Literal["string", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """A passage as an export gives it; COLUMNS says what each field means.

    `score` is None where nothing was asked. `left`, `keyword`, `right`, `match_start` and
    `match_end` are known for a line of a concordance only. `thread_of` is the passage of a comment
    that was found, where this one, not found itself, belongs to its exchange; `rank` is then its.
    """

    rank: int
    score: float | None
    passage_id: str
    doc_id: str
    role: str
    text: str
    source_path: str
    kind: str
    start: int
    end: int
    title: str | None = None
    author: str | None = None
    date: str | None = None
    url: str | None = None
    site: str | None = None
    heading: str | None = None
    language: str | None = None
    comment_id: str | None = None
    comment_number: int | None = None
    confident: bool | None = None
    query_id: str | None = None
    query: str | None = None
    date_precision: str | None = None
    date_source: str | None = None
    reply_to: str | None = None
    reply_to_number: int | None = None
    depth: int | None = None
    post_author: str | None = None
    post_date: str | None = None
    post_url: str | None = None
    dense_rank: int | None = None
    dense_score: float | None = None
    lexical_rank: int | None = None
    lexical_score: float | None = None
    n_more_in_document: int = 0
    n_copies: int = 0
    left: str | None = None
    keyword: str | None = None
    right: str | None = None
    match_start: int | None = None
    match_end: int | None = None
    permalink: str | None = None
    fragment_url: str | None = None
    wayback_url: str | None = None
    n_masked: int = 0
    thread_of: str | None = None

    @property
    def source_id(self) -> str:
        """The id of what one cites: the comment, or the post."""
        return self.comment_id or self.doc_id

    @property
    def is_comment(self) -> bool:
        """Whether it is of a comment, by whoever wrote it."""
        return self.comment_id is not None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name, the kind of its values, what it says (in French)."""

    name: str
    kind: Kind
    meaning: str


# The first seventeen are those of the JSON contract, in its order; later versions add at the end.
COLUMNS: Final[Sequence[Column]] = (
    Column("rank", "integer", "rang, à partir de 1\u202f; dans un corpus, la place"),
    Column("score", "number", "score de 0 à 1, le plus haut d’abord\u202f; vide sans question"),
    Column("passage_id", "string", "identifiant stable du passage"),
    Column("doc_id", "string", "identifiant stable du billet"),
    Column("role", "string", "billet, commentaire ou réponse (de l’auteur du billet)"),
    Column("text", "string", "texte du passage, tel que publié, coordonnées masquées"),
    Column("title", "string", "titre du billet"),
    Column("author", "string", "qui a écrit le passage"),
    Column("date", "string", "date du passage, ISO 8601, jamais plus précise que sa source"),
    Column("url", "string", "adresse du commentaire ou du billet"),
    Column("site", "string", "site du billet"),
    Column("source_path", "string", "fichier ou adresse lus"),
    Column("heading", "string", "intertitre au-dessus du passage"),
    Column("language", "string", "langue du passage\u00a0: fr, en ou other"),
    Column("comment_id", "string", "identifiant du commentaire\u202f; vide pour le billet"),
    Column("comment_number", "integer", "numéro du commentaire dans la page"),
    Column("confident", "boolean", "faux quand aucun passage ne répond vraiment"),
    Column("query_id", "string", "identifiant de la question"),
    Column("query", "string", "la question, telle que posée"),
    Column("kind", "string", "paragraph, list_item, quote, preformatted ou table_row"),
    Column("start", "integer", "début du passage dans le texte de la page, en caractères"),
    Column("end", "integer", "fin du passage, exclue"),
    Column("date_precision", "string", "year, month, day, minute ou second"),
    Column("date_source", "string", "où la date a été lue\u00a0: text, meta, jsonld, url, feed…"),
    Column("reply_to", "string", "identifiant du commentaire auquel celui-ci répond"),
    Column("reply_to_number", "integer", "numéro du commentaire auquel celui-ci répond"),
    Column("depth", "integer", "profondeur du commentaire dans le fil, à partir de 0"),
    Column("post_author", "string", "qui a écrit le billet"),
    Column("post_date", "string", "date du billet"),
    Column("post_url", "string", "adresse du billet"),
    Column("dense_rank", "integer", "rang par le sens"),
    Column("dense_score", "number", "similarité de sens, de -1 à 1"),
    Column("lexical_rank", "integer", "rang par les mots"),
    Column("lexical_score", "number", "score BM25\u202f; vide quand le passage n’a aucun des mots"),
    Column("n_more_in_document", "integer", "autres passages du billet qui répondent"),
    Column("n_copies", "integer", "passages ailleurs qui ont exactement ce texte"),
    Column("left", "string", "concordance\u00a0: contexte de gauche"),
    Column("keyword", "string", "concordance\u00a0: l’expression telle qu’écrite"),
    Column("right", "string", "concordance\u00a0: contexte de droite"),
    Column("match_start", "integer", "concordance\u00a0: début de l’expression dans le passage"),
    Column("match_end", "integer", "concordance\u00a0: fin de l’expression, exclue"),
    Column("permalink", "string", "le passage dans la page d’Archiblogue"),
    Column("fragment_url", "string", "la page d’origine, ouverte sur le passage"),
    Column("wayback_url", "string", "la page d’origine dans la Wayback Machine, vers cette date"),
    Column("n_masked", "integer", "coordonnées masquées dans cette ligne"),
    Column("thread_of", "string", "le commentaire trouvé dont celui-ci partage l’échange"),
)
COLUMN_NAMES: Final = tuple(column.name for column in COLUMNS)
# Excel takes so many characters in a cell, in UTF-16 units.
CUT_COLUMN: Final = Column(
    "n_cut", "integer", "caractères coupés du texte, trop long pour une cellule"
)
ALTERED_COLUMN: Final = Column(
    "n_altered", "integer", "caractères ajoutés, ôtés ou remplacés pour que le fichier soit sûr"
)


def values_of(record: ExportRecord) -> tuple[Value, ...]:
    """The values of a record, in the order of COLUMNS."""
    return tuple(getattr(record, name) for name in COLUMN_NAMES)


def french_columns(names: Sequence[str]) -> dict[str, str]:
    """What each of these columns of a record says, in French."""
    meanings = {column.name: column.meaning for column in COLUMNS}
    return {name: meanings[name] for name in names}
