"""An archive to ask: opens a published generation and answers questions with passages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Self

from index.encoders.places import find_encoder
from index.encoders.protocol import Encoder, Reranker
from index.model import Filters, Hit, Mode, Query, SearchResult, read_mode
from index.query.parser import explain_empty
from index.query.synonyms import OWN_LEXICON, load_lexicon
from index.retrieval.confidence import INFO_KEY as CONFIDENCE_KEY
from index.retrieval.confidence import read_calibration
from index.retrieval.searcher import Corpus, Searcher
from index.retrieval.vectors import VectorIndex
from index.storage.columns import read_columns
from index.storage.generation import Generation, GenerationLease, lease_current
from index.storage.manifest import EncoderVersion
from index.storage.reader import Store
from index.storage.rows import DocumentRecord
from index.views.facets import Counts, Facets, ranking_facets, whole_facets
from index.views.passages import PassageReader
from index.views.results import ResultReader
from index.withdrawals.masking import open_store, withheld
from ingest.errors import EncoderError

if TYPE_CHECKING:
    from index.notebook.saved import SavedSearches
    from index.notebook.selections import Selections
    from index.query.plan import Plan
    from index.views.collocates import CollocateOptions, Collocates
    from index.views.comparison import Comparison, ComparisonOptions
    from index.views.concordance import Concordance, ConcordanceOptions
    from index.views.frequency_table import Frequencies, FrequencyOptions
    from index.views.map.archive_map import ArchiveMap


@dataclass(frozen=True, slots=True)
class ArchiveInfo:
    """What an archive holds and what made it; sizes in bytes."""

    generation: int
    created_at: str
    content_hash: str
    encoder: EncoderVersion
    counts: Mapping[str, int]
    sizes: Mapping[str, int]


def open_archive(
    path: Path | str, *, encoder: Encoder | str | None = None, reranker: Reranker | None = None
) -> Archive:
    """The archive in the folder `path`, as its last published build left it.

    Args:
        path: the archive's folder.
        encoder: the model that reads questions, or where it may be; by default the one named in
            the manifest, looked for where the build found it when a question first needs it.
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
    """A generation to read, from any number of threads; a context manager.

    What a plain search does not need is imported where it is used: a cold search stays short.
    A facade: questions go to `searcher` and `results`, ids to `passages`, counts and contexts to
    the functions of `index.views`.
    """

    def __init__(
        self,
        lease: GenerationLease,
        encoder: Encoder | str | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        """Opens the generation held by `lease`.

        Raises:
            IntegrityError: a file is damaged.
            EncoderError: `encoder` is not the one that built the archive.
        """
        self._lease = lease
        self._hint = encoder if isinstance(encoder, str) else None
        self._encoder = None if isinstance(encoder, str) else encoder
        self._loading = Lock()
        self._drawing = Lock()
        self._map: ArchiveMap | None = None
        self.generation: Generation = lease.generation
        if encoder is not None and not isinstance(encoder, str):
            _require_same(encoder, self.generation.manifest.encoder)
        self.generation.check()
        self.store: Store = open_store(self.generation)
        columns = read_columns(self.store)
        self.lexicon = load_lexicon(self.generation.archive / OWN_LEXICON)
        said = self.generation.manifest.calibration.get(CONFIDENCE_KEY)
        self.calibration = read_calibration(None if said is None else str(said))
        dimension = self.generation.manifest.encoder.dimension
        corpus = Corpus(
            store=self.store,
            columns=columns,
            lexicon=self.lexicon,
            vectors=lambda: VectorIndex.of_store(self.store, columns.keys, dimension),
            encoder=lambda: self.encoder,
            hidden=withheld(self.store, columns),
        )
        self.searcher = Searcher(corpus)
        self.results = ResultReader(self.searcher, self.calibration, reranker)
        self.passages = PassageReader(self.store, columns)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        counts = self.generation.manifest.counts
        what = ", ".join(f"{name}={n}" for name, n in counts.items())
        return f"Archive(generation={self.generation.number}, {what})"

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
                folder = self.generation.path.parent
                self._encoder = find_encoder(folder, stamp.name, stamp.revision, self._hint)
            return self._encoder

    def search(
        self,
        query: Query | str,
        *,
        k: int | None = None,
        mode: Mode | str | None = None,
        filters: Filters | None = None,
        within: Filters | None = None,
    ) -> SearchResult:
        """The passages that answer `query`, best first.

        A question that holds conditions only (`role:commentaire`, or filters beside an empty text)
        is answered by all that meets them, the oldest first unless its order is another.

        Args:
            query: the question, alone or with all that goes with it.
            k: how many passages are wanted, in place of the query's own number.
            mode: `hybrid`, `dense` or `lexical`, in place of the query's own.
            filters: conditions in place of the query's own.
            within: what is kept of the answer, as choosing a facet's value does: passages go,
                none comes in.

        Raises:
            UsageError: the question is empty and has no condition, `k` is below 1, or the mode is
                unknown.
            EncoderError: the model of the archive cannot be loaded.
        """
        asked = _as_query(query, k, mode, filters)
        return self.results.run(self.searcher.plan(asked), asked, within)

    def walk(self, query: Query | str) -> Iterator[Hit]:
        """Yields every hit of `query`, page after page of `k`, in its order, from its offset on.

        Raises:
            UsageError: the question is empty, or `k` is below 1.
            EncoderError: the model of the archive cannot be loaded.
        """
        following: Query | None = _as_query(query)
        while following is not None:
            page = self.search(following)
            yield from page
            following = page.next_query

    def refine(
        self,
        query: Query | str,
        *,
        plus: Sequence[str] = (),
        minus: Sequence[str] = (),
        within: Filters | None = None,
    ) -> SearchResult:
        """The hits of `query` once it is moved towards the passages `plus`, away from `minus`.

        `within` is that of `search`.

        Raises:
            UsageError: a passage is not in the archive, or is both liked and disliked.
        """
        asked = _as_query(query)
        return self.results.run(self._moved(asked, plus, minus), asked, within)

    def count(
        self,
        query: Query | str,
        *,
        plus: Sequence[str] = (),
        minus: Sequence[str] = (),
        within: Filters | None = None,
    ) -> Facets:
        """How all the hits of `query` spread over years, sites, authors, roles, languages.

        The hits of every page are counted, each once: `search(query).totals.n_answers` of them.

        Args:
            query: the question.
            plus: passages towards which it is moved, as `refine` does.
            minus: passages away from which it is moved.
            within: what is kept of the answer, as in `search`.

        Raises:
            UsageError: the question is empty, or a passage is not in the archive.
            EncoderError: the model of the archive cannot be loaded.
        """
        ranking = self.results.rank(self._moved(_as_query(query), plus, minus), within)
        return ranking_facets(self.searcher.columns, ranking)

    def _moved(self, query: Query, plus: Sequence[str], minus: Sequence[str]) -> Plan:
        plan = self.searcher.plan(query)
        if not plus and not minus:
            return plan
        if plan.is_walk:
            raise explain_empty(plan.parsed)
        from index.views.feedback import move_plan

        return move_plan(self.searcher, plan, plus, minus)

    def concordance(
        self, expression: str, options: ConcordanceOptions | None = None
    ) -> Concordance:
        """A word or an expression in context (`index.views.concordance.concordance`)."""
        from index.views.concordance import concordance

        return concordance(self.searcher, expression, options)

    def frequencies(self, expression: str, options: FrequencyOptions | None = None) -> Frequencies:
        """How often an expression comes, part by part (`index.views.frequencies.frequencies`)."""
        from index.views.frequencies import frequencies

        return frequencies(self.searcher, expression, options)

    def collocates(self, expression: str, options: CollocateOptions | None = None) -> Collocates:
        """The words that keep it company (`index.views.collocates.collocates`)."""
        from index.views.collocates import collocates

        return collocates(self.searcher, expression, options)

    def compare(
        self, first: str, second: str, options: ComparisonOptions | None = None
    ) -> Comparison:
        """Two questions, or two sub-corpora, side by side (`index.views.comparison.compare`)."""
        from index.views.comparison import compare

        return compare(self.searcher, first, second, options)

    def map(self) -> ArchiveMap:
        """Where each passage lies among those like it (`index.views.map.archive_map.draw_map`).

        Drawn once for as long as the archive is open.
        """
        from index.views.map.archive_map import draw_map

        with self._drawing:
            if self._map is None:
                self._map = draw_map(self.searcher, self.generation.archive)
            return self._map

    def similar(
        self, passage_id: str, k: int = 10, *, filters: Filters | None = None
    ) -> SearchResult:
        """The passages closest in meaning to one (`index.views.similar.similar`)."""
        from index.views.similar import similar

        return similar(self.searcher, self.passages, passage_id, k, filters=filters)

    @property
    def selections(self) -> Selections:
        """The selections kept beside the archive (`index.notebook.selections.Selections`)."""
        from index.notebook.selections import Selections

        return Selections(self)

    @property
    def saved(self) -> SavedSearches:
        """The searches saved beside the archive (`index.notebook.saved.SavedSearches`)."""
        from index.notebook.saved import SavedSearches

        return SavedSearches(self)

    def thread(self, passage_id: str) -> tuple[Hit, ...]:
        """The exchange that a comment belongs to (`index.views.similar.thread`)."""
        from index.views.similar import thread

        return thread(self.passages, passage_id)

    def passage(self, passage_id: str) -> Hit:
        """The passage of that id, with rank 0 and score 0; of a comment's id, its first one.

        Raises:
            UsageError: there is none.
        """
        return self.passages.passage(passage_id)

    def holds(self, passage_id: str) -> bool:
        """Whether the archive has a passage of that id."""
        return self.passages.holds(passage_id)

    def iter_passages(self) -> Iterator[Hit]:
        """Yields every passage, in corpus order, with rank 0 and score 0."""
        return self.passages.iter_passages()

    def neighbours(self, passage_id: str, before: int = 1, after: int = 1) -> tuple[Hit, ...]:
        """The passages around one, in page order (`PassageReader.neighbours`)."""
        return self.passages.neighbours(passage_id, before, after)

    def document(self, doc_id: str) -> DocumentRecord:
        """The whole document of that id.

        Raises:
            UsageError: there is none.
        """
        return self.passages.document(doc_id)

    def facets(self) -> Mapping[str, Counts]:
        """How many passages have each role, site, author, year and language."""
        return whole_facets(self.searcher.columns)

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


def _as_query(
    query: Query | str,
    k: int | None = None,
    mode: Mode | str | None = None,
    filters: Filters | None = None,
) -> Query:
    asked = query if isinstance(query, Query) else Query(query)
    return replace(
        asked,
        k=asked.k if k is None else k,
        mode=asked.mode if mode is None else read_mode(mode),
        filters=asked.filters if filters is None else filters,
    )


def _require_same(encoder: Encoder, stamp: EncoderVersion) -> None:
    given = EncoderVersion(encoder.name, encoder.revision, encoder.dimension)
    if given != stamp:
        raise EncoderError(
            f"L’archive a été construite avec le modèle « {stamp.name} » (révision "
            f"{stamp.revision}, {stamp.dimension} dimensions), pas avec « {given.name} » "
            f"(révision {given.revision}, {given.dimension} dimensions). Ouvrez-la avec le "
            "premier, ou reconstruisez-la."
        )
