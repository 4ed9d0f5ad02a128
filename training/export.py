"""Trained weights as a plain sentence-transformers directory: safetensors, half precision."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import (
    Normalize,
    Pooling,
    StaticEmbedding,
    Transformer,
)
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from training.student import MAX_TOKENS, TransformerStudent
from training.tokenizer import CLS, MASK, PAD, SEP, UNKNOWN


def export_static(table: NDArray[np.float32], tokenizer: Tokenizer, folder: Path) -> None:
    """Writes a StaticEmbedding + Normalize model; rows are scaled together to fit half precision.

    One common factor changes no unit vector.
    """
    scaled = table / np.abs(table).max()
    weights = torch.from_numpy(scaled.astype(np.float16))
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights), Normalize()], device="cpu"
    )
    _replace_folder(model, folder)


def export_transformer(student: TransformerStudent, tokenizer: Tokenizer, folder: Path) -> None:
    """Writes a BERT + mean pooling + Normalize model, stored in half precision, read in single."""
    student.model.config.dtype = torch.float32
    with tempfile.TemporaryDirectory() as staging:
        student.model.save_pretrained(staging, safe_serialization=True)
        fast = PreTrainedTokenizerFast(
            tokenizer_object=tokenizer,
            model_max_length=MAX_TOKENS,
            pad_token=PAD,
            unk_token=UNKNOWN,
            cls_token=CLS,
            sep_token=SEP,
            mask_token=MASK,
        )
        fast.save_pretrained(staging)
        transformer = Transformer(staging, max_seq_length=MAX_TOKENS)
        width = student.model.config.hidden_size
        modules = [transformer, Pooling(width, pooling_mode="mean"), Normalize()]
        _replace_folder(SentenceTransformer(modules=modules, device="cpu"), folder)
    _leave_pooler_out(folder)


def _leave_pooler_out(folder: Path) -> None:
    """Halves the weights' precision and drops BERT's pooler, which mean pooling never reads."""
    config_path = folder / "sentence_bert_config.json"
    config = json.loads(config_path.read_text(encoding="utf-8"))
    config["model_kwargs"] = {"add_pooling_layer": False}
    config_path.write_text(json.dumps(config, indent=4) + "\n", encoding="utf-8")
    weights = folder / "model.safetensors"
    halved = {
        name: tensor.half()
        for name, tensor in load_file(weights).items()
        if not name.startswith("pooler.")
    }
    save_file(halved, weights, metadata={"format": "pt"})
    weights.chmod(0o644)


def _replace_folder(model: SentenceTransformer, folder: Path) -> None:
    """Saves the model, keeping the card that people wrote."""
    card = folder / "README.md"
    kept = card.read_text(encoding="utf-8") if card.exists() else None
    if folder.exists():
        shutil.rmtree(folder)
    model.save(str(folder), create_model_card=False, safe_serialization=True)
    (folder / "model.safetensors").chmod(0o644)
    if kept is not None:
        card.write_text(kept, encoding="utf-8")
