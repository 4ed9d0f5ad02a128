"""References for Zotero and its kin: RIS, BibTeX, CSL-JSON, one a passage.

The reference is that of the post or of the comment; the passage is its abstract, and its place is
in the notes. Zotero keeps a RIS `BLOG` and a CSL `post-weblog` as blog posts; a BibTeX `@online`
becomes a web page there, whatever one writes.
"""

from __future__ import annotations

import json
import re
from typing import IO, Any, Final

from index.export.format import Export, on_one_line, sound, utf8
from index.export.record import ExportRecord
from index.export.tally import Tally

RIS_FIELDS: Final = {
    "TY": "BLOG",
    "ID": "identifiant du passage, préfixé du rang",
    "TI": "titre du billet\u202f; «\u00a0Commentaire n° 3 sur «\u00a0titre\u00a0»\u00a0» pour un "
    "commentaire",
    "AU": "auteur, tel qu’il signe",
    "T2": "site",
    "PY": "année",
    "DA": "date AAAA/MM/JJ, aussi précise que sa source",
    "UR": "adresse",
    "L2": "la page d’origine, ouverte sur le passage",
    "AB": "texte du passage, sur une ligne",
    "LA": "langue",
    "M3": "billet, commentaire ou réponse",
    "N1": "place du passage\u00a0: identifiant, offsets, score, copie dans la Wayback Machine",
    "KW": "la question",
}
BIBTEX_FIELDS: Final = {
    "author": "auteur, entre doubles accolades\u00a0: jamais découpé en nom et prénom",
    "title": "titre, comme en RIS",
    "date": "date ISO, aussi précise que sa source (BibLaTeX)",
    "year": "année",
    "organization": "site",
    "url": "adresse",
    "abstract": "texte du passage, sur une ligne",
    "langid": "langue",
    "type": "billet, commentaire ou réponse",
    "note": "place du passage",
    "keywords": "la question",
}
CSL_FIELDS: Final = {
    "id": "identifiant du passage, préfixé du rang",
    "type": "post-weblog",
    "title": "titre, comme en RIS",
    "author": "auteur, nom littéral",
    "container-title": "site",
    "issued": "date en parties, aussi précise que sa source",
    "URL": "adresse",
    "abstract": "texte du passage",
    "language": "langue",
    "genre": "billet, commentaire ou réponse",
    "note": "place du passage",
}
UNTITLED: Final = "Sans titre"

_DATE_PARTS: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_BIBTEX_SPECIAL: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{sign: "\\" + sign for sign in "#$%&_"},
}
# In an address, what would end a field or start a comment is percent-encoded.
_BIBTEX_ADDRESS: Final = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20", '"': "%22"}


def reference_title(record: ExportRecord) -> str:
    """The title of what one cites: a comment is named after its post."""
    title = record.title or UNTITLED
    if not record.is_comment:
        return title
    number = "" if record.comment_number is None else f"n°\u00a0{record.comment_number} "
    return f"Commentaire {number}sur «\u00a0{title}\u00a0»"


def date_parts(date: str | None) -> list[int]:
    """Year, month and day of an ISO date, as many as it has."""
    found = _DATE_PARTS.match(date or "")
    return [] if found is None else [int(part) for part in found.groups() if part]


def write_ris(export: Export, stream: IO[bytes]) -> None:
    """Writes RIS: UTF-8, one line a field."""
    for record in export.records:
        for tag, value in _ris_fields(record):
            stream.write(utf8(f"{tag}  - {on_one_line(value, export.tally).strip()}\r\n"))
        stream.write(b"ER  - \r\n\r\n")


def _ris_fields(record: ExportRecord) -> list[tuple[str, str]]:
    parts = date_parts(record.date)
    day = "/".join(f"{part:02d}" for part in parts) + "/" * (3 - len(parts)) if parts else None
    fields = [
        ("TY", "BLOG"),
        ("ID", reference_id(record)),
        ("TI", reference_title(record)),
        ("AU", record.author),
        ("T2", record.site),
        ("PY", f"{parts[0]:04d}" if parts else None),
        ("DA", day),
        ("UR", record.url),
        ("L2", record.fragment_url),
        ("AB", record.text),
        ("LA", record.language),
        ("M3", record.role),
        ("N1", place_note(record)),
        ("KW", record.query),
    ]
    return [(tag, value) for tag, value in fields if value]


def write_bibtex(export: Export, stream: IO[bytes]) -> None:
    """Writes BibTeX for BibLaTeX and Biber: UTF-8, what TeX would read as a command escaped."""
    for record in export.records:
        fields = [f"  {name} = {{{value}}}" for name, value in _bibtex_fields(record, export.tally)]
        body = ",\n".join(fields)
        stream.write(utf8(f"@online{{{_bibtex_key(record)},\n{body}\n}}\n\n"))


def _bibtex_fields(record: ExportRecord, tally: Tally) -> list[tuple[str, str]]:
    parts = date_parts(record.date)
    texts = [
        ("title", reference_title(record)),
        ("organization", record.site),
        ("abstract", record.text),
        ("langid", record.language),
        ("type", record.role),
        ("note", place_note(record)),
        ("keywords", record.query),
    ]
    fields = [(name, escape_tex(on_one_line(v, tally))) for name, v in texts if v]
    if record.author:
        fields.append(("author", f"{{{escape_tex(on_one_line(record.author, tally))}}}"))
    if parts:
        fields.append(("year", f"{parts[0]:04d}"))
        fields.append(("date", "-".join(f"{part:02d}" for part in parts)))
    if record.url:
        address = on_one_line(record.url, tally)
        fields.append(("url", "".join(_BIBTEX_ADDRESS.get(c, c) for c in address)))
    return fields


def escape_tex(text: str) -> str:
    """The text with the characters that TeX reads as commands as themselves."""
    return "".join(_BIBTEX_SPECIAL.get(char, char) for char in text)


def write_csl_json(export: Export, stream: IO[bytes]) -> None:
    """Writes CSL-JSON: an array of `post-weblog`, one item a line."""
    stream.write(b"[")
    separator = b"\n"
    for record in export.records:
        line = json.dumps(csl_item(record, export.tally), ensure_ascii=False)
        stream.write(separator + utf8(line))
        separator = b",\n"
    stream.write(b"\n]\n")


def csl_item(record: ExportRecord, tally: Tally) -> dict[str, Any]:
    """The reference of a record as CSL-JSON."""
    parts = date_parts(record.date)
    item: dict[str, Any] = {
        "id": reference_id(record),
        "type": "post-weblog",
        "title": reference_title(record),
        "author": [{"literal": record.author}] if record.author else None,
        "container-title": record.site,
        "issued": {"date-parts": [parts]} if parts else None,
        "URL": record.url,
        "abstract": record.text,
        "language": record.language,
        "genre": record.role,
        "note": place_note(record),
    }
    return {
        name: sound(value, tally) if isinstance(value, str) else value
        for name, value in item.items()
        if value is not None
    }


def reference_id(record: ExportRecord) -> str:
    """An id that no other reference of the export has."""
    question = f"{record.query_id}-" if record.query_id else ""
    return f"{question}{record.rank}-{record.passage_id}"


def place_note(record: ExportRecord) -> str:
    """Where the passage is, on one line."""
    note = f"Passage {record.passage_id}, caractères {record.start} à {record.end}"
    if record.score is not None:
        note += f", rang {record.rank}, score {record.score:.6f}"
    return f"{note}. {record.wayback_url}" if record.wayback_url else f"{note}."


def _bibtex_key(record: ExportRecord) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", reference_id(record))
