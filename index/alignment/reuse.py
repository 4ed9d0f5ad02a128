"""Alignments carried over from the former generation, for documents that did not change.

An alignment depends on one document alone: its texts, names, replies and vectors. What it depends
on is fingerprinted and kept with the build; the same fingerprint has the same alignments.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from index.alignment.paragraphs import ALIGNMENT_VERSION, Alignment
from index.archive.manifest import EncoderStamp
from index.archive.pointer import Generation
from index.store import PassageRow, Store
from ingest.model import Document

INFO_KEY: Final = "alignment_inputs"
_FINGERPRINT_DIGITS: Final = 32


@dataclass(slots=True)
class AlignmentInputs:
    """What the alignments of a build depend on: a fingerprint for each commented document."""

    version: str
    documents: dict[str, str] = field(default_factory=dict)

    @classmethod
    def for_encoder(cls, stamp: EncoderStamp) -> AlignmentInputs:
        """Empty inputs of this version of the aligner and this model."""
        return cls(f"{ALIGNMENT_VERSION} {stamp.name} {stamp.revision}")

    @classmethod
    def of_generation(cls, generation: Generation | None) -> AlignmentInputs:
        """What a generation kept, empty when it kept nothing that can be read."""
        if generation is None:
            return cls("")
        with Store(generation.store_path) as store:
            kept = store.info().get(INFO_KEY, "")
        try:
            said = json.loads(kept)
            return cls(str(said["version"]), dict(said["documents"]))
        except (ValueError, KeyError, TypeError):
            return cls("")

    def add(self, document: Document, digests: Sequence[str]) -> None:
        """Note a document with comments; `digests` are the embedded hashes of its passages."""
        if document.comments:
            self.documents[document.doc_id] = _fingerprint(document, digests)

    def as_json(self) -> str:
        """The inputs as the build's facts keep them."""
        return json.dumps({"version": self.version, "documents": self.documents})

    def unchanged_since(self, former: AlignmentInputs) -> frozenset[str]:
        """The documents whose alignments are still those of the former build."""
        if former.version != self.version:
            return frozenset()
        known: Mapping[str, str] = former.documents
        return frozenset(doc for doc, one in self.documents.items() if known.get(doc) == one)


def carried_over(
    former: Generation | None, passages: Iterable[PassageRow], settled: frozenset[str]
) -> list[Alignment]:
    """The former generation's alignments of the comments of settled documents."""
    if former is None or not settled:
        return []
    comments = {p.comment_id for p in passages if p.comment_id and p.doc_id in settled}
    with Store(former.store_path) as store:
        answers = store.alignments(sorted(comments))
    return [
        Alignment(comment_id, answer.passage_id, answer.method, answer.confidence)
        for comment_id, answer in answers.items()
    ]


def _fingerprint(document: Document, digests: Sequence[str]) -> str:
    facts = [
        document.author,
        [
            (p.passage_id, p.comment_id, p.role.value, p.kind.value, digest)
            for p, digest in zip(document.passages, digests, strict=True)
        ],
        [
            (c.comment_id, c.number, c.author, c.parent_id, c.depth, c.is_post_author,
             c.kind.value, c.state.value)
            for c in document.comments
        ],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:_FINGERPRINT_DIGITS]
