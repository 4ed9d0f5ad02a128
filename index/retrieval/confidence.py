"""Whether anything in the archive answers a question: honest silence.

A question leaves traces in what was found: the share of its words that one passage holds, the
place of its best BM25 score under the highest possible one, how far the best cosine stands above
those of ordinary passages. A logistic model weighs them (`bench.fit_confidence` fits it on judged
sets, into model.toml). Each build then asks its own archive questions that are foreign to it,
and moves the threshold to what that archive needs (`index.building.calibration`).
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.terms import query_terms
from index.model import AbsentWord, Expansion
from index.query.synonyms import EXPANSION_WEIGHT
from index.retrieval.bm25 import LexicalIndex
from index.retrieval.ranker import Candidates

MODEL_FILE: Final = Path(__file__).with_name("confidence.toml")
INFO_KEY: Final = "silence"
# Share of the question that no passage holds: above are 8 of 2,466 answerable questions over the
# development sets and their parts, and 853 of 6,665 unanswerable ones (bench/fit_confidence).
_NOTHING_KNOWN: Final = 0.999
# What a question must reach more, in logits, when it holds a name, or another word, that is nowhere
# in the archive. Of 60 questions of each development set whose rarest word was replaced by an
# absent name, 23, 33, 45 and 47 in 100 were flagged (mesconseilscovid, spf_qr, piaf, cdtn), and 40,
# 82, 75 and 78 with 3; a higher margin flags a seed question that is answered. By an absent noun,
# with 2: 38, 47 and 58 become 83, 72 and 86 on the last three. Of the questions as they are 5, 0,
# 12 and 7 were flagged, and 5, 0, 13 and 7 are.
_ABSENT_NAME: Final = 3.0
_ABSENT_WORD: Final = 2.0
# How far above ordinary passages a new one must stand, in standard deviations, to be news for a
# saved search: see docs/decisions/0091-notebook.md for what was measured (`bench.news`).
STAND_OUT_OF_NEWS: Final = 1.5
# What an archive that has no model for a way of searching asks of a passage. Not measured.
_UNJUDGED_COVERAGE: Final = 0.5
_UNJUDGED_STAND_OUT: Final = 3.0
# Passages after the best one that its lead is measured on.
_FOLLOWERS: Final = 9

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer. Shares are from 0 to 1; the dense part is 0 in lexical mode.

    `coverage` is the greatest share of the question that one passage holds, rarity counted;
    `first_coverage` the same of the first hit; `strength` the best BM25 score under the highest
    possible one; `unknown` the share that no passage holds; `held` the rarity held by one passage,
    in units of the rarest word. `cosine` is the best one, `stand_out` its distance from ordinary
    passages in standard deviations, `first_stand_out` that of the first hit, `lead` its distance
    from the next ones, `agreement` the stand-out of the best lexical passage, `level` the cosine
    of ordinary passages: some archives are near to every question.
    """

    coverage: float = 0.0
    first_coverage: float = 0.0
    strength: float = 0.0
    unknown: float = 1.0
    held: float = 0.0
    n_terms: float = 0.0
    cosine: float = 0.0
    stand_out: float = 0.0
    first_stand_out: float = 0.0
    lead: float = 0.0
    agreement: float = 0.0
    joint: float = 0.0
    level: float = 0.0


FEATURES: Final = tuple(one.name for one in fields(Evidence))


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """A logistic model: `weights` on standardised features, `threshold` on its score (a logit)."""

    weights: Mapping[str, float]
    means: Mapping[str, float]
    scales: Mapping[str, float]
    intercept: float
    threshold: float

    def score(self, evidence: Evidence) -> float:
        """The logit that something answers: above 0 means more likely than not."""
        values = {name: float(getattr(evidence, name)) for name in self.weights}
        return self.intercept + sum(
            weight * (values[name] - self.means[name]) / self.scales[name]
            for name, weight in self.weights.items()
        )


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a build learned about its own archive, for each way of searching.

    `thresholds` by mode (`hybrid`, `dense`, `lexical`), and in `models` the model that each was
    set for; the shares say how many of the foreign
    questions and of the archive's own titles are flagged with the hybrid threshold.
    """

    thresholds: Mapping[str, float]
    models: Mapping[str, str] = field(default_factory=dict)
    n_foreign: int = 0
    n_probes: int = 0
    foreign_flagged: float = 0.0
    probes_flagged: float = 0.0

    def as_json(self) -> str:
        """The calibration as the store keeps it."""
        return json.dumps(asdict(self), sort_keys=True)


def read_calibration(text: str | None) -> Calibration | None:
    """The calibration that a store keeps; None where an archive has none."""
    if not text:
        return None
    try:
        return Calibration(**json.loads(text))
    except (ValueError, TypeError):
        return None


def known_modes() -> tuple[str, ...]:
    """The ways of searching that a model was fitted for."""
    return tuple(_models())


def models_for(encoder_name: str, encoder_revision: str) -> Mapping[str, str]:
    """The model to use for each way of searching with that encoder.

    The scale of cosines is each encoder's own: with another one than the model was fitted on, a
    hybrid search is judged by its words alone, and a dense one is not judged.
    """
    if _fitted_encoder() == encoder_label(encoder_name, encoder_revision):
        return {mode: mode for mode in known_modes()}
    return {"hybrid": "lexical", "lexical": "lexical"}


def encoder_label(name: str, revision: str) -> str:
    """How the fitted models name their encoder."""
    return f"{name} {revision[:12]}"


def load_model(mode: str) -> ConfidenceModel:
    """The fitted model for `hybrid`, `dense` or `lexical`.

    Raises:
        KeyError: no model was fitted for these mode.
    """
    return _models()[mode]


@lru_cache(maxsize=1)
def _content() -> Mapping[str, Any]:
    return tomllib.loads(MODEL_FILE.read_text(encoding="utf-8"))


def _fitted_encoder() -> str:
    return str(_content().get("encoder", ""))


@lru_cache(maxsize=1)
def _models() -> Mapping[str, ConfidenceModel]:
    return {
        mode: ConfidenceModel(
            weights=model["weights"],
            means=model["means"],
            scales=model["scales"],
            intercept=float(model["intercept"]),
            threshold=float(model["threshold"]),
        )
        for mode, model in _content().items()
        if isinstance(model, dict)
    }


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a question: the weight of each term typed, and what the lexicon added."""

    weights: Mapping[str, float]
    expansions: tuple[Expansion, ...] = ()


def gather_evidence(found: Candidates | None, words: Words, lexical: LexicalIndex) -> Evidence:
    """What the candidates of a question say about an answer.

    Args:
        found: the candidates, best first; None when there are none.
        words: the question's words.
        lexical: the archive's lexical retriever.
    """
    if found is None or not len(found.rows):
        return Evidence()
    coverage, gain = _coverage(found, words, lexical)
    strength = _strength(found, gain, lexical.ceiling(words.weights))
    shares = _lexical_evidence(coverage, strength, words, lexical)
    if found.dense is None or found.level is None:
        return Evidence(**shares)
    ranked = np.sort(found.dense)[::-1]
    stand_out = found.level.stand_out(found.dense)
    above = np.clip(stand_out, 0.0, None)
    agreement = 0.0
    if found.lexical is not None and found.lexical.any():
        agreement = float(stand_out[int(np.argmax(found.lexical))])
    followers = ranked[1 : 1 + _FOLLOWERS]
    return Evidence(
        **shares,
        cosine=float(ranked[0]),
        stand_out=float(stand_out.max()),
        first_stand_out=float(stand_out[0]),
        lead=float(ranked[0] - followers.mean()) if len(followers) else 0.0,
        agreement=agreement,
        joint=float((coverage * above).max()),
        level=found.level.mean,
    )


def is_answered(
    evidence: Evidence,
    mode: str,
    calibration: Calibration | None,
    absent: Sequence[AbsentWord] = (),
) -> bool | None:
    """Whether something answers; None where the archive cannot tell.

    `absent` are the words of the question that are nowhere: they raise what an answer must reach.

    An archive that is asked in other words than its own may lower the threshold, not for a question
    of which it holds no word at all: a row of letters, function words, another language.
    """
    if calibration is None or mode not in calibration.thresholds:
        return None
    model = calibration.models.get(mode, "")
    if model not in known_modes():
        return None
    fitted = load_model(model)
    threshold = calibration.thresholds[mode]
    if evidence.unknown >= _NOTHING_KNOWN:
        threshold = max(threshold, fitted.threshold)
    if absent:
        threshold += _ABSENT_NAME if any(one.is_name for one in absent) else _ABSENT_WORD
    return fitted.score(evidence) >= threshold


@dataclass(frozen=True, slots=True)
class Standard:
    """What a passage is held to: the archive's calibration for a way of searching, and a bar.

    A passage must stand `least_stand_out` standard deviations above ordinary ones.
    """

    mode: str
    calibration: Calibration | None
    least_stand_out: float = STAND_OUT_OF_NEWS


def answering(
    found: Candidates, words: Words, lexical: LexicalIndex, standard: Standard
) -> NDArray[np.bool_]:
    """Which candidates (n,) would each, had it been found alone, answer the question.

    The same model, features and threshold as `is_answered`, which judge a question as a whole: a
    passage must also pass the bar of `standard`, where the model reads similarities. Where the
    archive has no model, those pass that hold half of the question's words, rarity counted, or in a
    dense search stand three standard deviations above ordinary ones.
    """
    mode, calibration = standard.mode, standard.calibration
    coverage, gain = _coverage(found, words, lexical)
    values: dict[str, Scores | float] = _alone(found, coverage, gain, words, lexical)
    known = None if calibration is None else calibration.models.get(mode, "")
    if calibration is None or mode not in calibration.thresholds or known not in known_modes():
        if mode == "dense" and found.dense is not None:
            return np.asarray(values["stand_out"]) >= _UNJUDGED_STAND_OUT
        return coverage >= _UNJUDGED_COVERAGE
    fitted = load_model(known)
    scores = np.full(len(found.rows), fitted.intercept)
    for name, weight in fitted.weights.items():
        value = np.asarray(values.get(name, 0.0), dtype=np.float64)
        scores += weight * (value - fitted.means[name]) / fitted.scales[name]
    own = calibration.thresholds[mode]
    is_foreign = np.asarray(values["unknown"]) >= _NOTHING_KNOWN
    is_answer = scores >= np.where(is_foreign, max(own, fitted.threshold), own)
    if "cosine" not in fitted.weights:
        return is_answer
    return is_answer & (np.asarray(values["stand_out"]) >= standard.least_stand_out)


def _alone(
    found: Candidates, coverage: Scores, gain: Scores, words: Words, lexical: LexicalIndex
) -> dict[str, Scores | float]:
    """The features of `Evidence` for each candidate (n,) taken alone."""
    ceiling = lexical.ceiling(words.weights)
    strength = np.zeros(len(found.rows), dtype=np.float32)
    if found.lexical is not None and ceiling > 0:
        strength = np.minimum(1.0, found.lexical * gain / ceiling).astype(np.float32)
    total = _mass(words.weights, lexical)
    known = {term: w for term, w in words.weights.items() if lexical.is_known(term)}
    missing = 1.0 - _mass(known, lexical) / total
    values: dict[str, Scores | float] = {
        "coverage": coverage,
        "first_coverage": coverage,
        "strength": strength,
        "unknown": np.minimum(missing, 1.0 - coverage),
        "held": coverage * np.float32(total / math.log1p(max(lexical.n_rows, 1) / 0.5)),
        "n_terms": math.log1p(len(words.weights)),
    }
    if found.dense is not None and found.level is not None:
        away = found.level.stand_out(found.dense)
        has_words = np.zeros(len(away)) if found.lexical is None else found.lexical > 0
        values |= {
            "cosine": found.dense,
            "stand_out": away,
            "first_stand_out": away,
            "agreement": np.where(has_words, away, 0.0).astype(np.float32),
            "joint": coverage * np.clip(away, 0.0, None),
            "level": found.level.mean,
        }
    return values


def _coverage(found: Candidates, words: Words, lexical: LexicalIndex) -> tuple[Scores, Scores]:
    """The share of the question that each candidate holds, and what its BM25 score is worth.

    Another name counts as what it names: in the share, and in the score, whose discount and
    difference of rarity are undone.
    """
    coverage = lexical.coverage(words.weights, found.rows)
    gain = np.ones(len(found.rows), dtype=np.float32)
    total = _mass(words.weights, lexical)
    for expansion in words.expansions:
        named = set(query_terms(expansion.typed)) & words.weights.keys()
        rest = {term: w for term, w in words.weights.items() if term not in named}
        own = _mass(rest, lexical) if rest else 0.0
        with_name = (lexical.coverage(rest, found.rows) * own + (total - own)) / total
        is_named = lexical.holding(expansion.terms)[found.rows]
        coverage = np.where(is_named, np.maximum(coverage, with_name), coverage)
        name = _mass(dict.fromkeys(expansion.terms, 1.0), lexical)
        worth = np.float32((total - own) / (EXPANSION_WEIGHT * name))
        gain = np.where(is_named, np.maximum(gain, worth), gain)
    return coverage.astype(np.float32), gain.astype(np.float32)


def _strength(found: Candidates, gain: Scores, ceiling: float) -> float:
    """The best BM25 score under the highest possible one."""
    if found.lexical is None or ceiling <= 0:
        return 0.0
    return min(1.0, float((found.lexical * gain).max()) / ceiling)


def _mass(weights: Mapping[str, float], lexical: LexicalIndex) -> float:
    return max(sum(weight * lexical.idf(term) for term, weight in weights.items()), 1e-9)


def _lexical_evidence(
    coverage: Scores, strength: float, words: Words, lexical: LexicalIndex
) -> dict[str, float]:
    total = _mass(words.weights, lexical)
    known = {term: w for term, w in words.weights.items() if lexical.is_known(term)}
    missing = 1.0 - _mass(known, lexical) / total
    rarest = math.log1p(max(lexical.n_rows, 1) / 0.5)
    highest = float(coverage.max())
    return {
        "coverage": highest,
        "first_coverage": float(coverage[0]),
        "strength": strength,
        "unknown": min(missing, 1.0 - highest),
        "held": highest * total / rarest,
        "n_terms": math.log1p(len(words.weights)),
    }
