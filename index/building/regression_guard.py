"""A new generation must answer what the previous one answered, or it does not take its place.

Two sets of questions are asked of both: the titles of posts that both hold, each of which should
find its own post, and the judgements that people made (`archiblogue judge`), on passages that both
hold. How many are asked depends on how much changed, never on the size of the archive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.archive import Archive
from index.building.publish import Generation, GenerationLease
from index.encoders.protocol import Encoder
from index.encoders.remembering import RememberingEncoder
from index.judgements.metrics import measure
from index.judgements.register import judgements_path, read_judgements
from index.model import Query
from index.storage.lock import ReaderLease
from index.storage.reader import Store
from ingest.errors import RegressionError, UsageError

# Enough titles to tell one in ten from chance, few enough to be asked in a second or two.
_MAX_PROBES: Final = 40
_FEWEST_PROBES: Final = 10
_FEWEST_JUDGED: Final = 5
_MAX_JUDGED: Final = 100
_DEPTH: Final = 10
# Not measured: more than one title in ten no longer finds its post in the first ten, or judged
# questions lose more than five points of nDCG@10. Growth alone moves both by less on the seeds.
MAX_TITLES_LOST: Final = 0.10
MAX_NDCG_LOST: Final = 0.05

Grades = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two generations answer the same questions; shares and means in [0, 1].

    `titles` are the shares of the `n_titles` titles that find their own post in the first ten,
    `ndcg` the mean nDCG@10 of the `n_judged` judged questions: of the previous generation, then of
    the new one.
    """

    n_titles: int
    titles: tuple[float, float]
    n_judged: int
    ndcg: tuple[float, float]

    @property
    def regressions(self) -> tuple[str, ...]:
        """French sentences that say what got worse beyond the threshold."""
        found = []
        if self.n_titles >= _FEWEST_PROBES and self.titles[0] - self.titles[1] > MAX_TITLES_LOST:
            found.append(
                f"sur {self.n_titles} titres, {_percent(self.titles[1])} retrouvent leur billet "
                f"dans les dix premiers, contre {_percent(self.titles[0])} avant"
            )
        if self.n_judged >= _FEWEST_JUDGED and self.ndcg[0] - self.ndcg[1] > MAX_NDCG_LOST:
            found.append(
                f"sur {self.n_judged} questions jugées, le nDCG@10 passe de "
                f"{_percent(self.ndcg[0])} à {_percent(self.ndcg[1])}"
            )
        return tuple(found)


def require_no_regression(previous: Generation, candidate: Generation, encoder: Encoder) -> None:
    """Compare a sealed generation with the one that answers.

    Nothing is compared when they were made with different models, which answer on different
    scales and may not both be there.

    Raises:
        RegressionError: it answers worse beyond a threshold; the message says where.
    """
    if previous.manifest.encoder != candidate.manifest.encoder:
        return
    asked = RememberingEncoder(encoder)
    if _finds_enough(previous, candidate, asked):
        return
    comparison = compare(previous, candidate, asked)
    if comparison.regressions:
        what = "\u202f; ".join(comparison.regressions)
        raise RegressionError(
            f"La nouvelle génération répond moins bien que la précédente\u202f: {what}. "
            f"La génération {previous.number} reste en "
            "place. Cherchez ce qui a changé dans les sources, ou relancez avec --force pour "
            "passer quand même à la nouvelle."
        )


def _finds_enough(previous: Generation, candidate: Generation, encoder: Encoder) -> bool:
    """Whether the new generation alone tells that it answers well enough: even if the previous one
    found all titles, it would not have lost too many. Judged questions are always asked of both."""
    if judgements_path(previous.archive).exists():
        return False
    with _opened(candidate, encoder) as new, Store.open(previous) as store:
        titles = _titles(store)
        shared = _shared(titles, _titles(new.store), _n_probes(candidate))
        return 1.0 - _share_found(new, titles, shared) <= MAX_TITLES_LOST


def compare(previous: Generation, candidate: Generation, encoder: Encoder) -> Comparison:
    """How both answer the titles that they share, and the keeper's judgements.

    Raises:
        IntegrityError: a file of one of them is damaged.
    """
    asked = RememberingEncoder(encoder)
    with _opened(previous, asked) as old, _opened(candidate, asked) as new:
        old_titles, new_titles = _titles(old.store), _titles(new.store)
        shared = _shared(old_titles, new_titles, _n_probes(candidate))
        judged = _judged_by_both(previous.path.parent, old, new)
        return Comparison(
            n_titles=len(shared),
            titles=(_share_found(old, old_titles, shared), _share_found(new, new_titles, shared)),
            n_judged=len(judged),
            ndcg=(_ndcg(old, judged), _ndcg(new, judged)),
        )


def _judged_by_both(archive: Path, old: Archive, new: Archive) -> Grades:
    """The grades by question, on passages that both hold; only questions with a relevant one."""
    try:
        judgements = read_judgements(archive)
    except UsageError:  # a line was damaged by hand: no reason to refuse a build
        return {}
    grades: dict[str, dict[str, int]] = {}
    for one in judgements:
        if old.holds(one.passage_id) and new.holds(one.passage_id):
            grades.setdefault(one.query, {})[one.passage_id] = one.grade
    asked = [query for query, by_id in grades.items() if any(by_id.values())]
    return {query: grades[query] for query in _sample(asked, _MAX_JUDGED)}


def _opened(generation: Generation, encoder: Encoder) -> Archive:
    return Archive(GenerationLease(generation, ReaderLease(generation.path)), encoder)


def _shared(old: Mapping[str, str], new: Mapping[str, str], n: int) -> list[str]:
    """At most `n` posts whose title both generations have."""
    return _sample(sorted(doc for doc, title in old.items() if new.get(doc) == title), n)


def _titles(store: Store) -> dict[str, str]:
    """The title of each post that has one of its own."""
    titles = store.titles()
    n_of = Counter(titles.values())
    return {doc: title for doc, title in titles.items() if n_of[title] == 1}


def _n_probes(candidate: Generation) -> int:
    """As many titles as passages changed, within bounds."""
    n_changed = candidate.manifest.fields.n_changed
    return min(_MAX_PROBES, max(_FEWEST_PROBES, n_changed))


def _sample(texts: Sequence[str], n: int) -> list[str]:
    """At most `n` of them, spread evenly: the same for the same archive."""
    step = max(1, -(-len(texts) // n))
    return list(texts[::step])


def _share_found(archive: Archive, titles: Mapping[str, str], doc_ids: Sequence[str]) -> float:
    """The share of these titles that find their own post, 1 where there are none."""
    document = archive.searcher.columns.document
    n_found = 0
    for doc_id in doc_ids:
        codes = document.codes[_rows_found(archive, titles[doc_id])].tolist()
        n_found += doc_id in {document.values[code] for code in codes}
    return n_found / len(doc_ids) if doc_ids else 1.0


def _ndcg(archive: Archive, judgements: Grades) -> float:
    ids = archive.searcher.columns.passage_ids
    run = {
        question: [one.decode() for one in ids[_rows_found(archive, question)].tolist()]
        for question in judgements
    }
    return measure(run, judgements)["ndcg@10"]


def _rows_found(archive: Archive, question: str) -> NDArray[np.int64]:
    """The rows (n,) of the first passages that answer a question, best first."""
    searcher = archive.searcher
    try:
        keys = searcher.keys_found(searcher.plan(Query(question, k=_DEPTH)))
    except UsageError:  # a title of signs only
        return np.zeros(0, dtype=np.int64)
    return searcher.columns.rows(keys)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%"
