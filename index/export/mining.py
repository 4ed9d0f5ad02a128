"""GarganText, CorTexT and Voyant: corpora for text mining on the web."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from typing import IO, Final

from index.export.csv_table import delimited_row
from index.export.format import Export, on_one_line, utf8
from index.export.record import ExportRecord
from index.export.references import UNTITLED, date_parts
from index.export.tally import Tally
from index.export.texts import CorpusText, iter_texts, plain_name

# The seven columns that GarganText reads, named and ordered as it wants them.
GARGANTEXT_COLUMNS: Final = {
    "Publication Day": "jour, 1 quand il n’est pas connu",
    "Publication Month": "mois, 1 quand il n’est pas connu",
    "Publication Year": "année",
    "Authors": "auteur",
    "Title": "titre du billet",
    "Source": "site",
    "Abstract": "texte",
}
CORTEXT_COLUMNS: Final = {
    "id": "identifiant du premier passage",
    "rank": "rang",
    "query": "la question",
    "title": "titre du billet",
    "text": "texte, sur une ligne",
    "author": "auteur",
    "year": "année",
    "date": "date ISO",
    "site": "site",
    "role": "billet, commentaire ou réponse",
    "language": "langue",
    "url": "adresse",
}
VOYANT_FIELDS: Final = {
    "nom du fichier": "numéro dans l’ordre de l’export, date, rôle, auteur",
    "contenu": "texte seul, un passage par ligne",
}
UNDATED: Final = "sans date, que GarganText mettrait au 1er janvier 1973"
ASSUMED: Final = "jours ou mois inconnus devenus 1"
_CORTEXT_NAME: Final = "corpus.csv"
_WHOLE_DATE: Final = 3


def write_gargantext(export: Export, stream: IO[bytes]) -> None:
    """Writes tab-separated values with GarganText's seven columns, undated texts left out."""
    _put(stream, list(GARGANTEXT_COLUMNS), export.tally)
    for text in iter_texts(export):
        record, parts = text.first, date_parts(text.first.date)
        if not parts:
            export.tally.leave_out(UNDATED)
            continue
        export.tally.change(ASSUMED, _WHOLE_DATE - len(parts))
        year, month, day = (*parts, *([1] * (_WHOLE_DATE - len(parts))))
        facts = (record.author or "", record.title or UNTITLED, record.site or "")
        _put(stream, [str(day), str(month), str(year), *facts, _body(text)], export.tally)


def write_cortext(export: Export, stream: IO[bytes]) -> None:
    """Writes corpus.csv, tab-separated, in the zip that CorTexT Manager takes."""
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package,
        package.open(_CORTEXT_NAME, "w", force_zip64=True) as file,
    ):
        _put(file, list(CORTEXT_COLUMNS), export.tally)
        for text in iter_texts(export):
            _put(file, _cortext_row(text.first, _body(text)), export.tally)


def _cortext_row(record: ExportRecord, body: str) -> list[str]:
    date = record.date or ""
    return [
        record.passage_id,
        str(record.rank),
        record.query or "",
        record.title or "",
        body,
        record.author or "",
        date[:4],
        date,
        record.site or "",
        record.role,
        record.language or "",
        record.url or "",
    ]


def write_voyant(export: Export, stream: IO[bytes]) -> None:
    """Writes plain texts in the zip that Voyant takes, their names in the order of the export."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for text in iter_texts(export):
            record = text.first
            facts = (record.date or "sans-date", plain_name(record.role), plain_name(record.author))
            name = "_".join((f"{text.number:06d}", *facts)).replace(":", "h")
            lines = [on_one_line(one.text, export.tally) for one in text.passages]
            package.writestr(f"{name}.txt", utf8("\n".join(lines) + "\n"))


def _body(text: CorpusText) -> str:
    return " ".join(record.text for record in text.passages)


def _put(stream: IO[bytes], cells: Sequence[str], tally: Tally) -> None:
    clean = [on_one_line(cell, tally) for cell in cells]
    stream.write(delimited_row(clean, "\t", "\n"))
