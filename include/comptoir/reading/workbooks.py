"""Reads workbooks: every visible sheet, cells typed by the spreadsheet and never by locale."""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.problems import Problem, Severity
from comptoir.reading.binary_openxml import scan_binary_openxml
from comptoir.reading.formats import Format, refused
from comptoir.reading.headers import HEADER_SEARCH_ROWS, HeaderRow
from comptoir.reading.notices import above_header
from comptoir.reading.old_workbooks import scan_old_workbook
from comptoir.reading.opendocument import scan_open_document
from comptoir.reading.openxml import scan_openxml
from comptoir.reading.scans import BookScan, SheetScan
from comptoir.reading.sheets import Sheet
from comptoir.reading.structure import locate_header

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from comptoir.questions import Question
    from comptoir.reading.guide import Guide

CHUNK_ROWS: Final = 20_000
NEAR_MATCH: Final = 3  # a sheet that names this many columns of a kind was probably meant to be one
PANIC: Final = "PanicException"
EXACT_INTEGERS: Final = 10**15  # a spreadsheet keeps 15 significant digits

SCANNERS: Final = {
    Format.XLSX: scan_openxml,
    Format.XLSB: scan_binary_openxml,
    Format.XLS: scan_old_workbook,
    Format.ODS: scan_open_document,
}

Cell = tuple[str | None, bool]  # the text, and whether the spreadsheet holds a number
NumberedCells = tuple[int, list[Cell]]


def read_workbook(path: Path, form: Format, name: str, guide: Guide) -> tuple[list[Sheet], list[Problem]]:
    """Read every visible sheet that is recognised; the second list says which were left aside and why.

    Raises:
        RejectedFileError: the workbook is damaged, protected or beyond bounds, or none of its sheets is recognised.
    """
    try:
        book = SCANNERS[form](path, name)
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
    questions: list[Question] = []
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
            rows = _numbered_rows(workbook, facts.name, scan)
            sheets.append(_read_sheet(rows, facts.name, name, guide, epoch_1904=book.epoch_1904))
        except AmbiguousFileError as doubt:
            questions.extend(doubt.questions)
        except RejectedFileError as refusal:
            skipped.extend(refusal.problems)
    if questions:
        raise AmbiguousFileError(questions)
    if not sheets:
        raise RejectedFileError(_refusals(skipped, name))
    return sheets, [_as_skipped(problem) for problem in skipped]


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
    code = "sheet_skipped" if problem.code == "kind_unknown" else problem.code
    severity = Severity.WARNING if near else Severity.NOTICE
    return Problem(code, severity, sheet=problem.sheet, row=problem.row, params=problem.params)


def _read_sheet(rows: Iterator[NumberedCells], sheet: str, name: str, guide: Guide, *, epoch_1904: bool) -> Sheet:
    sample = list(islice(rows, HEADER_SEARCH_ROWS))
    if not sample:
        raise RejectedFileError([Problem("sheet_empty", sheet=sheet)])
    texts = [(row, [text or "" for text, _ in cells]) for row, cells in sample]
    located = locate_header(texts, sheet, name, guide)
    header = located.header
    frames = _frames(chain(sample[header.index + 1 :], rows), header)
    cells, numeric, numbers = frames
    return Sheet(
        name=sheet,
        headers=located.headers,
        match=header.match,
        texts=cells,
        numeric=numeric,
        rows=numbers,
        epoch_1904=epoch_1904,
        notices=above_header(located.above, sheet),
        items=located.items,
    )


def _frames(rows: Iterator[NumberedCells], header: HeaderRow) -> tuple[pl.DataFrame, pl.DataFrame, pl.Series]:
    names = [str(position) for position in range(len(header.cells))]
    texts = [pl.DataFrame(schema=dict.fromkeys(names, pl.String))]
    numeric = [pl.DataFrame(schema=dict.fromkeys(names, pl.Boolean))]
    numbers: list[int] = []
    while chunk := list(islice(rows, CHUNK_ROWS)):
        numbers.extend(row for row, _ in chunk)
        for place, (frames, dtype) in enumerate(((texts, pl.String), (numeric, pl.Boolean))):
            values = [[cell[place] for cell in _padded(cells, len(names))] for _, cells in chunk]
            frames.append(pl.DataFrame(values, schema=dict.fromkeys(names, dtype), orient="row"))
    return pl.concat(texts), pl.concat(numeric), pl.Series("row", numbers, dtype=pl.Int64)


def _padded(cells: list[Cell], width: int) -> list[Cell]:
    return cells if len(cells) == width else cells + [(None, False)] * (width - len(cells))


def _numbered_rows(workbook: CalamineWorkbook, sheet: str, scan: SheetScan) -> Iterator[NumberedCells]:
    """Give the non-blank rows with their row numbers; the reader drops errors, so they are put back."""
    grid = workbook.get_sheet_by_name(sheet)
    first_column = grid.start[1] + 1 if grid.start else 1
    error_rows = {row for row, _ in scan.errors}
    height = 0
    for height, values in enumerate(grid.iter_rows(), start=1):
        cells = [_cell(value) for value in values]
        if height in error_rows:
            _put_errors_back(cells, height, first_column, scan)
        if _is_filled(cells):
            yield height, cells
    # Rows of nothing but uncalculated formulas: for the reader, the sheet ends before them.
    for row in sorted(row for row in error_rows if row > height):
        cells = [(None, False)] * grid.width
        _put_errors_back(cells, row, first_column, scan)
        if _is_filled(cells):
            yield row, cells


def _is_filled(cells: list[Cell]) -> bool:
    return any(text and text.strip() for text, _ in cells)


def _put_errors_back(cells: list[Cell], row: int, first_column: int, scan: SheetScan) -> None:
    for column in range(first_column, first_column + len(cells)):
        if (row, column) in scan.errors:
            cells[column - first_column] = (scan.errors[row, column], False)


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value or None, False
    if isinstance(value, float):
        return (_plain(value), True) if isfinite(value) else (str(value), False)
    if isinstance(value, bool):
        return str(value).upper(), False
    if isinstance(value, int):
        return str(value), True
    return _moment(value), False


def _plain(number: float) -> str:
    """Write a number as its shortest decimal, without an exponent."""
    if number == int(number) and abs(number) < EXACT_INTEGERS:
        return str(int(number))
    shortest = repr(number)
    return format(Decimal(shortest), "f") if "e" in shortest else shortest


def _moment(value: date | datetime | time | timedelta) -> str:
    if isinstance(value, datetime):
        return (_nearest_second(value) if value.microsecond else value).isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _nearest_second(moment: datetime) -> datetime:
    """Return what was typed: serial times are fractions of a day in binary."""
    last = datetime.max - timedelta(seconds=1)  # noqa: DTZ901 - naive, as the spreadsheet's own
    return (min(moment, last) + timedelta(microseconds=500_000)).replace(microsecond=0)
