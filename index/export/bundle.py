"""The search as a record: a zip of data, descriptions that machines read, and what was asked.

data/passages.csv         the passages (Frictionless table)
datapackage.json          its columns (Frictionless Data Package)
ro-crate-metadata.json    what the files are and what made them (RO-Crate 1.3)
recherche.json            the question with all its settings, the counts, each passage's place
CITATION.cff, LISEZMOI.txt
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

from index.export.csv_table import header_row
from index.export.delimited import COLUMNS_WITH_COUNT, counted_row
from index.export.format import Export, utf8
from index.export.record import ALTERED_COLUMN, COLUMNS, ExportRecord
from index.export.search_rows import count_rows, search_rows
from ingest.identity import text_hash

DATA_NAME: Final = "data/passages.csv"
SEARCH_NAME: Final = "recherche.json"
FILES: Final = {
    DATA_NAME: "les passages, colonnes du format csv",
    "datapackage.json": "description du tableau (Frictionless Data Package)",
    "ro-crate-metadata.json": "description du dossier (RO-Crate 1.3)",
    SEARCH_NAME: "la recherche, ses comptes et la place de chaque passage, pour «\u00a0archiblogue "
    "replay\u00a0»",
    "CITATION.cff": "comment citer ce dossier",
    "LISEZMOI.txt": "ce que c’est, ce qui a été changé, ce qui reste identifiant",
}
_TITLE: Final = "Passages exportés d’une archive de blogues"
_RIGHTS: Final = (
    "Les textes restent à leurs auteurs. Ce dossier ne donne aucun droit de les publier."
)
IDENTIFYING: Final = (
    "Un texte cité se retrouve par un moteur de recherche\u202f: un pseudonyme ne suffit pas à "
    "cacher qui l’a écrit.",
    "Restent aussi\u00a0: les noms que les textes et les titres eux-mêmes citent, les adresses "
    "des pages et des sites, les dates, les noms de fichiers.",
    "Les courriels, téléphones, codes postaux et adresses IP sont masqués à leur forme\u202f: ceux "
    "qui sont écrits autrement restent.",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage was in an export. `text_hash` is SHA-256 of its text as exported."""

    query_id: str | None
    rank: int
    passage_id: str
    doc_id: str
    score: float | None
    text_hash: str
    match_start: int | None = None

    @classmethod
    def of(cls, record: ExportRecord) -> Place:
        """The place of a record."""
        return cls(
            record.query_id,
            record.rank,
            record.passage_id,
            record.doc_id,
            record.score,
            text_hash(record.text),
            record.match_start,
        )

    def as_row(self) -> list[object]:
        """The place as JSON values, in the order of the fields."""
        return [getattr(self, name) for name in self.__slots__]


class _Hashing:
    """A stream that counts and hashes what goes through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        self.size += len(content)
        return self._stream.write(content)


def write_bundle(export: Export, stream: IO[bytes]) -> None:
    """Writes the zip: data first, then what describes them."""
    places: list[Place] = []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        with package.open(DATA_NAME, "w", force_zip64=True) as file:
            counted = _Hashing(file)
            _write_data(export, counted, places)
        files = {
            SEARCH_NAME: _json(_search(export, places)),
            "datapackage.json": _json(_data_package(export, counted)),
            "CITATION.cff": _citation(export),
            "LISEZMOI.txt": _read_me(export),
        }
        files["ro-crate-metadata.json"] = _json(_crate(export, files, counted.size))
        for name, content in files.items():
            package.writestr(name, content)


def _write_data(export: Export, stream: Any, places: list[Place]) -> None:  # noqa: ANN401 (a stream)
    stream.write(header_row(COLUMNS_WITH_COUNT))
    for record in export.records:
        if record.thread_of is None:
            places.append(Place.of(record))
        stream.write(counted_row(record, export.tally))


def _search(export: Export, places: list[Place]) -> dict[str, object]:
    return {
        **export.search.as_record(),
        "counts": export.tally.as_record(),
        "notices": list(dict.fromkeys(export.tally.notices)),
        "place_fields": list(Place.__slots__),
        "places": [place.as_row() for place in places],
    }


def _data_package(export: Export, counted: _Hashing) -> dict[str, object]:
    fields = [
        {"name": one.name, "type": one.kind, "description": one.meaning}
        for one in (*COLUMNS, ALTERED_COLUMN)
    ]
    return {
        "name": "archiblogue-passages",
        "title": _TITLE,
        "created": export.search.asked_at,
        "resources": [
            {
                "name": "passages",
                "path": DATA_NAME,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": counted.size,
                "hash": f"sha256:{counted.digest.hexdigest()}",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True},
                "schema": {"fields": fields, "missingValues": [""]},
            }
        ],
    }


def _crate(export: Export, files: Mapping[str, bytes], data_size: int) -> dict[str, object]:
    """The RO-Crate 1.3 description: the folder, its files, the program that made them."""
    search = export.search
    sizes = {DATA_NAME: data_size, **{name: len(content) for name, content in files.items()}}
    parts = [
        {
            "@id": name,
            "@type": "File",
            "name": name,
            "description": FILES[name],
            "encodingFormat": _MEDIA_TYPES[name.rsplit(".", 1)[-1]],
            "contentSize": str(size),
        }
        for name, size in sizes.items()
    ]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": _TITLE,
        "description": _described(export),
        "datePublished": search.asked_at,
        "license": {"@id": "#droits"},
        "hasPart": [{"@id": part["@id"]} for part in parts],
        "mentions": {"@id": "#export"},
    }
    action = {
        "@id": "#export",
        "@type": "CreateAction",
        "name": "Export d’une recherche",
        "endTime": search.asked_at,
        "instrument": {"@id": "#archiblogue"},
        "object": {"@id": "#archive"},
        "result": {"@id": "./"},
    }
    return {
        "@context": "https://w3id.org/ro/crate/1.3/context",
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.3"},
                "about": {"@id": "./"},
            },
            root,
            *parts,
            action,
            {"@id": "#archiblogue", "@type": "SoftwareApplication", "name": search.software},
            {
                "@id": "#archive",
                "@type": "Dataset",
                "name": f"Archive de blogues, génération {search.generation}",
                "identifier": search.content_hash,
            },
            {
                "@id": "#droits",
                "@type": "CreativeWork",
                "name": "Droits des auteurs",
                "description": _RIGHTS,
            },
        ],
    }


_MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "json": "application/json",
    "cff": "application/yaml",
    "txt": "text/plain",
}


def _citation(export: Export) -> bytes:
    """The CITATION.cff: a JSON string is a YAML string."""
    search = export.search
    lines = {
        "cff-version": "1.2.0",
        "message": "Citez ce dossier, et chaque texte avec son auteur et son adresse.",
        "title": f"{_TITLE} ({_described(export)})",
        "type": "dataset",
        "date-released": search.asked_at[:10],
        "version": f"génération {search.generation}, contenu {search.content_hash[:16]}",
    }
    body = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in lines.items()]
    body += ["authors:", '  - name: "À compléter par qui a fait cette recherche"']
    return utf8("\n".join(body) + "\n")


def _described(export: Export) -> str:
    search = export.search
    if search.expression is not None:
        return f"concordance «\u00a0{search.expression}\u00a0»"
    if len(search.questions) == 1:
        return f"question «\u00a0{search.questions[0].query.text}\u00a0»"
    if search.questions:
        return f"{len(search.questions)} questions"
    return "corpus entier" if search.subject == "corpus" else "sélection de passages"


def _read_me(export: Export) -> bytes:
    lines = [_TITLE, "=" * len(_TITLE), "", "Fichiers", "--------"]
    lines += [f"- {name}\u00a0: {what}" for name, what in FILES.items()]
    lines += ["", "Recherche", "---------"]
    lines += [f"- {name}\u00a0: {value}" for name, value in search_rows(export.search)]
    lines += ["", "Comptes et changements", "----------------------"]
    lines += [f"- {name}\u00a0: {value}" for name, value in count_rows(export.tally)]
    lines += ["", "Ce qui reste identifiant", "------------------------"]
    lines += [f"- {line}" for line in IDENTIFYING]
    lines += ["", "Droits", "------", _RIGHTS, ""]
    lines += ["Refaire la recherche\u00a0: archiblogue replay CE-DOSSIER.zip --archive DOSSIER", ""]
    return utf8("\n".join(lines))


def _json(value: object) -> bytes:
    return utf8(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
