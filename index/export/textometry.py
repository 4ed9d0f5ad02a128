"""IRaMuTeQ and TXM: corpora for textometry, each by the rules of its own importer."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from typing import IO, Final

from lxml import etree

from index.export.csv_table import header_row, table_row
from index.export.format import Export, for_xml, on_one_line, utf8
from index.export.record import ExportRecord, Value
from index.export.tally import Tally
from index.export.texts import CorpusText, iter_texts, plain_name

IRAMUTEQ_FIELDS: Final = {
    "*passage_": "identifiant du premier passage, lettres et chiffres seuls",
    "*rang_": "rang",
    "*question_": "identifiant de la question",
    "*role_": "billet, commentaire ou reponse",
    "*annee_": "année, ou inconnu",
    "*mois_": "année et mois (200905), ou inconnu",
    "*auteur_": "auteur, lettres et chiffres seuls, sans accents",
    "*site_": "site, de même",
    "*langue_": "langue",
}
TXM_COLUMNS: Final = {
    "id": "nom du fichier de texte, sans .xml",
    "passage": "identifiant du premier passage",
    "billet": "identifiant du billet",
    "rang": "rang",
    "question": "la question",
    "role": "billet, commentaire ou réponse",
    "titre": "titre du billet",
    "auteur": "auteur",
    "date": "date ISO",
    "annee": "année",
    "site": "site",
    "adresse": "adresse",
    "langue": "langue",
    "commentaire": "numéro du commentaire",
    "reponsea": "numéro du commentaire auquel il répond",
}
STARS: Final = "astérisques devenus ∗ (U+2217)"  # noqa: RUF001 - the character itself
_STAR: Final = "∗"  # noqa: RUF001
_SPOOLED_BYTES: Final = 1 << 22


def write_iramuteq(export: Export, stream: IO[bytes]) -> None:
    """Writes an IRaMuTeQ corpus: UTF-8 without byte order mark, a starred line before each text.

    No space, hyphen or underscore inside a variable's value, no star in running text (it would be
    read as a variable), one line a passage.
    """
    for text in iter_texts(export):
        variables = " ".join(f"*{name}_{value}" for name, value in _variables(text.first))
        stream.write(utf8(f"**** {variables}\n"))
        for record in text.passages:
            line = on_one_line(record.text, export.tally)
            export.tally.change(STARS, line.count("*"))
            stream.write(utf8(line.replace("*", _STAR) + "\n"))
        stream.write(b"\n")


def _variables(record: ExportRecord) -> list[tuple[str, str]]:
    date = record.date or ""
    pairs = [
        ("passage", plain_name(record.passage_id)),
        ("rang", str(record.rank)),
        ("question", plain_name(record.query_id) if record.query_id else None),
        ("role", plain_name(record.role)),
        ("annee", date[:4] or plain_name(None)),
        ("mois", date[:7].replace("-", "") if len(date) >= len("2009-05") else plain_name(None)),
        ("auteur", plain_name(record.author)),
        ("site", plain_name(record.site)),
        ("langue", plain_name(record.language)),
    ]
    return [(name, value) for name, value in pairs if value is not None]


def write_txm(export: Export, stream: IO[bytes]) -> None:
    """Writes a folder for TXM's « XTZ + CSV » import, zipped: one XML file a text, metadata.csv."""
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package,
        tempfile.SpooledTemporaryFile(max_size=_SPOOLED_BYTES) as rows,
    ):
        rows.write(header_row(list(TXM_COLUMNS)))
        for text in iter_texts(export):
            package.writestr(f"{text.name}.xml", _txm_text(text, export.tally))
            rows.write(table_row(_txm_row(text)).content)
        rows.seek(0)
        with package.open("metadata.csv", "w", force_zip64=True) as metadata:
            shutil.copyfileobj(rows, metadata)


def _txm_text(text: CorpusText, tally: Tally) -> bytes:
    root = etree.Element("text", id=text.name)
    for record in text.passages:
        paragraph = etree.SubElement(root, "p", n=for_xml(record.passage_id, tally))
        paragraph.text = for_xml(record.text, tally)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _txm_row(text: CorpusText) -> list[Value]:
    record = text.first
    return [
        text.name,
        record.passage_id,
        record.doc_id,
        record.rank,
        record.query,
        record.role,
        record.title,
        record.author,
        record.date,
        (record.date or "")[:4],
        record.site,
        record.url,
        record.language,
        record.comment_number,
        record.reply_to_number,
    ]
