"""Reads workbooks: every visible sheet, cells typed by the spreadsheet and never by locale."""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.problems import Problem, Severity
from comptoir.reading.binary_openxml import scan_binary_openxml
from comptoir.reading.cell_formats import with_shown_units
from comptoir.reading.formats import Format, refused
from comptoir.reading.headers import BANNER_ROWS, UnnamedColumnsError
from comptoir.reading.merged import with_merged
from comptoir.reading.notices import about_rows, above_header
from comptoir.reading.old_workbooks import scan_old_workbook
from comptoir.reading.opendocument import scan_open_document
from comptoir.reading.openxml import scan_openxml
from comptoir.reading.scans import BookScan, SheetScan
from comptoir.reading.sheets import Sheet
from comptoir.reading.structure import locate_header
from comptoir.reading.unrecognised import UNKNOWN, WITHOUT_LINES
from comptoir.reading.values import column_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from comptoir.reading.guide import Guide

CHUNK_ROWS: Final = 20_000
# Lists of more rows at once set off the garbage collector, which goes through all that lives, half a second in all.
BATCH_ROWS: Final = 500
NEAR_MATCH: Final = 3  # a sheet that names this many columns of a kind was probably meant to be one
PANIC: Final = "PanicException"

SCANNERS: Final = {
    Format.XLSX: scan_openxml,
    Format.XLSB: scan_binary_openxml,
    Format.XLS: scan_old_workbook,
    Format.ODS: scan_open_document,
}

NumberedValues = tuple[int, list[Any]]  # a row's number, and what its cells hold: "" where they are empty


def read_workbook(
    path: Path, form: Format, name: str, guide: Guide, currency: str
) -> tuple[list[Sheet], list[Problem]]:
    """Read every visible sheet that is recognised; the second list says which were left aside and why.

    Args:
        path: the workbook.
        form: of which format it is.
        name: what sentences call it.
        guide: what its owner said of its columns.
        currency: the trader's, of which cells may show others.

    Raises:
        RejectedFileError: the workbook is damaged, protected or beyond bounds, or none of its sheets is recognised.
    """
    try:
        book = SCANNERS[form](path, name, currency)
        # Told by its content: a name that says otherwise would lead the reader astray.
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as workbook:
            return _read_sheets(workbook, book, form, name, guide)
    except PasswordError as error:
        raise refused("file_encrypted", name) from error
    except (CalamineError, ET.ParseError, KeyError, zipfile.BadZipFile, OSError) as error:
        raise refused("file_damaged", name) from error
    except BaseException as error:
        # The parser panics on some damaged files; the class of a panic is no Exception and can't be imported.
        if type(error).__name__ != PANIC:
            raise
        raise refused("file_damaged", name) from error


def _read_sheets(
    workbook: CalamineWorkbook, book: BookScan, form: Format, name: str, guide: Guide
) -> tuple[list[Sheet], list[Problem]]:
    sheets: list[Sheet] = []
    skipped: list[Problem] = []
    doubts: list[AmbiguousFileError] = []
    for place, facts in enumerate(workbook.sheets_metadata):
        # Old workbooks name their sheets in encodings of their own, so those go by their place.
        scan = book.sheets.get(str(place) if form == Format.XLS else facts.name) or SheetScan()
        if facts.visible != SheetVisibleEnum.Visible or facts.typ != SheetTypeEnum.WorkSheet:
            skipped.append(Problem("sheet_hidden", Severity.NOTICE, sheet=facts.name))
            continue
        if scan.has_pivot:
            skipped.append(Problem("sheet_pivot", Severity.NOTICE, sheet=facts.name))
            continue
        try:
            grid = workbook.get_sheet_by_name(facts.name)
            sheet = _read_sheet(_numbered_rows(grid, scan), facts.name, name, guide, epoch_1904=book.epoch_1904)
            first_column = grid.start[1] + 1 if grid.start else 1
            sheets.append(with_merged(_with_looks(sheet, scan, first_column), scan, first_column))
        except AmbiguousFileError as doubt:
            doubts.append(doubt)
        except RejectedFileError as refusal:
            skipped.extend(refusal.problems)
    aside = _summaries(doubts, {sheet.match.kind.name for sheet in sheets})
    questions = [question for doubt in doubts if doubt not in aside for question in doubt.questions]
    if questions:
        raise AmbiguousFileError(questions)
    skipped += [doubt.refusal for doubt in aside]
    if not sheets:
        raise RejectedFileError(_refusals(skipped, name))
    return sheets, [_as_skipped(problem) for problem in skipped]


def _summaries(doubts: list[AmbiguousFileError], recognised: set[str]) -> list[UnnamedColumnsError]:
    """Return the sheets that are not asked about: what is less like the others is probably a summary of them."""
    unnamed = [doubt for doubt in doubts if isinstance(doubt, UnnamedColumnsError)]
    kinds = recognised | {doubt.kind for doubt in doubts if doubt not in unnamed}
    return [doubt for doubt in unnamed if kinds and not (doubt.kind in kinds and doubt.lacks_one)]


def _refusals(skipped: list[Problem], name: str) -> list[Problem]:
    refusals = [problem for problem in skipped if problem.severity == Severity.ERROR]
    telling = [problem for problem in refusals if problem.code != "sheet_empty"]
    if not telling and any(problem.code != "sheet_empty" for problem in skipped):
        return [Problem("sheets_all_skipped", params={"name": name})]
    return telling or [Problem("file_empty", params={"name": name})]


def _as_skipped(problem: Problem) -> Problem:
    """Turn what would refuse a file into a notice about its sheet; a warning where it was nearly recognised."""
    if problem.severity != Severity.ERROR:
        return problem
    near = int(problem.params.get("matched", "0")) >= NEAR_MATCH or problem.code == "kind_tied"
    code = "sheet_skipped" if problem.code in {UNKNOWN, WITHOUT_LINES} else problem.code
    severity = Severity.WARNING if near else Severity.NOTICE
    return Problem(code, severity, sheet=problem.sheet, row=problem.row, params=problem.params)


def _read_sheet(rows: Iterator[NumberedValues], sheet: str, name: str, guide: Guide, *, epoch_1904: bool) -> Sheet:
    sample = list(islice(rows, BANNER_ROWS))
    if not sample:
        raise RejectedFileError([Problem("sheet_empty", sheet=sheet)])
    texts = [(row, [text_of(value) or "" for value in values]) for row, values in sample]
    located = locate_header(texts, sheet, name, guide)
    header = located.header
    cells, numeric, numbers = _frames(chain(sample[header.index + 1 :], rows), len(header.cells))
    return Sheet(
        name=sheet,
        headers=located.headers,
        match=header.match,
        texts=cells,
        numeric=numeric,
        rows=numbers,
        header_row=header.row,
        epoch_1904=epoch_1904,
        notices=above_header(located.above, sheet),
        above=located.above,
        items=located.items,
    )


def _frames(rows: Iterator[NumberedValues], width: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.Series]:
    """Return the texts of the cells, where they are numbers, and the numbers of their rows."""
    places = [str(place) for place in range(width)]
    texts = [pl.DataFrame(schema=dict.fromkeys(places, pl.String))]
    numeric = [pl.DataFrame(schema=dict.fromkeys(places, pl.Boolean))]
    numbers = [pl.Series("row", dtype=pl.Int64)]
    for chunk, columns in _chunks(rows, width):
        written = dict(zip(places, map(column_of, columns), strict=True))
        texts.append(pl.DataFrame({place: column for place, (column, _) in written.items()}))
        numeric.append(pl.DataFrame({place: column for place, (_, column) in written.items()}))
        numbers.append(pl.Series("row", chunk, dtype=pl.Int64))
    return pl.concat(texts), pl.concat(numeric), pl.concat(numbers)


def _chunks(rows: Iterator[NumberedValues], width: int) -> Iterator[tuple[list[int], list[list[Any]]]]:
    """Give the rows in chunks: their numbers and their columns.

    There may be more columns than a row has cells: the fields of items have none of their own.
    """
    while True:
        numbers: list[int] = []
        columns: list[list[Any]] = [[] for _ in range(width)]
        chunk = islice(rows, CHUNK_ROWS)
        while batch := list(islice(chunk, BATCH_ROWS)):
            numbers.extend(row for row, _ in batch)
            for column, values in zip(columns, zip(*(values for _, values in batch), strict=True), strict=False):
                column.extend(values)
        if not numbers:
            return
        yield numbers, [column or [""] * len(numbers) for column in columns]


def _with_looks(sheet: Sheet, scan: SheetScan, first_column: int) -> Sheet:
    """Return a sheet with what its cells show beside their numbers, and what it hides in its notices."""
    texts = sheet.texts.with_columns(**with_shown_units(sheet, scan, first_column))
    return replace(sheet, texts=texts, notices=sheet.notices + _hidden(sheet, scan, first_column))


def _hidden(sheet: Sheet, scan: SheetScan, first_column: int) -> list[Problem]:
    """Say which rows and which columns that mean something are hidden; they are read all the same."""
    rows = sheet.rows.filter(sheet.rows.is_in(pl.Series(list(scan.hidden_rows), dtype=pl.Int64).implode()))
    places = {claim.position for claim in sheet.match.claims}
    hidden = [sheet.headers[place] for place in sorted(places) if place + first_column in scan.hidden_columns]
    columns = [Problem("columns_hidden", Severity.NOTICE, sheet=sheet.name, params={"columns": ", ".join(hidden)})]
    return about_rows("rows_hidden", rows.to_list(), sheet.name) + (columns if hidden else [])


def _numbered_rows(grid: CalamineSheet, scan: SheetScan) -> Iterator[NumberedValues]:
    """Give the non-blank rows with their row numbers; the reader drops errors, so they are put back."""
    first_column = grid.start[1] + 1 if grid.start else 1
    error_rows = {row for row, _ in scan.errors}
    height = 0
    for height, values in enumerate(grid.iter_rows(), start=1):
        if height in error_rows:
            _put_errors_back(values, height, first_column, scan)
        if _is_filled(values):
            yield height, values
    # Rows of nothing but uncalculated formulas: for the reader, the sheet ends before them.
    for row in sorted(row for row in error_rows if row > height):
        values = [""] * grid.width
        _put_errors_back(values, row, first_column, scan)
        if _is_filled(values):
            yield row, values


def _is_filled(values: list[Any]) -> bool:
    # A loop, since `any` of a generator takes thrice as long, and every row comes here.
    for value in values:  # noqa: SIM110 - see above
        if type(value) is not str or value.strip():
            return True
    return False


def _put_errors_back(values: list[Any], row: int, first_column: int, scan: SheetScan) -> None:
    for column in range(first_column, first_column + len(values)):
        if (row, column) in scan.errors:
            values[column - first_column] = scan.errors[row, column]
