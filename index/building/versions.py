"""What a generation was made with: with other versions nothing of it can be carried over."""

from __future__ import annotations

import hashlib
from typing import Final

from index.analysis.phrases import PHRASES_VERSION
from index.analysis.terms import ANALYSIS_VERSION
from index.building.calibration import QUESTIONS_FILE
from index.building.context import CONTEXT_VERSION
from index.retrieval.alignment import ALIGNMENT_VERSION
from index.retrieval.confidence import MODEL_FILE
from ingest.noise import NOISE_VERSION

CALIBRATION_VERSION_KEY: Final = "calibration_version"


def passage_versions() -> str:
    """The versions of all that passages, terms and alignments depend on, the encoder apart."""
    return (
        f"terms {ANALYSIS_VERSION}, phrases {PHRASES_VERSION}, context {CONTEXT_VERSION}, "
        f"alignment {ALIGNMENT_VERSION}, noise {NOISE_VERSION}"
    )


def calibration_version() -> str:
    """SHA-256 of the questions and models by which an archive learns its silences."""
    digest = hashlib.sha256()
    for path in (MODEL_FILE, QUESTIONS_FILE):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
