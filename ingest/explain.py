"""What was read from one page, block by block: kept and dropped, each with its rule and reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from ingest.errors import ExtractionError, SourceError
from ingest.model import Document, LedgerEntry
from ingest.pipeline import IngestOptions, ingest

__all__ = ["Explanation", "explain_page"]


class BlockRecord(TypedDict):
    """One block of the page as `explain --json` writes it."""

    action: str
    rule: str
    reason: str
    text: str
    start: int
    end: int
    passage_id: str | None


class EvidenceRecord(TypedDict):
    """One statement of the page on a fact as `explain --json` writes it."""

    fact: str
    value: str
    source: str
    confidence: float
    is_taken: bool


class DocumentRecord(TypedDict):
    """One document of the page as `explain --json` writes it."""

    doc_id: str
    source_path: str
    title: str | None
    author: str | None
    date: str | None
    url: str | None
    n_comments: int
    n_comments_declared: int | None
    evidence: list[EvidenceRecord]
    blocks: list[BlockRecord]


class ExplanationRecord(TypedDict):
    """The JSON contract of `explain`."""

    page: str
    documents: list[DocumentRecord]
    n_blocks: dict[str, int]
    rules: dict[str, int]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The documents of one page, whose ledgers cover it in page order."""

    page: str
    documents: tuple[Document, ...]

    @property
    def blocks(self) -> tuple[LedgerEntry, ...]:
        """Every block, document by document, in page order."""
        return tuple(entry for document in self.documents for entry in document.ledger)

    def as_record(self) -> ExplanationRecord:
        """The explanation as the JSON contract states it."""
        return ExplanationRecord(
            page=self.page,
            documents=[_document_record(document) for document in self.documents],
            n_blocks=dict(sorted(Counter(e.action.value for e in self.blocks).items())),
            rules=dict(sorted(Counter(e.rule for e in self.blocks).items())),
        )


def explain_page(path: str | Path, base_url: str | None = None) -> Explanation:
    """What was read from the page, or from every page of the source, at `path`.

    `base_url` is the address of the folder that the source is a copy of.

    Raises:
        UsageError: `base_url` is no address.
        SourceError: there is no such source.
        ExtractionError: nothing could be read from it; `slug` and `detail` say why.
    """
    records = list(ingest([str(path)], IngestOptions(base_url=base_url)))
    documents = tuple(record for record in records if isinstance(record, Document))
    if not documents:
        for record in records:
            if not isinstance(record, Document):
                raise ExtractionError(record.slug, record.detail)
        raise SourceError(f"La source «\u00a0{path}\u00a0» ne contient aucune page.")
    return Explanation(str(path), documents)


def _document_record(document: Document) -> DocumentRecord:
    return DocumentRecord(
        doc_id=document.doc_id,
        source_path=document.source_path,
        title=document.title,
        author=document.author,
        date=document.date.value if document.date else None,
        url=document.url,
        n_comments=len(document.comments),
        n_comments_declared=document.n_comments_declared,
        evidence=[
            EvidenceRecord(
                fact=one.fact,
                value=one.value,
                source=one.source,
                confidence=one.confidence,
                is_taken=one.is_taken,
            )
            for one in document.evidence
        ],
        blocks=[
            BlockRecord(
                action=entry.action.value,
                rule=entry.rule,
                reason=entry.reason,
                text=entry.text,
                start=entry.start,
                end=entry.end,
                passage_id=entry.passage_id,
            )
            for entry in document.ledger
        ],
    )
