"""sentence-transformers models behind the encoder's protocol; the library's only importer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.encoders.directory import content_revision, own_prompts
from index.encoders.prompts import Prompts, choose_prompts
from index.encoders.token_space import unit
from ingest.errors import EncoderError

if TYPE_CHECKING:
    import torch
    from sentence_transformers import CrossEncoder, SentenceTransformer

_BATCH_TEXTS: Final = 32
# Texts read with their pieces at once: 256 passages of 100 pieces take some 40 MB.
_READ_AT_ONCE: Final = 256
_UNKNOWN_REVISION: Final = "inconnue"


class SentenceTransformerEncoder:
    """Any sentence-transformers model, with the prompts of its family."""

    def __init__(
        self,
        source: str,
        *,
        revision: str | None = None,
        directory: Path | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        self._source = source
        self.directory = directory
        """The model's folder; None for one of a hub."""
        self._asked_revision = revision
        self._model = _load_sentence_transformer(source, revision, dtype)
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise EncoderError(
                f"Le modèle « {source} » ne dit pas la taille de ses vecteurs. Choisissez un "
                "modèle de phrases de sentence-transformers."
            )
        self._dimension = int(dimension)
        own = own_prompts(directory) if directory else dict(self._model.prompts)
        self._prompts: Prompts = choose_prompts(self.name, own)

    @property
    def name(self) -> str:
        """The name on the hub, or that of the folder."""
        return self.directory.name if self.directory else self._source

    @cached_property
    def revision(self) -> str:
        """A hash of the folder's files, or the hub's commit."""
        if self.directory:
            return content_revision(self.directory)
        config = getattr(getattr(self._model[0], "auto_model", None), "config", None)
        commit = getattr(config, "_commit_hash", None) or self._asked_revision
        return str(commit or _UNKNOWN_REVISION)

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return self._dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions: (n, dimension), float32, L2-normalised."""
        return self._encode(texts, self._prompts.query)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of passages: (n, dimension), float32, L2-normalised."""
        return self._encode(texts, self._prompts.passage)

    @property
    def backend_tokenizer(self) -> Tokenizer:
        """What cuts texts into pieces, without padding."""
        tokenizer = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    def iter_tokens(self, texts: Sequence[str]) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Yields the ids of the pieces of each text and their vectors (n, dimension), float32."""
        for start in range(0, len(texts), _READ_AT_ONCE):
            # The stubs know vectors and token vectors, not what is asked for by None: all there is.
            read: Any = self._model.encode(
                list(texts[start : start + _READ_AT_ONCE]),
                batch_size=_BATCH_TEXTS,
                output_value=None,
                show_progress_bar=False,
            )
            for features in read:
                kept = features["attention_mask"].bool()
                vectors = features["token_embeddings"][kept].float().cpu().numpy()
                yield features["input_ids"][kept].tolist(), vectors

    def _encode(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts),
            prompt=prefix,
            batch_size=_BATCH_TEXTS,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        single = np.ascontiguousarray(vectors, dtype=np.float32)
        # A model in bfloat16 normalises to 0.3 % only.
        return unit(single)


class BulkEncoder:
    """Many texts of the bundled model through torch, in single precision.

    The model is loaded at the first call; its vectors are those of the model read by numpy.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _model(self) -> SentenceTransformerEncoder:
        import torch

        return SentenceTransformerEncoder(
            str(self._path), directory=self._path, dtype=torch.float32
        )

    def read(self, texts: Sequence[str]) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Yields the ids of the pieces of each text and their vectors (n, dimension), float32."""
        return self._model.iter_tokens(texts)


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._model = _load_cross_encoder(source)

    @property
    def name(self) -> str:
        """The model's name or folder, as asked for."""
        return self._source

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """One score a passage: (n,), float32, higher is better, on the model's own scale."""
        if not passages:
            return np.zeros(0, dtype=np.float32)
        scores = self._model.predict(
            [(query, passage) for passage in passages],
            batch_size=_BATCH_TEXTS,
            show_progress_bar=False,
        )
        return np.asarray(scores, dtype=np.float32).reshape(-1)


def _load_sentence_transformer(
    source: str, revision: str | None, dtype: torch.dtype | None
) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    _disable_progress_bars()
    model_kwargs: dict[str, object] = {"use_safetensors": True}
    if dtype is not None:
        model_kwargs["torch_dtype"] = dtype
    try:
        return SentenceTransformer(
            source, revision=revision, trust_remote_code=False, model_kwargs=model_kwargs
        )
    except (OSError, ValueError, ImportError, RuntimeError, KeyError) as error:
        raise _not_loaded(source, "--encoder", error) from error


def _load_cross_encoder(source: str) -> CrossEncoder:
    from sentence_transformers import CrossEncoder

    _disable_progress_bars()
    try:
        model: CrossEncoder = CrossEncoder(
            source, trust_remote_code=False, model_kwargs={"use_safetensors": True}
        )
        return model
    except (OSError, ValueError, ImportError, RuntimeError, KeyError) as error:
        raise _not_loaded(source, "--reranker", error) from error


def _disable_progress_bars() -> None:
    """No progress bar of the library's own: whoever called has one, on a terminal only."""
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]


def _not_loaded(source: str, option: str, error: Exception) -> EncoderError:
    first_line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return EncoderError(
        f"Le modèle « {source} » n’a pas pu être chargé ({first_line}). Vérifiez le nom et la "
        "connexion, indiquez le dossier d’un modèle déjà téléchargé, ou retirez "
        f"l’option {option}."
    )
