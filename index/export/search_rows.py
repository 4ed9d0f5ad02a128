"""The search as rows of name and value, in French: for a workbook, a database, a LISEZMOI."""

from __future__ import annotations

import json

from index.export.format import NOT_XML, REPLACEMENT
from index.export.search_record import SearchRecord
from index.export.tally import Tally

_SUBJECTS = {
    "question": "une question",
    "batch": "un lot de questions",
    "selection": "une sélection de passages",
    "concordance": "une concordance",
    "corpus": "le corpus",
}
_COUNTS = {
    "shown": "passages exportés",
    "containing": "contiennent des mots de la question",
    "near": "proches par le sens seulement",
    "undated": "sans date",
    "undated_excluded": "écartés faute de date",
    "copies_folded": "copies exactes repliées",
    "in_threads": "ajoutés par l’échange d’un commentaire trouvé",
}


def search_rows(search: SearchRecord) -> list[tuple[str, str]]:
    """What was asked, of what, and when."""
    record = search.as_record()
    rows = [("export", _SUBJECTS.get(search.subject, search.subject))]
    if len(search.questions) == 1:
        rows.append(("question", search.questions[0].query.text))
    elif search.questions:
        rows.append(("nombre de questions", str(len(search.questions))))
    if search.expression is not None:
        rows.append(("expression", search.expression))
    settings = record["questions"] if isinstance(record["questions"], list) else []
    rows += [
        (f"réglages ({one['query_id']})", json.dumps(one, ensure_ascii=False)) for one in settings
    ]
    filters = record["filters"]
    if isinstance(filters, dict) and any(filters.values()):
        rows.append(("filtres", json.dumps(filters, ensure_ascii=False)))
    rows += [
        ("ordre", str(record["order"])),
        ("modèle", f"{search.encoder_name}, révision {search.encoder_revision}"),
        ("génération", str(search.generation)),
        ("empreinte du contenu", search.content_hash),
        ("auteurs", search.authors),
        ("le", search.asked_at),
        ("par", search.software),
    ]
    return [(name, NOT_XML.sub(REPLACEMENT, value)) for name, value in rows]


def count_rows(tally: Tally) -> list[tuple[str, str]]:
    """What was counted: whole once the records were written."""
    counts = tally.as_record()
    rows = [(label, str(counts[name])) for name, label in _COUNTS.items()]
    rows += [(f"laissés de côté\u00a0: {why}", str(n)) for why, n in tally.left_out.items()]
    rows += [(f"changé\u00a0: {what}", str(n)) for what, n in tally.changes.items()]
    rows += [("remarque", notice) for notice in dict.fromkeys(tally.notices)]
    return [(name, NOT_XML.sub(REPLACEMENT, value)) for name, value in rows]
