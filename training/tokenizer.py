"""The French vocabulary: lower-cased word pieces, apostrophes read as spaces."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from tokenizers.trainers import WordPieceTrainer

PAD, UNKNOWN, CLS, SEP, MASK = SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_MIN_FREQUENCY: Final = 4


def train_tokenizer(
    texts: Iterable[str], vocabulary_size: int, *, folds_accents: bool
) -> Tokenizer:
    """A WordPiece tokenizer in BERT's order of special tokens.

    An elided word is a word of its own (`l'été` gives `l été`): the apostrophe is dropped, since it
    would be a fifth of the marks in a passage and means nothing beside its neighbours.
    """
    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN, max_input_chars_per_word=60))
    tokenizer.normalizer = _normalizer(folds_accents=folds_accents)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = WordPieceTrainer(
        vocab_size=vocabulary_size,
        min_frequency=_MIN_FREQUENCY,
        special_tokens=list(SPECIAL_TOKENS),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{CLS} $A {SEP}",
        pair=f"{CLS} $A {SEP} $B:1 {SEP}:1",
        special_tokens=[(token, token_id(tokenizer, token)) for token in (CLS, SEP)],
    )
    return tokenizer


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer saved at `path`."""
    return Tokenizer.from_file(str(path))


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of a token that the vocabulary holds.

    Raises:
        KeyError: it does not.
    """
    number = tokenizer.token_to_id(token)
    if number is None:
        raise KeyError(token)
    return number


def _normalizer(*, folds_accents: bool) -> normalizers.Normalizer:
    steps: list[normalizers.Normalizer] = [
        normalizers.NFKC(),
        normalizers.Lowercase(),
        normalizers.Replace("œ", "oe"),
        normalizers.Replace("æ", "ae"),
        normalizers.Replace(Regex("['\u2019\u02bc`\u00b4]"), " "),
    ]
    if folds_accents:
        steps += [normalizers.NFD(), normalizers.StripAccents(), normalizers.NFC()]
    steps.append(normalizers.BertNormalizer(strip_accents=False, lowercase=False))
    return normalizers.Sequence(steps)
