"""Records of an archive in a given order, read page by page: memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from index.export.authors import Protection
from index.export.links import fragment_url, passage_permalink, wayback_url
from index.export.record import ExportRecord
from index.export.search_record import Asked
from index.export.source import Source, corpus_keys, is_withheld
from index.export.tally import Tally
from index.model import Filters
from index.query.synonyms import expansion_notices
from index.views.concordance import ConcordanceOptions, concordance
from index.views.feedback import move_plan
from index.views.passages import PassageReader
from index.views.similar import thread
from ingest.errors import UsageError

if TYPE_CHECKING:
    from index.model import Hit
    from index.retrieval.ranker import RankedRow
    from index.storage.reader import Store
    from index.storage.rows import PassageDetails, PassageRow

# Passages read at once: their texts and facts take some 2 MB.
PAGE_SIZE: Final = 500
_SCORE_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Placed:
    """A passage by its key, with what a question says of it."""

    key: int
    rank: int
    score: float | None = None
    dense: tuple[int, float] | None = None
    lexical: tuple[int, float] | None = None
    n_more_in_document: int = 0
    n_copies: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads records of an open archive. `page` is the address at which its page is served."""

    source: Source
    page: str

    def question(self, asked: Asked, tally: Tally) -> Iterator[ExportRecord]:
        """Yields the hits of a question, best first: those of the screen with the same settings.

        Raises:
            UsageError: the question is empty, or `k` is below 1.
            EncoderError: the model of the archive cannot be loaded.
        """
        searcher = self.source.searcher
        plan = searcher.plan(asked.query)
        plan = move_plan(searcher, plan, asked.more_like, asked.less_like)
        ranking = self.source.results.rank(plan)
        tally.n_undated_excluded += ranking.n_undated_excluded
        notices = (*plan.notices, *expansion_notices(plan.expansions, plan.forbidden))
        tally.notices.extend(str(notice) for notice in notices)
        keys = searcher.columns.keys
        rows = self.source.results.page(ranking, asked.query)
        placed = (
            _placed(one, int(keys[one.row]), rank)
            for rank, one in enumerate(rows, start=asked.query.offset + 1)
        )
        records = self._read(placed)
        if asked.with_threads:
            records = self._with_threads(records)
        for record in records:
            yield replace(
                record,
                query_id=asked.query_id,
                query=asked.query.text,
                confident=ranking.confident,
            )

    def hits(self, asked: Asked, hits: Sequence[Hit]) -> Iterator[ExportRecord]:
        """Yields hits that were already found, as they were drawn."""
        by_id = {hit.passage_id: hit for hit in hits}
        rows = (self._store.passage(passage_id) for passage_id in by_id)
        keys = [row.key for row in rows if row is not None]
        placed = (Placed(key, rank) for rank, key in enumerate(keys, start=1))
        for record in self._read(placed):
            hit = by_id[record.passage_id]
            found = {one.retriever: one for one in hit.retrievers}
            dense, lexical = found.get("dense"), found.get("lexical")
            yield replace(
                record,
                rank=hit.rank,
                score=round(hit.score, _SCORE_DECIMALS),
                confident=hit.confident,
                query_id=asked.query_id,
                query=asked.query.text,
                dense_rank=None if dense is None else dense.rank,
                dense_score=None if dense is None else round(dense.score, _SCORE_DECIMALS),
                lexical_rank=None if lexical is None else lexical.rank,
                lexical_score=None if lexical is None else round(lexical.score, _SCORE_DECIMALS),
                n_more_in_document=hit.n_more_in_document,
                n_copies=hit.n_copies,
            )

    def corpus(self, filters: Filters, tally: Tally) -> Iterator[ExportRecord]:
        """Yields every passage that meets `filters`, in corpus order."""
        keys, n_undated = corpus_keys(self.source.searcher, filters)
        tally.n_undated_excluded += n_undated
        placed = (Placed(int(key), rank) for rank, key in enumerate(keys, start=1))
        yield from self._read(placed)

    def selection(self, passage_ids: Iterable[str], tally: Tally) -> Iterator[ExportRecord]:
        """Yields the passages of these ids, in the order given; the others are counted."""
        yield from self._read(self._chosen(passage_ids, tally))

    def concordance(
        self, expression: str, options: ConcordanceOptions, tally: Tally
    ) -> Iterator[ExportRecord]:
        """Yields the lines of a concordance, one record an occurrence.

        Raises:
            UsageError: nothing to look for, or the width or the limit is out of range.
        """
        found = concordance(self.source.searcher, expression, options)
        tally.n_undated_excluded += found.n_undated_excluded
        tally.notices.extend(str(notice) for notice in found.notices)
        keys: dict[str, int] = {}
        lines = list(found.lines)
        for line in lines:
            row = self._store.passage(line.passage.passage_id)
            if row is not None and not is_withheld(self.source.searcher, row.key):
                keys[row.passage_id] = row.key
        shown = [line for line in lines if line.passage.passage_id in keys]
        placed = (
            Placed(keys[line.passage.passage_id], rank) for rank, line in enumerate(shown, start=1)
        )
        for record, line in zip(self._read(placed), shown, strict=True):
            yield replace(
                record,
                query=expression,
                left=line.left,
                keyword=line.keyword,
                right=line.right,
                match_start=line.span.start,
                match_end=line.span.end,
            )

    def _with_threads(self, records: Iterable[ExportRecord]) -> Iterator[ExportRecord]:
        """Yields the records, after each comment the rest of its exchange, each passage once."""
        searcher = self.source.searcher
        reader = PassageReader(self._store, searcher.columns)
        given: set[str] = set()
        for record in records:
            yield record
            given.add(record.passage_id)
            if record.comment_id is None:
                continue
            exchange = [hit.passage_id for hit in thread(reader, record.passage_id)]
            rows = (self._store.passage(one) for one in exchange if one not in given)
            keys = [row.key for row in rows if row and not is_withheld(searcher, row.key)]
            for other in self._read(Placed(key, record.rank) for key in keys):
                given.add(other.passage_id)
                yield replace(other, thread_of=record.passage_id)

    @property
    def _store(self) -> Store:
        return self.source.searcher.corpus.store

    def _chosen(self, passage_ids: Iterable[str], tally: Tally) -> Iterator[Placed]:
        rank = 0
        for passage_id in passage_ids:
            row = self._store.passage(passage_id)
            if row is None:
                tally.leave_out("absent de l’archive")
            elif is_withheld(self.source.searcher, row.key):
                tally.leave_out("retiré")
            else:
                rank += 1
                yield Placed(row.key, rank)

    def _read(self, placed: Iterable[Placed]) -> Iterator[ExportRecord]:
        left = iter(placed)
        store = self._store
        while page := list(islice(left, PAGE_SIZE)):
            keys = [one.key for one in page]
            rows, details = store.passages(keys), store.details(keys)
            for one in page:
                yield self._record(one, rows[one.key], details[one.key])

    def _record(self, one: Placed, row: PassageRow, more: PassageDetails) -> ExportRecord:
        return ExportRecord(
            rank=one.rank,
            score=one.score,
            passage_id=row.passage_id,
            doc_id=row.doc_id,
            role=row.role.value,
            text=row.text,
            source_path=row.source_path,
            kind=more.kind.value,
            start=more.start,
            end=more.end,
            title=row.title,
            author=row.author,
            date=row.date,
            url=row.url,
            site=row.site,
            heading=row.heading,
            language=row.language,
            comment_id=row.comment_id,
            comment_number=row.comment_number,
            date_precision=more.date_precision,
            date_source=more.date_source,
            reply_to=more.reply_to,
            reply_to_number=more.reply_to_number,
            depth=more.depth,
            post_author=more.post_author,
            post_date=more.post_date,
            post_url=more.post_url,
            dense_rank=one.dense and one.dense[0],
            dense_score=one.dense and one.dense[1],
            lexical_rank=one.lexical and one.lexical[0],
            lexical_score=one.lexical and one.lexical[1],
            n_more_in_document=one.n_more_in_document,
            n_copies=one.n_copies,
            permalink=passage_permalink(self.page, row.doc_id, row.passage_id),
            fragment_url=fragment_url(row.url, row.text),
            wayback_url=wayback_url(row.url, row.date),
        )


def _placed(one: RankedRow, key: int, rank: int) -> Placed:
    found = {
        retriever.retriever: (retriever.rank, round(retriever.score, _SCORE_DECIMALS))
        for retriever in one.retrievers
    }
    return Placed(
        key,
        rank,
        round(min(1.0, max(0.0, one.score)), _SCORE_DECIMALS),
        found.get("dense"),
        found.get("lexical"),
        one.n_more_in_document,
        len(one.copies),
    )


def counted(
    records: Iterable[ExportRecord],
    tally: Tally,
    protection: Protection,
) -> Iterator[ExportRecord]:
    """Yields the records as they may be shown, and counts them."""
    for record in records:
        shown = protection.apply(record)
        tally.count(shown)
        yield shown


def read_selection(lines: Iterable[str], where: str) -> Iterator[str]:
    """Yields the passage ids of a selection: one a line, bare or as JSON with `passage_id`.

    Raises:
        UsageError: a line is neither.
    """
    import json

    for number, line in enumerate(lines, start=1):
        text = line.strip().removeprefix("\ufeff")
        if not text:
            continue
        if not text.startswith("{"):
            yield text
            continue
        try:
            record = json.loads(text)
            if record.get("removed") is True:  # taken out of a selection since
                continue
            found = record["passage_id"]
        except (ValueError, KeyError, TypeError, RecursionError):
            found = None
        if not isinstance(found, str) or not found:
            raise UsageError(
                f"La ligne {number} de la sélection «\u00a0{where}\u00a0» n’est ni un identifiant "
                "de passage, ni du JSON qui en porte un (champ passage_id). Corrigez-la."
            )
        yield found
