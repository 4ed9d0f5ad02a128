"""Fits the model of honest silence on the development sets, and says how good it is.

    python -m bench.fit_silence            measures, and writes index/retrieval/confidence.toml
    python -m bench.fit_silence --dry-run  measures only

Questions of one set asked of the corpus of another are unanswerable; each corpus is also cut into
small archives, since most archives are smaller than the sets. Two pairs are left out: the
cdtn corpus holds the page of every spf_qr question, and spf_qr answers many cdtn searches. Run it
again when the bundled encoder changes. Needs scikit-learn (a dependency of sentence-transformers).
"""

from __future__ import annotations

import argparse
import os
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.building.calibration import foreign_questions, place_threshold
from index.encoders.load import load_encoder
from index.encoders.protocol import Encoder
from index.encoders.remembering import RememberingEncoder
from index.evaluation.beir import CorpusDocument, EvaluationSet, read_set
from index.evaluation.evaluate import corpus_archive
from index.model import Mode, Query
from index.retrieval.confidence import (
    FEATURES,
    MODEL_FILE,
    Evidence,
    Words,
    encoder_label,
    gather_evidence,
)
from index.retrieval.searcher import Searcher
from ingest.errors import ArchiveError, UsageError

SETS: Final = ("piaf", "mesconseilscovid", "spf_qr", "cdtn")
LEFT_OUT: Final = frozenset({("spf_qr", "cdtn"), ("cdtn", "spf_qr")})
N_QUESTIONS: Final = 300
PART_SIZES: Final = (40, 80, 80, 160)
N_PART_QUESTIONS: Final = 120
LEXICAL_FEATURES: Final = ("coverage", "strength", "unknown", "held", "n_terms")
DENSE_FEATURES: Final = ("n_terms", "cosine", "stand_out", "lead", "level")

T = TypeVar("T")
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question put to one archive made of a corpus, whole or in part.

    `origin` is the question's set, `foreign` for the bundled list; `part` is empty for the whole.
    """

    corpus: str
    part: str
    origin: str
    evidence: Evidence

    @property
    def archive(self) -> str:
        return self.corpus + self.part

    @property
    def is_answerable(self) -> bool:
        return self.corpus == self.origin


def shared_folder() -> Path:
    """The folder of development material."""
    default = Path(__file__).resolve().parents[2] / "shared"
    return Path(os.environ.get("ARCHIBLOGUE_SHARED", default)) / "data" / "eval"


def main() -> None:
    """Fits and measures every way of searching."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--dry-run", action="store_true", help="measure without writing")
    arguments.add_argument("--encoder", help="another model than the bundled one")
    options = arguments.parse_args()
    folder = shared_folder()
    sets = {n: read_set(*(folder / n / f for f in _FILES)) for n in SETS}
    encoder = _load(options.encoder)
    asked = {"lexical": list(ask(sets, None))}
    if encoder is not None:
        asked["hybrid"] = asked["dense"] = list(ask(sets, encoder))
    report: list[str] = []
    if encoder is not None:
        report.append(f'encoder = "{encoder_label(encoder.name, encoder.revision)}"')
    for lanes, questions in asked.items():
        names = {"lexical": LEXICAL_FEATURES, "dense": DENSE_FEATURES}.get(lanes, FEATURES)
        report.append(fit(lanes, names, questions))
    if not options.dry_run:
        MODEL_FILE.write_text(_HEAD + "\n".join(report), encoding="utf-8")


_FILES: Final = ("corpus.jsonl", "queries.jsonl", "qrels.tsv")
_HEAD: Final = (
    "# Written by bench/fit_silence.py: the model of index/retrieval/confidence.py. Do not edit.\n"
)


def _load(name: str | None) -> Encoder | None:
    try:
        return RememberingEncoder(load_encoder(name), keeps_passages=True)
    except ArchiveError as error:
        print(error)
        return None


def ask(sets: dict[str, EvaluationSet], encoder: Encoder | None) -> Iterable[Asked]:
    """Yields the evidence of every question on every archive that it may be asked of."""
    chooser = random.Random(7)
    texts = {
        name: _texts(judged, chooser.sample(judged.judged, min(N_QUESTIONS, len(judged.judged))))
        for name, judged in sets.items()
    }
    texts["foreign"] = list(foreign_questions())
    for corpus, judged in sets.items():
        for part, documents in _archives(judged.documents, chooser):
            held = {one.doc_id for one in documents}
            own = [q for q in judged.judged if any(judged.qrels[q].get(d, 0) > 0 for d in held)]
            with corpus_archive(documents, encoder) as archive:
                for origin, questions in texts.items():
                    if (corpus, origin) in LEFT_OUT:
                        continue
                    put = questions
                    if part and origin == corpus:
                        put = _texts(judged, chooser.sample(own, min(N_PART_QUESTIONS, len(own))))
                    elif part and origin != "foreign":
                        put = chooser.sample(questions, min(N_PART_QUESTIONS, len(questions)) // 3)
                    mode = Mode.LEXICAL if encoder is None else Mode.HYBRID
                    for text in put:
                        yield Asked(corpus, part, origin, _evidence(archive.searcher, text, mode))


def _archives(
    documents: Sequence[CorpusDocument], chooser: random.Random
) -> Iterable[tuple[str, Sequence[CorpusDocument]]]:
    """Yields the whole corpus, then small parts: drawn at random, and neighbours in turn."""
    yield "", documents
    for number, wanted in enumerate(PART_SIZES):
        size = min(wanted, len(documents) // 2)
        start = chooser.randrange(len(documents) - size)
        neighbours = documents[start : start + size]
        yield f"/{number}", neighbours if number % 2 else chooser.sample(documents, size)


def _texts(judged: EvaluationSet, query_ids: Sequence[str]) -> list[str]:
    return [judged.queries[one] for one in query_ids]


def _evidence(searcher: Searcher, text: str, mode: Mode) -> Evidence:
    try:
        plan = searcher.plan(Query(text, k=1, mode=mode))
    except UsageError:  # a question of signs only
        return Evidence()
    found = searcher.find(plan, searcher.select(plan))
    return gather_evidence(found, Words(plan.words, plan.expansions), searcher.lexical)


def fit(lanes: str, names: Sequence[str], asked: Sequence[Asked]) -> str:
    """The fitted model as TOML; prints how it does on each corpus when fitted on the others."""
    print(f"\n== {lanes}: {', '.join(names)}")
    figures: list[tuple[float, float]] = []
    for corpus in SETS:
        model = _Fitted(lanes, [a for a in asked if a.corpus != corpus], names)
        tested = [a for a in asked if a.archive == corpus]
        figures.append(_report(corpus, model, tested))
    flagged, lost = np.mean(figures, axis=0)
    print(f"mean of corpora: {flagged:.1%} of unanswerable flagged, {lost:.1%} of answerable")
    model = _Fitted(lanes, asked, names)
    print("fitted on all four:")
    known = [_report(c, model, [a for a in asked if a.archive == c]) for c in SETS]
    print("mean of corpora: {:.1%} flagged, {:.1%} lost".format(*np.mean(known, axis=0)))
    tables = {"weights": model.weights, "means": model.means, "scales": model.scales}
    lines = [
        f"\n[{lanes}]",
        "# Fitted on the other corpora, mean of corpora:",
        f"# {flagged:.1%} of unanswerable questions flagged, {lost:.1%} of answerable ones.",
        f"intercept = {model.intercept:.4f}",
        f"threshold = {model.threshold:.4f}",
    ]
    for key, values in tables.items():
        cells = ", ".join(f"{n} = {v:.5f}" for n, v in zip(names, values, strict=True))
        lines.append(f"{key} = {{ {cells} }}")
    return "\n".join(lines) + "\n"


class _Fitted:
    """A logistic regression on standardised features."""

    def __init__(self, lanes: str, asked: Sequence[Asked], names: Sequence[str]) -> None:
        self.lanes = lanes
        self._columns = [FEATURES.index(name) for name in names]
        x, y = self._matrix(asked), np.array([a.is_answerable for a in asked])
        self.means, self.scales = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
        model = LogisticRegression(C=1.0, max_iter=5000, class_weight="balanced")
        # Every archive counts the same, whatever its number of questions.
        n_asked = Counter(a.archive for a in asked)
        model.fit(
            (x - self.means) / self.scales,
            y,
            sample_weight=[1e3 / n_asked[a.archive] for a in asked],
        )
        self.weights, self.intercept = model.coef_[0], float(model.intercept_[0])
        judged = np.array([a.origin != "foreign" for a in asked])
        self.threshold = _balanced_threshold(self.scores(asked)[judged], y[judged])

    def scores(self, asked: Sequence[Asked]) -> Matrix:
        x = (self._matrix(asked) - self.means) / self.scales
        return np.asarray(x @ self.weights + self.intercept)

    def _matrix(self, asked: Sequence[Asked]) -> Matrix:
        return np.array([astuple(a.evidence) for a in asked], dtype=np.float64)[:, self._columns]


def _balanced_threshold(scores: Matrix, is_answerable: NDArray[np.bool_]) -> float:
    """Where as many answerable questions are flagged as unanswerable ones pass."""
    candidates = np.unique(scores)
    lost = np.searchsorted(np.sort(scores[is_answerable]), candidates) / is_answerable.sum()
    passed = (
        1 - np.searchsorted(np.sort(scores[~is_answerable]), candidates) / (~is_answerable).sum()
    )
    return float(candidates[int(np.argmin(np.maximum(lost, passed)))])


def _report(corpus: str, model: _Fitted, asked: Sequence[Asked]) -> tuple[float, float]:
    scores = model.scores(asked)
    y = np.array([a.is_answerable for a in asked])
    origins = np.array([a.origin for a in asked])
    judged = origins != "foreign"
    threshold = place_threshold(model.lanes, model.threshold, scores[~judged])
    at_ten = float(np.quantile(scores[y], 0.1))
    flagged, lost = (
        float(np.mean(scores[judged & ~y] < threshold)),
        float(np.mean(scores[y] < threshold)),
    )
    by_origin = {
        str(o): f"{np.mean(scores[origins == o] < threshold):.2f}"
        for o in dict.fromkeys(origins)
        if o != corpus
    }
    print(
        f"{corpus:17s} AUC {roc_auc_score(y[judged], scores[judged]):.3f}  "
        f"flagged when 10% are lost {np.mean(scores[judged & ~y] < at_ten):.1%}  "
        f"threshold {threshold:+.2f}: flagged {flagged:.1%}, lost {lost:.1%}  {by_origin}"
    )
    return flagged, lost


if __name__ == "__main__":
    main()
