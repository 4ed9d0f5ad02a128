"""What the checksums of an archive cannot say: whether its files agree with each other.

A segment is read again from its rows: SQLite looks at its own pages, then each array with a value a
passage or a document, the postings, the vectors and the signs of pieces are compared with what the
rows say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.building.context import iter_contexts
from index.building.documents import indexed_terms
from index.building.publish import Generation, current_generation
from index.building.versions import passage_versions
from index.storage.postings import PostingsBuilder
from index.storage.reader import Store
from index.storage.segment import (
    ARRAYS_NAME,
    STORE_NAME,
    TOKENS_NAME,
    LiveSegment,
    Segment,
)
from index.storage.segment_writer import content_code
from index.storage.vectors import VECTORS_NAME
from index.withdrawals.generations import as_document
from ingest.errors import ArchiveError

# Half precision keeps the length of a unit vector of a thousand components to three decimals.
_LENGTH_ERROR: Final = 0.01
_BITS: Final = 8

# The name of the file that disagrees with the rows, and how.
Disagreement = tuple[str, str]


def disagreements(archive: Path) -> Iterator[Disagreement]:
    """Yields the files of the generation that answers that do not agree with its rows.

    Raises:
        ArchiveNotFoundError: there is no archive at that place.
        IntegrityError: `CURRENT` or the manifest is damaged.
        SchemaError: another version of Archiblogue wrote it.
    """
    generation = current_generation(archive)
    for entry in generation.manifest.segments:
        try:
            with closing(Segment(archive / entry.name)) as segment:
                yield from (
                    (f"{segment.name}/{name}", how)
                    for name, how in _of_segment(segment, generation)
                )
        except ArchiveError as error:
            yield entry.name, str(error)


def _of_segment(segment: Segment, generation: Generation) -> Iterator[Disagreement]:
    said = [row[0] for row in segment.all("PRAGMA integrity_check")]
    if said != ["ok"]:
        yield STORE_NAME, f"SQLite y trouve des fautes ({said[0]})"
        return
    if segment.all("PRAGMA foreign_key_check"):
        yield STORE_NAME, "des lignes renvoient à des lignes qui manquent"
    rows = segment.all("SELECT id, passage_id, embedded, document FROM passages ORDER BY id")
    wrong = list(_of_rows(segment, rows))
    yield from wrong
    yield from _of_vectors(segment, generation.manifest.encoder.dimension)
    yield from _of_tokens(segment)
    # Rows that are not those of the build cannot be read as documents.
    if not wrong and generation.manifest.fields.versions == passage_versions():
        yield from _of_texts(segment)


def _of_rows(segment: Segment, rows: list[tuple[Any, ...]]) -> Iterator[Disagreement]:
    """Keys, ids and hashes of passages; documents and which passages are theirs."""
    arrays = segment.arrays
    stated = {
        "keys": [row[0] for row in rows],
        "passage_ids": [row[1].encode() for row in rows],
        "embedded": [int.from_bytes(row[2][:8], "little") for row in rows],
    }
    for name, values in stated.items():
        if arrays[name].tolist() != values:
            yield ARRAYS_NAME, f"le tableau {name} ne dit pas ce que disent les lignes"
    documents = segment.all("SELECT number, doc_id FROM documents ORDER BY number")
    if [row[1] for row in documents] != segment.doc_ids:
        yield ARRAYS_NAME, "les documents ne sont pas ceux des lignes"
    owners = np.array([row[3] for row in rows], dtype=np.int64)
    firsts = np.searchsorted(owners, np.arange(len(documents) + 1))
    if not np.array_equal(firsts, segment.first_rows):
        yield ARRAYS_NAME, "les passages ne sont pas rangés par document comme les lignes"


def _of_vectors(segment: Segment, dimension: int) -> Iterator[Disagreement]:
    vectors = segment.vectors
    if (len(vectors), vectors.dimension) != (segment.n_rows, dimension):
        yield VECTORS_NAME, f"il a {len(vectors)} vecteurs pour {segment.n_rows} passages"
        return
    lengths = np.linalg.norm(vectors.halves().astype(np.float32), axis=1)
    noise: NDArray[np.bool_] = segment.arrays["noise"]
    n_wrong = int(np.count_nonzero(~(np.abs(lengths - ~noise) < _LENGTH_ERROR)))
    if n_wrong:
        yield VECTORS_NAME, f"{n_wrong} vecteurs n’ont pas la longueur qu’ils doivent avoir"


def _of_tokens(segment: Segment) -> Iterator[Disagreement]:
    ends = segment.arrays["token_ends"].astype(np.int64)
    sizes = np.diff(ends, prepend=0)
    whole = int(ends[-1]) if len(ends) else 0
    if len(ends) != segment.n_rows or np.any(sizes < 0) or whole != segment.tokens.n_bytes:
        yield TOKENS_NAME, "il n’a pas la longueur que disent les tableaux"
    elif np.any(sizes[segment.arrays["noise"]]):
        yield TOKENS_NAME, "des passages qui ne portent rien y ont des morceaux"


def _of_texts(segment: Segment) -> Iterator[Disagreement]:
    """The texts analysed again: what they weigh, which are noise, and their postings."""
    builder = PostingsBuilder()
    content, noise = [], []
    store = Store([LiveSegment(segment, np.zeros(0, dtype=np.int64))], ())
    for doc_id in segment.doc_ids:
        record = store.document(doc_id)
        if record is None:
            continue
        for context in iter_contexts(as_document(record)):
            builder.add(indexed_terms(context))
            content.append(content_code(context.passage.content_hash))
            noise.append(context.passage.is_noise)
    arrays = segment.arrays
    found = dict(zip(("text_lengths", "title_lengths"), builder.lengths(), strict=True))
    found |= {"content": np.array(content, dtype=np.int64), "noise": np.array(noise, dtype=bool)}
    found |= builder.finish().as_arrays()
    for name, values in found.items():
        if not np.array_equal(arrays[name], values):
            yield ARRAYS_NAME, f"le tableau {name} n’est pas ce que donnent les textes"
