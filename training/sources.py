"""The training files: how much of each is used, and what the model card must say of it.

Shares were set for the archive's domain: blogs and everyday language oversampled, parliament and
law capped (they are most of the raw text). File names are those of the data folder's README.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ParallelSource:
    """A file of English-French sentence pairs.

    Attributes:
        name: the file is `parallel_{name}.jsonl.gz`.
        n_pairs: pairs drawn for the teacher, at most.
        n_passages: passages made of consecutive pairs, at most; 0 where neighbours in the file
            are unrelated.
    """

    name: str
    n_pairs: int
    n_passages: int = 0


PARALLEL: Final = (
    ParallelSource("tatoeba", 120_000),
    ParallelSource("europarl_sel", 60_000),
    ParallelSource("web", 25_000, 5_000),
    ParallelSource("ui", 22_000),
    ParallelSource("docs", 20_000, 2_500),
    ParallelSource("lois_canada", 20_000, 3_000),
    ParallelSource("python", 12_000, 2_000),
    ParallelSource("php", 10_000, 1_000),
    ParallelSource("mozilla", 5_400),
    ParallelSource("tico19", 3_000),
)


@dataclass(frozen=True, slots=True)
class PairSource:
    """A file of (question, title or heading) -> passage pairs.

    Attributes:
        name: the file is `pairs_{name}.jsonl.gz`.
        n_pairs: pairs drawn, at most.
        repeats: how often each is seen in one pass.
    """

    name: str
    n_pairs: int
    repeats: int = 1


PAIRS: Final = (
    PairSource("blogs", 4_000, 3),
    PairSource("guides", 7_000, 3),
    PairSource("ademe", 1_700, 2),
    PairSource("aides", 1_000, 2),
    PairSource("publicodes", 1_400, 2),
    PairSource("aide_gnome", 800, 2),
    PairSource("naf", 1_500),
    PairSource("php", 2_100),
    PairSource("python", 1_600),
    PairSource("lois_canada", 12_000),
)

# Texts and words of one meaning: the second side of the lexicon is a list of synonyms.
MEANINGS: Final = (PairSource("tatoeba_para", 15_000), PairSource("lexique", 8_000))


@dataclass(frozen=True, slots=True)
class TextSource:
    """A file of French text, for the vocabulary and for inverse-cloze pairs.

    Attributes:
        name: the file is `text_{name}.jsonl.gz`.
        n_texts: texts drawn, at most.
        sentences_in_order: neighbours in the file come from one document.
        is_web: pages and blogs, news and encyclopaedia, against debates and theatre.
    """

    name: str
    n_texts: int
    sentences_in_order: bool = False
    is_web: bool = False


TEXTS: Final = (
    TextSource("web", 38_203, is_web=True),
    TextSource("europarl_passages", 60_000),
    TextSource("ud", 8_533, sentences_in_order=True, is_web=True),
    TextSource("debats_an", 280_715, sentences_in_order=True),
    TextSource("theatre", 102_941, sentences_in_order=True),
)
