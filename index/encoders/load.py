"""The encoder of a name or of a folder.

The bundled model is read by numpy, one of the project's recipe by onnxruntime. Any other goes
through sentence-transformers, with `trust_remote_code=False` and safetensors weights only; that
library is imported when such a model is loaded, never before.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from index.encoders.bundled import TransformerEncoder, is_transformer_directory
from index.encoders.directory import is_model_directory, require_safetensors
from index.encoders.protocol import Encoder, Reranker
from index.encoders.sentence_transformers import (
    BulkEncoder,
    CrossEncoderReranker,
    SentenceTransformerEncoder,
)
from index.encoders.whole_numbers import WholeNumberEncoder, is_whole_number_directory
from ingest.errors import EncoderError

BUNDLED_NAME: Final = "archiblogue-fr"
_BUNDLED_PATH: Final = Path(__file__).parent / BUNDLED_NAME
# Texts from which torch's start (some seconds) is won back by its speed.
_BULK_TEXTS: Final = 256


def load_encoder(name_or_path: str | None = None, *, revision: str | None = None) -> Encoder:
    """The encoder asked for; the bundled one when nothing is asked.

    Args:
        name_or_path: a model directory, or a name on the model hub; None or `archiblogue-fr` is
            the bundled model.
        revision: the revision that an archive was built with. A local model must carry exactly
            that one; a hub model is fetched at that commit.

    Raises:
        EncoderError: there is no such model, it has no safetensors weights, or its revision is
            not the one asked for.
    """
    path = _BUNDLED_PATH if name_or_path in {None, BUNDLED_NAME} else Path(str(name_or_path))
    if not is_model_directory(path):
        if name_or_path is None or path.exists():
            raise EncoderError(
                f"« {path} » n’est pas un dossier de modèle sentence-transformers. Indiquez un "
                "dossier qui contient modules.json, ou réinstallez Archiblogue."
            )
        return SentenceTransformerEncoder(str(name_or_path), revision=revision)
    require_safetensors(path)
    path = path.resolve()
    encoder: Encoder
    if is_whole_number_directory(path):
        encoder = WholeNumberEncoder(path)
    elif path.name == BUNDLED_NAME and is_transformer_directory(path):
        encoder = TransformerEncoder(path, BulkEncoder(path), n_bulk=_BULK_TEXTS)
    else:
        encoder = SentenceTransformerEncoder(str(path), directory=path)
    if revision is not None and encoder.revision != revision:
        raise EncoderError(
            f"Le modèle « {encoder.name} » porte la révision {encoder.revision}, mais la révision "
            f"{revision} est demandée. Reconstruisez l’archive avec ce modèle, ou rendez-lui le "
            "modèle d’origine."
        )
    return encoder


def load_reranker(name_or_path: str) -> Reranker:
    """The cross-encoder asked for, by directory or by name on the model hub.

    Raises:
        EncoderError: there is no such model, or it has no safetensors weights.
    """
    path = Path(name_or_path)
    if path.is_dir():
        require_safetensors(path)
    return CrossEncoderReranker(name_or_path)
