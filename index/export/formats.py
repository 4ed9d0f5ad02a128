"""The table of export formats: a door asks it by name and knows no writer.

Adding a format is a module (or a function in its family's) and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from index.export import bundle, citations, mining, references, tei, textometry, trec
from index.export.columnar import write_parquet
from index.export.database import write_sqlite
from index.export.delimited import COLUMNS_WITH_COUNT, write_csv, write_csv_excel, write_jsonl
from index.export.format import Format
from index.export.record import ALTERED_COLUMN, COLUMN_NAMES, CUT_COLUMN, french_columns
from index.export.workbook import write_xlsx
from ingest.errors import UsageError

_TABLE: Final = french_columns(COLUMN_NAMES)
_SAFE_TABLE: Final = {**_TABLE, ALTERED_COLUMN.name: ALTERED_COLUMN.meaning}
_CUT_TABLE: Final = {
    **_TABLE,
    CUT_COLUMN.name: CUT_COLUMN.meaning,
    ALTERED_COLUMN.name: ALTERED_COLUMN.meaning,
}
_ZIP: Final = "application/zip"

_FORMATS: Final = (
    Format(
        *("csv", "csv", "text/csv; charset=utf-8"),
        "tableau pour R, pandas, Frictionless\u00a0: virgule, UTF-8, RFC 4180",
        _SAFE_TABLE,
        write_csv,
    ),
    Format(
        *("csv-excel", "csv", "text/csv; charset=utf-8"),
        "tableau pour Excel en français\u00a0: point-virgule, virgule décimale",
        _SAFE_TABLE,
        write_csv_excel,
    ),
    Format(
        *("xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "classeur Excel\u00a0: résultats, recherche, dictionnaire des colonnes",
        _CUT_TABLE,
        write_xlsx,
        is_text=False,
    ),
    Format(
        *("jsonl", "jsonl", "application/x-ndjson"),
        "un objet JSON par ligne",
        _TABLE,
        write_jsonl,
    ),
    Format(
        *("parquet", "parquet", "application/vnd.apache.parquet"),
        "colonnes typées pour R (arrow), pandas, DuckDB",
        _TABLE,
        write_parquet,
        is_text=False,
    ),
    Format(
        *("sqlite", "sqlite", "application/vnd.sqlite3"),
        "base de trois tables (passages, recherche, colonnes), pour Datasette",
        _TABLE,
        write_sqlite,
        is_text=False,
    ),
    Format(
        *("ris", "ris", "application/x-research-info-systems"),
        "références pour Zotero et EndNote, une par passage",
        references.RIS_FIELDS,
        references.write_ris,
    ),
    Format(
        *("bibtex", "bib", "application/x-bibtex"),
        "références pour BibLaTeX, une par passage",
        references.BIBTEX_FIELDS,
        references.write_bibtex,
    ),
    Format(
        *("csl-json", "json", "application/vnd.citationstyles.csl+json"),
        "références pour Zotero et Pandoc, une par passage",
        references.CSL_FIELDS,
        references.write_csl_json,
    ),
    Format(
        *("citations", "txt", "text/plain; charset=utf-8"),
        "citations mises en forme (--style), une par source",
        citations.CITATION_FIELDS,
        citations.write_citations,
    ),
    Format(
        *("iramuteq", "txt", "text/plain; charset=utf-8"),
        "corpus IRaMuTeQ à lignes étoilées",
        textometry.IRAMUTEQ_FIELDS,
        textometry.write_iramuteq,
    ),
    Format(
        *("txm", "zip", _ZIP),
        "corpus TXM (import XTZ + CSV)",
        textometry.TXM_COLUMNS,
        textometry.write_txm,
        is_text=False,
    ),
    Format(
        *("tei", "zip", _ZIP),
        "TEI-CMC avec les fils, personnes dans un fichier à part",
        tei.FIELDS,
        tei.write_tei,
        is_text=False,
    ),
    Format(
        *("gargantext", "tsv", "text/tab-separated-values; charset=utf-8"),
        "corpus GarganText\u00a0: sept colonnes, passages datés seulement",
        mining.GARGANTEXT_COLUMNS,
        mining.write_gargantext,
    ),
    Format(
        *("cortext", "zip", _ZIP),
        "corpus CorTexT Manager",
        mining.CORTEXT_COLUMNS,
        mining.write_cortext,
        is_text=False,
    ),
    Format(
        *("voyant", "zip", _ZIP),
        "textes seuls pour Voyant",
        mining.VOYANT_FIELDS,
        mining.write_voyant,
        is_text=False,
    ),
    Format(
        *("trec", "run", "text/plain; charset=utf-8"),
        "liste de résultats pour trec_eval et ir-measures",
        trec.FIELDS,
        trec.write_trec,
    ),
    Format(
        *("bundle", "zip", _ZIP),
        "dossier de recherche\u00a0: données, descriptions, question, pour citer et refaire",
        bundle.FILES,
        bundle.write_bundle,
        is_text=False,
    ),
)
FORMATS: Final[Mapping[str, Format]] = MappingProxyType({one.name: one for one in _FORMATS})
# The names of the columns of `csv` and `csv-excel`, in order.
CSV_COLUMNS: Final = COLUMNS_WITH_COUNT


def find_format(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none.
    """
    chosen = FORMATS.get(name)
    if chosen is None:
        raise UsageError(
            f"Format d’exportation inconnu\u00a0: «\u00a0{name}\u00a0». "
            f"Choisissez parmi {', '.join(FORMATS)}."
        )
    return chosen
