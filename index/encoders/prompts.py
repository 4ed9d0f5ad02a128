"""What known families of models want written before a query or a passage.

A model trained with such prefixes loses several points of nDCG without them, and few of the older
ones say so in their own files. A model's own `config_sentence_transformers.json` always wins over
this table. Sources: the model cards of the families named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_RETRIEVAL_TASK: Final = (
    "Given a web search query, retrieve relevant passages that answer the query"
)


@dataclass(frozen=True, slots=True)
class Prompts:
    """The text put before every query and before every passage (either may be empty)."""

    query: str = ""
    passage: str = ""


# The first pattern found in the model's name decides, so narrow patterns come first.
_FAMILIES: Final[tuple[tuple[str, Prompts], ...]] = (
    (r"e5-.*instruct", Prompts(query=f"Instruct: {_RETRIEVAL_TASK}\nQuery: ")),
    (r"\be5-|-e5-", Prompts(query="query: ", passage="passage: ")),
    (r"solon-embeddings", Prompts(query="query : ")),
    (r"bge-m3", Prompts()),
    (
        r"bge-(small|base|large)-en",
        Prompts(query="Represent this sentence for searching relevant passages: "),
    ),
    (r"qwen3-embedding", Prompts(query=f"Instruct: {_RETRIEVAL_TASK}\nQuery:")),
    (
        r"embeddinggemma",
        Prompts(query="task: search result | query: ", passage="title: none | text: "),
    ),
    (r"snowflake-arctic-embed.*v2", Prompts(query="query: ")),
)


def prompts_for_name(name: str) -> Prompts:
    """The prompts of the family that `name` belongs to; empty ones for an unknown family."""
    lowered = name.lower().replace("_", "-")
    for pattern, prompts in _FAMILIES:
        if re.search(pattern, lowered):
            return prompts
    return Prompts()


def choose_prompts(name: str, own: Mapping[str, str | None]) -> Prompts:
    """The model's own prompts where it carries any, those of its family otherwise.

    Args:
        name: the model's name or the last part of its folder.
        own: the `prompts` of the model's configuration, by task name.
    """
    query = own.get("query") or ""
    passage = own.get("passage") or own.get("document") or ""
    if query or passage:
        return Prompts(query=query, passage=passage)
    return prompts_for_name(name)
