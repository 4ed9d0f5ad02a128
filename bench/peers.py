"""What an archive is measured beside: engines that keep the same texts and the same vectors.

Each takes the texts, a site each and vectors that are given, adds and takes away posts, keeps
itself on the disk, and answers with words and vectors fused by ranks (Cormack et al. 2009). None
compares word pieces, folds French words as the archive does, cites, or proves that a text is gone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Of each way of searching, and the constant of the fusion by ranks.
_DEPTH: Final = 100
_RANK_CONSTANT: Final = 60


class Peer(Protocol):
    """An engine under measure; its numbers of passages never come back."""

    def build(self, folder: Path, texts: Sequence[str], sites: Sequence[str], x: Floats) -> None:
        """Indexes all of them, numbered from 0, and keeps them in `folder`."""

    def add(self, first: int, texts: Sequence[str], sites: Sequence[str], x: Floats) -> None:
        """Adds passages numbered from `first`, and keeps the index."""

    def remove(self, numbers: Sequence[int]) -> None:
        """Takes passages away, and keeps the index."""

    def ask(self, text: str, vector: Floats, site: str | None = None) -> list[int]:
        """The ten best numbers, of one site where it is given."""


def versions(names: Sequence[str]) -> str:
    """Packages with their versions.

    Raises:
        PackageNotFoundError: one is not installed.
    """
    return ", ".join(f"{name} {version(name)}" for name in names)


class _Vectors:
    """A flat FAISS index by number, written whole at each change."""

    def __init__(self, folder: Path, x: Floats) -> None:
        self._path = str(folder / "vectors.faiss")
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(x.shape[1]))
        self.add(0, x)

    def add(self, first: int, x: Floats) -> None:
        self._index.add_with_ids(x, np.arange(first, first + len(x), dtype=np.int64))
        faiss.write_index(self._index, self._path)

    def remove(self, numbers: Sequence[int]) -> None:
        self._index.remove_ids(np.array(numbers, dtype=np.int64))
        faiss.write_index(self._index, self._path)

    def nearest(self, vector: Floats, only: NDArray[np.int64] | None) -> list[int]:
        chosen = None
        if only is not None:
            chosen = faiss.SearchParameters(sel=faiss.IDSelectorBatch(only))
        _, found = self._index.search(vector[None], _DEPTH, params=chosen)
        return [int(one) for one in found[0] if one >= 0]


def _fused(*rankings: Sequence[int]) -> list[int]:
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, number in enumerate(ranking, start=1):
            scores[number] = scores.get(number, 0.0) + 1 / (_RANK_CONSTANT + rank)
    return sorted(scores, key=lambda one: -scores[one])[:10]


class TantivyFaiss:
    """tantivy-py for words, FAISS for vectors."""

    packages = ("tantivy", "faiss-cpu")

    def build(self, folder: Path, texts: Sequence[str], sites: Sequence[str], x: Floats) -> None:
        """As `Peer`."""
        import tantivy

        self._tantivy = tantivy
        schema = tantivy.SchemaBuilder()
        schema.add_unsigned_field("number", stored=True, indexed=True, fast=True)
        schema.add_text_field("text", stored=True, tokenizer_name="fr_stem")
        schema.add_text_field("site", stored=True, tokenizer_name="raw")
        (folder / "words").mkdir()
        self._index = tantivy.Index(schema.build(), path=str(folder / "words"))
        stemmed = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        for one in (tantivy.Filter.lowercase(), tantivy.Filter.stemmer("french")):
            stemmed = stemmed.filter(one)
        self._index.register_tokenizer("fr_stem", stemmed.build())
        self._write(0, texts, sites)
        self._vectors = _Vectors(folder, x)
        self._sites = np.array(sites)

    def add(self, first: int, texts: Sequence[str], sites: Sequence[str], x: Floats) -> None:
        """As `Peer`."""
        self._write(first, texts, sites)
        self._vectors.add(first, x)
        self._sites = np.concatenate([self._sites, np.array(sites)])

    def remove(self, numbers: Sequence[int]) -> None:
        """As `Peer`."""
        writer = self._index.writer(num_threads=1)
        for number in numbers:
            writer.delete_documents("number", number)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._vectors.remove(numbers)

    def ask(self, text: str, vector: Floats, site: str | None = None) -> list[int]:
        """As `Peer`."""
        query, _ = self._index.parse_query_lenient(text, ["text"])
        only = None
        if site is not None:
            occur, of_site = (
                self._tantivy.Occur.Must,
                self._tantivy.Query.term_query(self._index.schema, "site", site),
            )
            query = self._tantivy.Query.boolean_query([(occur, query), (occur, of_site)])
            only = np.flatnonzero(self._sites == site)
        searcher = self._index.searcher()
        hits = searcher.search(query, _DEPTH).hits
        words = [int(searcher.doc(address)["number"][0]) for _, address in hits]
        return _fused(words, self._vectors.nearest(vector, only))

    def _write(self, first: int, texts: Sequence[str], sites: Sequence[str]) -> None:
        writer = self._index.writer(heap_size=128_000_000, num_threads=1)
        for number, (text, site) in enumerate(zip(texts, sites, strict=True), start=first):
            document = self._tantivy.Document()
            document.add_unsigned("number", number)
            document.add_text("text", text)
            document.add_text("site", site)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()


class Bm25sFaiss:
    """bm25s for words, FAISS for vectors. bm25s adds nothing to an index: it is made anew."""

    packages = ("bm25s", "PyStemmer", "faiss-cpu")

    def build(self, folder: Path, texts: Sequence[str], sites: Sequence[str], x: Floats) -> None:
        """As `Peer`."""
        self._folder = folder
        self._kept = list(range(len(texts)))
        self._texts, self._sites = list(texts), list(sites)
        self._index_words()
        self._vectors = _Vectors(folder, x)

    def add(self, first: int, texts: Sequence[str], sites: Sequence[str], x: Floats) -> None:
        """As `Peer`."""
        self._kept += range(first, first + len(texts))
        self._texts += texts
        self._sites += sites
        self._index_words()
        self._vectors.add(first, x)

    def remove(self, numbers: Sequence[int]) -> None:
        """As `Peer`."""
        gone = set(numbers)
        self._kept = [one for one in self._kept if one not in gone]
        self._index_words()
        self._vectors.remove(numbers)

    def ask(self, text: str, vector: Floats, site: str | None = None) -> list[int]:
        """As `Peer`."""
        asked = self._bm25s.tokenize([text], stemmer=self._stemmer, show_progress=False)
        kept = np.array(self._kept)
        mask, only = None, None
        if site is not None:
            is_own = np.array([self._sites[one] == site for one in self._kept])
            mask, only = is_own.astype(np.float32), kept[is_own]
        found, scores = self._words.retrieve(
            asked, k=_DEPTH, weight_mask=mask, show_progress=False, n_threads=0
        )
        words = kept[found[0][scores[0] > 0]].tolist()
        return _fused(words, self._vectors.nearest(vector, only))

    def _index_words(self) -> None:
        import bm25s
        import Stemmer

        self._bm25s, self._stemmer = bm25s, Stemmer.Stemmer("french")
        own = [self._texts[one] for one in self._kept]
        self._words = bm25s.BM25()
        tokens = bm25s.tokenize(own, stemmer=self._stemmer, show_progress=False)
        self._words.index(tokens, show_progress=False)
        self._words.save(str(self._folder / "words"), show_progress=False)
        (self._folder / "texts.json").write_text(json.dumps(own, ensure_ascii=False))


class Txtai:
    """txtai, hybrid, with its content: FAISS, its own BM25 and SQLite."""

    packages = ("txtai", "faiss-cpu")

    def build(self, folder: Path, texts: Sequence[str], sites: Sequence[str], x: Floats) -> None:
        """As `Peer`."""
        from txtai import Embeddings

        self._folder = folder / "txtai"
        self._given: dict[str, Floats] = {}

        def given(texts: Sequence[str]) -> Floats:
            # txtai calls what is no plain function, to make one.
            return np.stack([self._given[text] for text in texts])

        self._engine: Any = Embeddings(
            method="external",
            transform=given,
            hybrid=True,
            content=True,
            backend="faiss",
            faiss={"components": "IDMap,Flat"},
        )
        self._engine.index(self._rows(0, texts, sites, x))
        self._engine.save(str(self._folder))

    def add(self, first: int, texts: Sequence[str], sites: Sequence[str], x: Floats) -> None:
        """As `Peer`."""
        self._engine.upsert(self._rows(first, texts, sites, x))
        self._keep()

    def remove(self, numbers: Sequence[int]) -> None:
        """As `Peer`."""
        self._engine.delete(list(numbers))
        self._keep()

    def ask(self, text: str, vector: Floats, site: str | None = None) -> list[int]:
        """As `Peer`."""
        self._given = {text: vector}
        where = "" if site is None else " AND site = :site"
        sql = f"SELECT id, text, score FROM txtai WHERE similar(:asked){where} LIMIT 10"
        found = self._engine.search(sql, 10, parameters={"asked": text, "site": site})
        return [int(one["id"]) for one in found]

    def _keep(self) -> None:
        self._engine.save(str(self._folder))

    def _rows(
        self, first: int, texts: Sequence[str], sites: Sequence[str], x: Floats
    ) -> list[tuple[int, dict[str, str], None]]:
        self._given = dict(zip(texts, x, strict=True))
        return [
            (number, {"text": text, "site": site}, None)
            for number, (text, site) in enumerate(zip(texts, sites, strict=True), start=first)
        ]


PEERS: Final = {"tantivy-py + FAISS": TantivyFaiss, "bm25s + FAISS": Bm25sFaiss, "txtai": Txtai}


def missing(packages: Sequence[str]) -> str | None:
    """The first of these packages that is not installed."""
    for name in packages:
        try:
            version(name)
        except PackageNotFoundError:
            return name
    return None
