"""A recorded search asked again: the same list, or what changed in it and why.

On the same content, with the same encoder, the same passages come in the same order with the same
scores (to 1e-5). Elsewhere each difference has its reason; of a withdrawn passage nothing is said
but that it was withdrawn.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from index.export.authors import Protection
from index.export.bundle import DATA_NAME, SEARCH_NAME, Place
from index.export.csv_table import read_table, unguard
from index.export.run import DEFAULT_PAGE, Request, read_request
from index.export.search_record import Asked, read_asked, read_filters, software
from index.export.source import Source, is_withheld
from index.export.stream import counted
from index.export.tally import Tally
from index.views.concordance import ConcordanceOptions, Sort
from index.withdrawals.redaction import Withdrawals, load_withdrawals
from ingest.errors import SourceError, UsageError
from ingest.identity import text_hash
from ingest.masking import mask_contacts

SCORE_TOLERANCE: Final = 1e-5
# A million passages take some 150 MB; a longer one is not read.
_MAX_SEARCH_BYTES: Final = 1 << 29

WITHDRAWN: Final = "retiré"
PAGE_CHANGED: Final = "la page a changé"
PAGE_GONE: Final = "la page n’est plus dans l’archive"
PAGE_NEW: Final = "page nouvelle ou changée"
ENCODER_CHANGED: Final = "le modèle a changé"
CONTENT_CHANGED: Final = "le contenu de l’archive a changé autour de lui"
SOFTWARE_CHANGED: Final = "la version d’Archiblogue a changé"
SETTINGS_CHANGED: Final = "les réglages de l’archive ont changé (lexique, relecture, masquage)"


@dataclass(frozen=True, slots=True)
class RecordedSearch:
    """What a bundle says was asked, of what, and where each passage was."""

    path: Path
    request: Request
    places: tuple[Place, ...]
    generation: int
    content_hash: str
    encoder: tuple[str, str]
    software: str
    authors: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A passage that is not where it was. Ranks are from 1, None where it is not in the list.

    `passage_id` is None for a passage that was withdrawn.
    """

    query_id: str | None
    passage_id: str | None
    former_rank: int | None
    rank: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of asking again. `max_score_change` is over the passages that are still there."""

    n_former: int
    n_now: int
    is_same_content: bool
    is_same_encoder: bool
    new: tuple[Difference, ...] = ()
    gone: tuple[Difference, ...] = ()
    moved: tuple[Difference, ...] = ()
    max_score_change: float = 0.0
    notices: tuple[str, ...] = field(default=())

    @property
    def is_identical(self) -> bool:
        """Whether the same passages came in the same order with the same scores."""
        differs = self.new or self.gone or self.moved
        return not differs and self.max_score_change <= SCORE_TOLERANCE


def read_bundle(path: Path) -> RecordedSearch:
    """The search that a bundle records.

    Raises:
        UsageError: it is no bundle, or another version wrote it.
        SourceError: the file cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as package:
            if package.getinfo(SEARCH_NAME).file_size > _MAX_SEARCH_BYTES:
                raise ValueError(SEARCH_NAME)
            record = json.loads(package.read(SEARCH_NAME))
        return _recorded(path, record)
    except OSError as error:
        raise SourceError(
            f"Le dossier de recherche «\u00a0{path}\u00a0» ne peut pas être lu "
            f"({error.strerror or error}). Vérifiez son chemin."
        ) from error
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise UsageError(
            f"Le fichier «\u00a0{path}\u00a0» n’est pas un dossier de recherche que l’on sache "
            "relire. Donnez le .zip écrit par «\u00a0archiblogue export --format bundle\u00a0»."
        ) from error


def replay_search(source: Source, recorded: RecordedSearch) -> Replay:
    """What the archive answers now to a recorded search, beside what it answered.

    Raises:
        EncoderError: the model of the archive cannot be loaded.
    """
    tally = Tally()
    records = read_request(source, recorded.request, DEFAULT_PAGE, tally)
    now = [Place.of(one) for one in counted(records, tally, Protection()) if one.thread_of is None]
    reasons = _Reasons(source, recorded)
    former, current = _by_passage(recorded.places), _by_passage(now)
    gone = [reasons.of_gone(former[key]) for key in former.keys() - current.keys()]
    new = [reasons.of_new(current[key]) for key in current.keys() - former.keys()]
    kept = former.keys() & current.keys()
    changes = [abs((former[k].score or 0.0) - (current[k].score or 0.0)) for k in kept]
    return Replay(
        n_former=len(recorded.places),
        n_now=len(now),
        is_same_content=reasons.is_same_content,
        is_same_encoder=reasons.is_same_encoder,
        new=_ordered(new),
        gone=_ordered(gone),
        moved=_ordered(
            reasons.of_moved(former[key], current[key])
            for key in _moved(former, current) | _rewritten(former, current)
        ),
        max_score_change=max(changes, default=0.0),
        notices=tuple(dict.fromkeys(tally.notices)),
    )


Key = tuple[str | None, str, int | None]
Places = Mapping[Key, Place]


def _by_passage(places: Iterable[Place]) -> dict[Key, Place]:
    return {(one.query_id, one.passage_id, one.match_start): one for one in places}


def _moved(former: Places, current: Places) -> set[Key]:
    """The passages of both lists that are not in the same order in them, question by question.

    A passage that only has another rank because one before it came or went has not moved.
    """
    moved: set[Key] = set()
    shared = sorted((k for k in former if k in current), key=lambda k: str(k[0]))
    for _, group in groupby(shared, key=lambda key: key[0]):
        keys = list(group)
        before = sorted(keys, key=lambda key: former[key].rank)
        after = sorted(keys, key=lambda key: current[key].rank)
        moved |= {key for key, other in zip(before, after, strict=True) if key != other}
    return moved


def _rewritten(former: Places, current: Places) -> set[Key]:
    """The passages of both lists whose text is another: the same id, and not the same words."""
    shared = former.keys() & current.keys()
    return {key for key in shared if former[key].text_hash != current[key].text_hash}


class _Reasons:
    """Says why a passage is not where it was."""

    def __init__(self, source: Source, recorded: RecordedSearch) -> None:
        manifest = source.generation.manifest
        encoder = (manifest.encoder.name, manifest.encoder.revision)
        self.is_same_content = manifest.content_hash == recorded.content_hash
        self.is_same_encoder = encoder == recorded.encoder
        self._searcher = source.searcher
        self._store = source.searcher.corpus.store
        self._recorded = recorded
        self._withdrawals = load_withdrawals(
            source.generation.path.parent, expected=manifest.register
        )
        self._rows: Mapping[str, Mapping[str, str]] | None = None

    def of_gone(self, place: Place) -> Difference:
        """The difference of a passage that is not in the list any more."""
        if self._is_withdrawn(place):
            return Difference(place.query_id, None, place.rank, None, WITHDRAWN)
        row = self._store.passage(place.passage_id)
        if row is None:
            has_page = self._store.document(place.doc_id) is not None
            reason = PAGE_CHANGED if has_page else PAGE_GONE
        elif _masked_hash(row.text) != place.text_hash:
            reason = PAGE_CHANGED
        else:
            reason = self._around()
        return Difference(place.query_id, place.passage_id, place.rank, None, reason)

    def of_new(self, place: Place) -> Difference:
        """The difference of a passage that was not in the list."""
        reason = self._around() if self.is_same_content else self._of_arrival(place)
        return Difference(place.query_id, place.passage_id, None, place.rank, reason)

    def of_moved(self, former: Place, now: Place) -> Difference:
        """The difference of a passage that is at another place among those that were kept."""
        is_rewritten = former.text_hash != now.text_hash
        reason = PAGE_CHANGED if is_rewritten else self._around()
        return Difference(now.query_id, now.passage_id, former.rank, now.rank, reason)

    def _of_arrival(self, place: Place) -> str:
        if not self.is_same_encoder:
            return ENCODER_CHANGED
        # A page of which nothing was in the list may be new, or may have been below it.
        known = {one.doc_id for one in self._recorded.places}
        return CONTENT_CHANGED if place.doc_id in known else PAGE_NEW

    def _around(self) -> str:
        if not self.is_same_encoder:
            return ENCODER_CHANGED
        if not self.is_same_content:
            return CONTENT_CHANGED
        return SETTINGS_CHANGED if software() == self._recorded.software else SOFTWARE_CHANGED

    def _is_withdrawn(self, place: Place) -> bool:
        row = self._store.passage(place.passage_id)
        if row is not None:
            return is_withheld(self._searcher, row.key)
        if not self._withdrawals:
            return False
        if self._withdrawals.hides_document(place.doc_id):
            return True
        if self._rows is None:
            self._rows = read_rows(self._recorded.path)
        return _hides(self._withdrawals, self._rows.get(place.passage_id))


@dataclass(frozen=True, slots=True)
class _Shown:
    """A passage as the bundle shows it, for the register of withdrawals."""

    doc_id: str
    comment_id: str | None
    text: str
    author: str | None
    date: str | None
    url: str | None


def _hides(withdrawals: Withdrawals, row: Mapping[str, str] | None) -> bool:
    if row is None:
        return False
    values = {name: unguard(row.get(name) or "") or None for name in _Shown.__slots__}
    shown = _Shown(
        values["doc_id"] or "",
        values["comment_id"],
        values["text"] or "",
        values["author"],
        values["date"],
        values["url"],
    )
    return withdrawals.hides(shown)


def read_rows(path: Path) -> dict[str, dict[str, str]]:
    """The rows of a bundle's table, by passage id.

    Raises:
        UsageError: the table is not in the bundle.
    """
    try:
        with zipfile.ZipFile(path) as package, package.open(DATA_NAME) as file:
            return {row["passage_id"]: row for row in read_table(file)}
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UsageError(
            f"Le tableau du dossier «\u00a0{path}\u00a0» manque ou est abîmé. Reprenez-en une "
            "copie intacte."
        ) from error


def _masked_hash(text: str) -> str:
    return text_hash(mask_contacts(text).text)


def _recorded(path: Path, record: Mapping[str, Any]) -> RecordedSearch:
    names = list(record["place_fields"])
    places = tuple(Place(**dict(zip(names, row, strict=True))) for row in record["places"])
    questions = tuple(read_asked(one) for one in record["questions"])
    return RecordedSearch(
        path=path,
        request=_request(record, questions, places),
        places=places,
        generation=int(record["generation"]),
        content_hash=str(record["content_hash"]),
        encoder=(str(record["encoder"]["name"]), str(record["encoder"]["revision"])),
        software=str(record["software"]),
        authors=str(record["authors"]),
    )


def _request(
    record: Mapping[str, Any], questions: Sequence[Asked], places: Sequence[Place]
) -> Request:
    filters = read_filters(record["filters"])
    parameters = record["parameters"]
    expression = record["expression"]
    options = ConcordanceOptions()
    if expression is not None:
        options = ConcordanceOptions(
            width=int(parameters["width"]),
            sort=Sort(parameters["sort"]),
            filters=filters,
            limit=int(parameters["limit"]),
        )
    subject = str(record["subject"])
    ids = [place.passage_id for place in places] if subject == "selection" else []
    return Request(
        subject,
        questions=questions,
        passage_ids=ids,
        expression=expression,
        concordance=options,
        filters=filters,
    )


def _ordered(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    return tuple(
        sorted(
            differences,
            key=lambda one: (one.query_id or "", one.rank or one.former_rank or 0),
        )
    )
