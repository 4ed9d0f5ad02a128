"""An Excel workbook: the results, the search, the dictionary of columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any, Final

from index.export.format import Export, for_xml
from index.export.record import ALTERED_COLUMN, COLUMNS, CUT_COLUMN, Column, Value, values_of
from index.export.search_rows import count_rows, search_rows

if TYPE_CHECKING:
    import xlsxwriter

# What Excel takes: characters a cell (UTF-16 units), rows a sheet.
MAX_UNITS: Final = 32_767
MAX_ROWS: Final = 1_048_576
CUT: Final = "caractères coupés à la taille d’une cellule d’Excel"
LINE_ENDS: Final = "fins de ligne ramenées à une seule forme"
WORKBOOK_COLUMNS: Final[Sequence[Column]] = (*COLUMNS, CUT_COLUMN, ALTERED_COLUMN)

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(export: Export, stream: IO[bytes]) -> None:
    """Writes a workbook; a text never becomes a formula, a link or a number.

    A cell longer than Excel takes is cut: `n_cut` says by how many characters.
    """
    import xlsxwriter

    workbook = xlsxwriter.Workbook(stream, _OPTIONS)
    try:
        _write_results(workbook, export)
        _write_sheet(workbook, "Recherche", search_rows(export.search) + count_rows(export.tally))
        dictionary = [("colonne", "type", "sens")]
        dictionary += [(one.name, one.kind, one.meaning) for one in WORKBOOK_COLUMNS]
        _write_sheet(workbook, "Colonnes", dictionary)
    finally:
        workbook.close()


def _write_results(workbook: xlsxwriter.Workbook, export: Export) -> None:
    sheet: Any = None
    row, n_sheets = MAX_ROWS, 0
    names = [one.name for one in WORKBOOK_COLUMNS]
    for values in _rows(export):
        if row == MAX_ROWS:
            n_sheets += 1
            name = "Résultats" if n_sheets == 1 else f"Résultats {n_sheets}"
            sheet = _new_sheet(workbook, name, names)
            row = 1
        _put_row(sheet, row, values)
        row += 1
    if sheet is None:
        _new_sheet(workbook, "Résultats", names)


def _rows(export: Export) -> Iterator[list[Value]]:
    for record in export.records:
        n_cut = n_altered = 0
        cells: list[Value] = []
        for value in values_of(record):
            if isinstance(value, str):
                cell, n_changed, n_lost = _cell(value, export)
                n_altered += n_changed
                n_cut += n_lost
                cells.append(cell)
            else:
                cells.append(value)
        export.tally.change(CUT, n_cut)
        yield [*cells, n_cut, n_altered]


def _cell(value: str, export: Export) -> tuple[str, int, int]:
    """A text that a cell holds, how many of its characters were changed, how many cut."""
    text = value
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        export.tally.change(LINE_ENDS, value.count("\r"))
    n_changed = value.count("\r")
    clean = for_xml(text, export.tally)
    n_changed += sum(one != other for one, other in zip(clean, text, strict=True))
    cut = _cut(clean)
    return cut, n_changed, len(clean) - len(cut)


def _cut(text: str) -> str:
    if len(text) * 2 <= MAX_UNITS:
        return text
    units = text.encode("utf-16-le")[: 2 * MAX_UNITS]
    return units.decode("utf-16-le", "ignore")


def _new_sheet(workbook: xlsxwriter.Workbook, name: str, columns: Sequence[str]) -> Any:  # noqa: ANN401 (untyped library)
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    _put_row(sheet, 0, columns)
    return sheet


def _write_sheet(workbook: xlsxwriter.Workbook, name: str, rows: Sequence[Sequence[Value]]) -> None:
    sheet = workbook.add_worksheet(name)
    for number, values in enumerate(rows):
        _put_row(sheet, number, [_cut(v) if isinstance(v, str) else v for v in values])


def _put_row(sheet: Any, row: int, values: Sequence[Value]) -> None:  # noqa: ANN401 (untyped library)
    for column, value in enumerate(values):
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value)
        elif value is not None:
            sheet.write_string(row, column, value)
