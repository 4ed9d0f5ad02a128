"""Parquet: typed columns for R, pandas, DuckDB, Polars."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import IO, Final

from index.export.format import Export, sound
from index.export.record import COLUMNS, Value, values_of

# Rows of a group: some 5 MB before compression.
_ROWS_PER_GROUP: Final = 5_000


def write_parquet(export: Export, stream: IO[bytes]) -> None:
    """Writes a Parquet file compressed with Zstandard, the search in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
    }
    search = json.dumps(export.search.as_record(), ensure_ascii=True)
    schema = pa.schema(
        [pa.field(one.name, types[one.kind], metadata={"sens": one.meaning}) for one in COLUMNS],
        metadata={"archiblogue": search},
    )
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        rows = (tuple(sound(v, export.tally) for v in values_of(one)) for one in export.records)
        for batch in _batches(rows):
            columns = [
                pa.array(values, type=field.type)
                for values, field in zip(zip(*batch, strict=True), schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def _batches(rows: Iterator[tuple[Value, ...]]) -> Iterator[list[tuple[Value, ...]]]:
    while batch := list(islice(rows, _ROWS_PER_GROUP)):
        yield batch
