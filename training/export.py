"""Trained weights as a plain sentence-transformers directory, and what is read without torch."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertModel, PreTrainedTokenizerFast

from index.encoders.directory import GRAPH_NAME, PRODUCTS_NAME
from index.encoders.token_space import TokenSpace
from training.graph import GraphBuilder
from training.retriever import Retriever
from training.start import BOS, EOS, MAX_TOKENS, PAD, UNKNOWN

PROMPTS: Final = {"query": "query: ", "passage": "passage: "}
# How far large components are divided before they are rounded: 0.5, 0.7 and 1 give a least cosine
# of 0.9992, 0.9995 and 0.9907 with single precision, and none 0.996.
_SMOOTHING: Final = 0.7
_SMALLEST: Final = 1e-3
# The products of a layer whose inputs are smoothed, by the names of the graph and of BERT.
_SMOOTHED: Final = {
    "qkv": "attention.self.query",
    "inner": "intermediate.dense",
    "outer": "output.dense",
}


def export_model(
    model: Retriever,
    tokenizer: Tokenizer,
    weights: NDArray[np.float32],
    n_pooled: int,
    folder: Path,
) -> None:
    """Writes a BERT + mean pooling + Normalize model in eight-bit floats, and its token space.

    sentence-transformers reads the weights in single precision, as the configuration says.
    """
    export_bert(model.bert, tokenizer, folder)
    _shrink_weights(folder)
    space = TokenSpace(
        model.centre.detach().numpy(), weights, model.projection.detach().numpy(), n_pooled=n_pooled
    )
    space.save(folder)


def export_bert(bert: BertModel, tokenizer: Tokenizer, folder: Path) -> None:
    """Writes a BERT + mean pooling + Normalize model in single precision, with both prompts."""
    bert.config.dtype = torch.float32
    with tempfile.TemporaryDirectory() as staging:
        bert.save_pretrained(staging, safe_serialization=True)
        fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
            tokenizer_object=tokenizer,
            model_max_length=MAX_TOKENS,
            bos_token=BOS,
            eos_token=EOS,
            cls_token=BOS,
            sep_token=EOS,
            unk_token=UNKNOWN,
            pad_token=PAD,
        )
        fast.save_pretrained(staging)
        transformer = Transformer(staging, max_seq_length=MAX_TOKENS)
        width = int(bert.config.hidden_size)
        modules = [transformer, Pooling(width, pooling_mode="mean"), Normalize()]
        whole = SentenceTransformer(modules=modules, prompts=dict(PROMPTS), device="cpu")
        _replace_folder(whole, folder)


def export_graph(folder: Path, texts: Sequence[str]) -> None:
    """Writes the graph of the model in `folder`, and how its products are smoothed.

    Args:
        texts: ordinary texts, with their prompts, that show how large components become.
    """
    bert = BertModel.from_pretrained(str(folder), add_pooling_layer=False)
    config = bert.config
    builder = GraphBuilder(
        int(config.hidden_size),
        int(config.intermediate_size),
        int(config.num_attention_heads),
        float(config.layer_norm_eps),
    )
    onnx.save(builder.build(int(config.num_hidden_layers)), folder / GRAPH_NAME)
    largest = largest_inputs(bert, Tokenizer.from_file(str(folder / "tokenizer.json")), texts)
    grown = {
        name: largest[name].clamp(min=_SMALLEST).pow(_SMOOTHING).contiguous() for name in largest
    }
    save_file(grown, folder / PRODUCTS_NAME)
    for name in (GRAPH_NAME, PRODUCTS_NAME):
        (folder / name).chmod(0o644)


@torch.inference_mode()
def largest_inputs(
    bert: BertModel, tokenizer: Tokenizer, texts: Sequence[str]
) -> Mapping[str, Tensor]:
    """The largest size of each component of the smoothed products' inputs, by the graph's names."""
    found: dict[str, Tensor] = {}

    def watch(name: str) -> torch.utils.hooks.RemovableHandle:
        def look(_module: torch.nn.Module, inputs: tuple[Tensor, ...]) -> None:
            size = inputs[0].abs().amax(dim=(0, 1))
            found[name] = torch.maximum(found[name], size) if name in found else size

        layer, part = name.split(".")[1:]
        module = bert.get_submodule(f"encoder.layer.{layer}.{_SMOOTHED[part]}")
        return module.register_forward_pre_hook(look)

    n_layers = int(bert.config.num_hidden_layers)
    hooks = [watch(f"layer.{layer}.{part}") for layer in range(n_layers) for part in _SMOOTHED]
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    for encoding in tokenizer.encode_batch_fast(list(texts)):
        bert(input_ids=torch.tensor([encoding.ids]))
    for hook in hooks:
        hook.remove()
    return found


def _shrink_weights(folder: Path) -> None:
    """Matrices to eight-bit floats, the rest to half precision; BERT's pooler is left out.

    Mean pooling never reads it.
    """
    config_path = folder / "sentence_bert_config.json"
    config = json.loads(config_path.read_text(encoding="utf-8"))
    config["model_kwargs"] = {"add_pooling_layer": False}
    config_path.write_text(json.dumps(config, indent=4) + "\n", encoding="utf-8")
    weights = folder / "model.safetensors"
    kept = {
        name: _shrunk(name, tensor)
        for name, tensor in load_file(weights).items()
        if not name.startswith("pooler.")
    }
    save_file(kept, weights, metadata={"format": "pt"})
    weights.chmod(0o644)


def _shrunk(name: str, tensor: Tensor) -> Tensor:
    is_small = tensor.ndim < 2 or "position" in name or "token_type" in name
    return tensor.half() if is_small else tensor.to(torch.float8_e4m3fn)


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
