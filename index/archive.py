"""An archive to ask: opens a published generation and answers questions with passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from index.encoders.load import load_encoder
from index.encoders.protocol import Encoder, Question, Reranker, read_queries
from index.model import Expansion, Filters, Hit, Mode, Query, SearchResult
from index.query.parser import explain_empty, merge_filters, parse
from index.query.plan import Plan, names_things, weigh, weigh_exact
from index.query.synonyms import (
    KEEPER_FILE,
    expansion_notices,
    load_lexicon,
    weigh_forms,
)
from index.retrieval.bm25 import LexicalIndex
from index.retrieval.confidence import INFO_KEY as SILENCE_KEY
from index.retrieval.confidence import Words, gather_evidence, is_answered, read_calibration
from index.retrieval.dense import DenseLane
from index.retrieval.exact import ExactConditions
from index.retrieval.filters import Selection, select
from index.retrieval.ranker import DEFAULT_MAX_PER_DOCUMENT, Candidates, Ranker, RankRequest
from index.retrieval.rerank import rerank
from index.retrieval.vectors import VectorIndex
from index.storage.columns import Columns, read_columns
from index.storage.generation import Generation, GenerationLease, lease_current
from index.storage.manifest import EncoderStamp
from index.storage.reader import Store
from index.storage.rows import DocumentRecord, PassageRow
from index.views import similar as neighbours
from index.views.concordance import Concordance, ConcordanceOptions, concordance
from index.views.facets import Facets, found_facets, query_facets
from index.views.feedback import search_with_feedback
from index.views.hits import HitReader, hit_of
from index.withdrawals.masking import open_store, withheld
from ingest.errors import EncoderError, UsageError

_CACHED_QUESTIONS: Final = 256

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ArchiveInfo:
    """What an archive holds and what made it; sizes in bytes."""

    generation: int
    created_at: str
    content_hash: str
    encoder: EncoderStamp
    counts: Mapping[str, int]
    sizes: Mapping[str, int]


def open_archive(
    path: Path | str, *, encoder: Encoder | None = None, reranker: Reranker | None = None
) -> Archive:
    """The archive in the folder `path`, as its last published build left it.

    Args:
        path: the archive's folder.
        encoder: the model that reads questions; by default the one named in the manifest.
        reranker: a cross-encoder that reads the best candidates again, if any.

    Raises:
        ArchiveNotFoundError: there is no archive at that place.
        IntegrityError: a file of the archive is damaged.
        SchemaError: a newer version of Archiblogue wrote it.
        EncoderError: `encoder` is not the one that built the archive.
    """
    lease = lease_current(Path(path))
    try:
        return Archive(lease, encoder, reranker)
    except BaseException:
        lease.close()
        raise


class Archive:
    """A generation to read, from any number of threads; a context manager."""

    def __init__(
        self,
        lease: GenerationLease,
        encoder: Encoder | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        """Opens the generation held by `lease`.

        Raises:
            IntegrityError: a file is damaged.
            EncoderError: `encoder` is not the one that built the archive.
        """
        self._lease = lease
        self._encoder = encoder
        self._reranker = reranker
        self._loading = Lock()
        self.generation: Generation = lease.generation
        if encoder is not None:
            _require_same(encoder, self.generation.manifest.encoder)
        self.generation.check()
        self.store: Store = open_store(self.generation)
        self.columns: Columns = read_columns(self.store)
        self._withheld = withheld(self.store, self.columns)
        self.lexical = LexicalIndex(self.store)
        self.lexicon = load_lexicon(self.generation.archive / KEEPER_FILE)
        said = self.generation.manifest.calibration.get(SILENCE_KEY)
        self.calibration = read_calibration(None if said is None else str(said))
        self._ranker = Ranker(self.columns, self.lexical)
        # The page asks the same question for hits and for counts, and again at every click.
        self._encoded = lru_cache(maxsize=_CACHED_QUESTIONS)(self._encode)
        self._exact = ExactConditions(self.store, self.columns, self.lexical)
        self._hits = HitReader(self.store, self.columns, self.lexical, lambda: self.encoder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the files and lets the generation go."""
        self.store.close()
        self._lease.close()

    @property
    def encoder(self) -> Encoder:
        """The model that reads questions.

        Raises:
            EncoderError: the model that built the archive cannot be loaded.
        """
        with self._loading:
            if self._encoder is None:
                stamp = self.generation.manifest.encoder
                self._encoder = load_encoder(stamp.name, revision=stamp.revision)
            return self._encoder

    @cached_property
    def vectors(self) -> VectorIndex:
        """The vectors of the passages, read when first needed."""
        dimension = self.generation.manifest.encoder.dimension
        return VectorIndex.of_store(self.store, self.columns.keys, dimension)

    @cached_property
    def dense(self) -> DenseLane:
        """The lane of meaning, read when first needed."""
        return DenseLane(self.vectors, self.store)

    def search(self, query: Query) -> SearchResult:
        """The passages that answer `query`, best first.

        Raises:
            UsageError: the question is empty, or `k` is below 1.
            EncoderError: the model of the archive cannot be loaded.
        """
        return self.run(self.plan(query))

    def plan(self, query: Query) -> Plan:
        """`query` read into words, vector and filters, ready to `run` or to be changed first.

        Raises:
            UsageError: the question is empty, or `k` is below 1.
            EncoderError: the model of the archive cannot be loaded.
        """
        if query.k < 1:
            raise UsageError(
                f"Le nombre de passages demandé est {query.k}\u202f: demandez-en au moins un."
            )
        parsed = parse(query.text)
        if parsed.is_empty:
            raise explain_empty(parsed)
        question = None if query.mode is Mode.LEXICAL else self._encoded(parsed.text)
        expansions: tuple[Expansion, ...] = ()
        forbidden: tuple[Expansion, ...] = ()
        if query.expand and query.mode is not Mode.DENSE:
            words = " ".join(parsed.words)
            expansions = self.lexicon.expand(words, query.without)
            if query.without:
                called = self.lexicon.expand(words)
                forbidden = tuple(one for one in called if one not in expansions)
        return Plan(
            query=query,
            parsed=parsed,
            filters=merge_filters(query.filters, parsed.filters),
            weights={} if query.mode is Mode.DENSE else weigh(parsed.text),
            question=question,
            notices=parsed.notices,
            expansions=expansions,
            forbidden=forbidden,
        )

    def run(self, plan: Plan) -> SearchResult:
        """The passages that answer a plan, best first."""
        selection = self.select(plan)
        request = _request(plan, selection)
        found = self._find(request)
        confident = self._is_answered(found, plan)
        if found is not None and self._reranker is not None:
            found = rerank(found, plan.parsed.text, self._reranker, self.store, self.columns)
        ranked = [] if found is None else self._ranker.choose(found, request)
        hits = (replace(hit, confident=confident) for hit in self._hits.read(ranked, plan))
        return SearchResult(
            query=plan.query,
            hits=tuple(hits),
            n_undated_excluded=selection.n_undated,
            notices=(*plan.notices, *expansion_notices(plan.expansions, plan.forbidden)),
            confident=confident,
            expansions=plan.expansions,
            left_out=plan.forbidden,
        )

    def keys_found(self, plan: Plan) -> NDArray[np.int64]:
        """The keys of the passages that answer a plan, (n,), best first, n at most the query's k;
        not reranked."""
        request = _request(plan, self.select(plan))
        found = self._find(request)
        ranked = [] if found is None else self._ranker.choose(found, request)
        rows = np.array([one.row for one in ranked], dtype=np.int64)
        return self.columns.keys[rows]

    def _find(self, request: RankRequest) -> Candidates | None:
        return self._ranker.find(request, None if request.mode is Mode.LEXICAL else self.dense)

    def select(self, plan: Plan) -> Selection:
        """The rows that may answer a plan: by its filters, phrases, exclusions; none withdrawn."""
        selection = select(plan.filters, self.columns)
        mask = self._exact.narrow(plan.parsed, selection.mask)
        if self._withheld is not None:
            mask = ~self._withheld if mask is None else mask & ~self._withheld
        if plan.left_out:
            mask = np.ones(len(self.columns), dtype=np.bool_) if mask is None else mask.copy()
            mask[self._rows_of(plan.left_out)] = False
        return replace(selection, mask=mask)

    def similar(
        self, passage_id: str, k: int = 10, *, filters: Filters | None = None
    ) -> SearchResult:
        """The passages closest in meaning to one (`index.views.similar.similar`)."""
        return neighbours.similar(self, passage_id, k, filters=filters)

    def thread(self, passage_id: str) -> tuple[Hit, ...]:
        """The exchange that a comment belongs to (`index.views.similar.thread`)."""
        return neighbours.thread(self, passage_id)

    def refine(
        self, query: Query, *, plus: Sequence[str] = (), minus: Sequence[str] = ()
    ) -> SearchResult:
        """The hits of a question moved by what was liked (`index.views.feedback`)."""
        return search_with_feedback(self, query, plus=plus, minus=minus)

    def count(self, query: Query) -> Facets:
        """How what matches spreads over years, sites … (`index.views.facets.query_facets`)."""
        return query_facets(self, query)

    def count_found(self, query: Query) -> Facets:
        """How the hits themselves spread (`index.views.facets.found_facets`)."""
        return found_facets(self, query)

    def concordance(
        self, expression: str, options: ConcordanceOptions | None = None
    ) -> Concordance:
        """A word or an expression in context (`index.views.concordance.concordance`)."""
        return concordance(self, expression, options)

    def hits_of(self, keys: Iterable[int]) -> tuple[Hit, ...]:
        """The passages of these keys, in corpus order, with rank 0 and score 0."""
        rows = self.store.passages([int(key) for key in keys]).values()
        ordered = sorted(rows, key=lambda r: (r.source_path, r.doc_id, r.ordinal, r.passage_id))
        return tuple(hit_of(row) for row in ordered)

    def copies_of(self, passage_id: str) -> tuple[str, ...]:
        """The ids of the other passages with the very same text, in corpus order."""
        key = self._row(passage_id).key
        codes = self.columns.content.codes
        row = int(self.columns.rows(np.array([key], dtype=np.int64))[0])
        same = self.columns.keys[np.flatnonzero(codes == codes[row])]
        return tuple(h.passage_id for h in self.hits_of(same) if h.passage_id != passage_id)

    def vectors_of(self, passage_ids: Sequence[str]) -> Vectors:
        """The vectors of these passages, (n, dimension).

        Raises:
            UsageError: one is not in the archive.
        """
        keys = [self._row(passage_id).key for passage_id in passage_ids]
        return self.vectors.reconstruct(np.array(keys, dtype=np.int64))

    def _rows_of(self, passage_ids: Iterable[str]) -> NDArray[np.int64]:
        keys = [self._row(passage_id).key for passage_id in sorted(passage_ids)]
        return self.columns.rows(np.array(keys, dtype=np.int64))

    def _is_answered(self, found: Candidates | None, plan: Plan) -> bool | None:
        """Whether the candidates answer the question, as the archive's calibration tells."""
        words = Words(weigh(plan.parsed.text), plan.expansions)
        evidence = gather_evidence(found, words, self.lexical)
        return is_answered(evidence, plan.query.mode.value, self.calibration)

    def iter_passages(self) -> Iterator[Hit]:
        """Yields every passage, in corpus order, with rank 0 and score 0."""
        for row in self.store.iter_passages():
            yield hit_of(row)

    def passage(self, passage_id: str) -> Hit:
        """The passage of that id, with rank 0 and score 0; of a comment's id, its first one.

        Raises:
            UsageError: there is none.
        """
        return hit_of(self._row(passage_id))

    def holds(self, passage_id: str) -> bool:
        """Whether the archive has a passage of that id."""
        return self.store.passage(passage_id) is not None

    def neighbours(self, passage_id: str, before: int = 1, after: int = 1) -> tuple[Hit, ...]:
        """The passages around one, in page order, itself left out.

        Around a passage of the post come passages of the post; around a comment's, those of the
        thread.

        Raises:
            UsageError: there is no such passage.
        """
        centre = self._row(passage_id)
        is_comment = centre.comment_id is not None
        rows = [
            row
            for row in self.store.passages_of(centre.doc_id)
            if (row.comment_id is not None) == is_comment
        ]
        place = next(i for i, row in enumerate(rows) if row.passage_id == passage_id)
        around = rows[max(0, place - max(0, before)) : place]
        around += rows[place + 1 : place + 1 + max(0, after)]
        return tuple(hit_of(row) for row in around)

    def document(self, doc_id: str) -> DocumentRecord:
        """The whole document of that id.

        Raises:
            UsageError: there is none.
        """
        record = self.store.document(doc_id)
        if record is None:
            raise UsageError(
                f"Aucun document «\u00a0{doc_id}\u00a0» dans cette archive. Vérifiez "
                "l’identifiant (champ doc_id d’un résultat)."
            )
        return record

    def facets(self) -> Mapping[str, Mapping[str | None, int]]:
        """How many passages have each role, site, author, year and language."""
        columns = self.columns
        years: Counter[str | None] = Counter()
        for date, n in columns.date.counts().items():
            years[date[:4] if date else None] += n
        return {
            "role": columns.role.counts(),
            "site": columns.site.counts(),
            "author": columns.author.counts(),
            "year": dict(sorted(years.items(), key=lambda pair: pair[0] or "")),
            "language": columns.language.counts(),
        }

    def info(self) -> ArchiveInfo:
        """What the archive holds and what made it."""
        manifest = self.generation.manifest
        return ArchiveInfo(
            generation=manifest.generation,
            created_at=manifest.created_at,
            content_hash=manifest.content_hash,
            encoder=manifest.encoder,
            counts=dict(manifest.counts),
            sizes={name: stamp.size for name, stamp in manifest.files.items()},
        )

    def _encode(self, text: str) -> Question:
        (question,) = read_queries(self.encoder, [text])
        question.vector.setflags(write=False)
        return question

    def _row(self, passage_id: str) -> PassageRow:
        # The id of a comment names its first passage.
        row = self.store.passage(passage_id) or self.store.passage(f"{passage_id}.p1")
        if row is None:
            raise UsageError(
                f"Aucun passage «\u00a0{passage_id}\u00a0» dans cette archive. Vérifiez "
                "l’identifiant (champ passage_id d’un résultat)."
            )
        return row


def _request(plan: Plan, selection: Selection) -> RankRequest:
    query = plan.query
    cap = query.max_per_document
    return RankRequest(
        k=query.k,
        mode=query.mode,
        question=plan.question,
        weights=plan.weights,
        allowed=selection.mask,
        max_per_document=DEFAULT_MAX_PER_DOCUMENT if cap is None else cap,
        exact={} if query.mode is Mode.DENSE else weigh_exact(plan.parsed.text),
        forms=weigh_forms(plan.expansions),
        is_name=names_things(plan.parsed),
    )


def _require_same(encoder: Encoder, stamp: EncoderStamp) -> None:
    given = EncoderStamp(encoder.name, encoder.revision, encoder.dimension)
    if given != stamp:
        raise EncoderError(
            f"L’archive a été construite avec le modèle « {stamp.name} » (révision "
            f"{stamp.revision}, {stamp.dimension} dimensions), pas avec « {given.name} » "
            f"(révision {given.revision}, {given.dimension} dimensions). Ouvrez-la avec le "
            "premier, ou reconstruisez-la."
        )
