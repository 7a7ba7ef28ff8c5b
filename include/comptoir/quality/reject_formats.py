"""The forms of a reject file: text in its source's dialect, JSON lines, and a workbook with coloured cells."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from comptoir.errors import RejectedFileError
from comptoir.reading.encodings import detect_encoding
from comptoir.reading.jsontexts import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\]|^'|'$")
SHEET_NAME_LENGTH: Final = 31
UTF_8: Final = "utf-8-sig"  # with its mark, by which spreadsheets know it
DEFAULT_DELIMITER: Final = ","
DAY_SHOWN: Final = "yyyy-mm-dd"
TIME_SHOWN: Final = "yyyy-mm-dd hh:mm:ss"


@dataclass(frozen=True)
class Row:
    """A rejected row.

    Attributes:
        cells: its cells by header, after them the reason and the remedy; of JSON lines the values by key.
        numbers: the headers of the cells that are plain numbers.
        offending: the headers of the cells that are wrong.
        days: the headers of the cells that are days or times as a spreadsheet writes its own.
    """

    cells: dict[str, Any]
    numbers: frozenset[str]
    offending: frozenset[str]
    days: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sheet:
    """The rejected rows of a sheet (of the whole of a text file); `rows` gives them anew at each call."""

    name: str | None
    headers: list[str]
    rows: Callable[[], Iterable[Row]]


def write_text(sheet: Sheet, path: Path, delimiter: str | None, encoding: str | None) -> None:
    """Write a text file with the delimiter and the encoding of its source.

    Where that encoding can't hold the added words, or the file would then be taken for another, it is UTF-8.
    """
    chosen = UTF_8 if encoding in {None, "utf-8"} else encoding
    if not _wrote(sheet, path, delimiter or DEFAULT_DELIMITER, chosen) or not _is_read_as(path, chosen):
        _wrote(sheet, path, delimiter or DEFAULT_DELIMITER, UTF_8)


def _wrote(sheet: Sheet, path: Path, delimiter: str, encoding: str) -> bool:
    try:
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, delimiter=delimiter)
            writer.writerow(sheet.headers)
            writer.writerows(row.cells.values() for row in sheet.rows())
    except UnicodeEncodeError:
        return False
    return True


def _is_read_as(path: Path, encoding: str) -> bool:
    try:
        return detect_encoding(path, path.name) == encoding
    except RejectedFileError:
        return False


def write_json_lines(sheet: Sheet, path: Path) -> None:
    """Write one JSON object a line, in UTF-8."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(encode(row.cells) + "\n" for row in sheet.rows())


def write_workbook(sheets: Sequence[Sheet], path: Path) -> None:
    """Write a workbook: one sheet per sheet, the offending cells coloured."""
    # In constant memory, rows must be written in order, and text goes in place.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as workbook:
        bold = workbook.add_format({"bold": True})
        formats = _formats(workbook)
        for place, sheet in enumerate(sheets, start=1):
            target = workbook.add_worksheet(_sheet_name(sheet.name or "", place, workbook.sheetnames))
            target.freeze_panes(1, 0)
            for column, header in enumerate(sheet.headers):
                target.write_string(0, column, header, bold)
            for number, row in enumerate(sheet.rows(), start=1):
                _write_row(target, number, row, formats)


def _formats(workbook: xlsxwriter.Workbook) -> dict[tuple[bool, str | None], Any]:
    """Return the formats of cells by whether they are wrong, and how they show a number."""
    looks = {False: {}, True: {"bg_color": "#FFC7CE", "font_color": "#9C0006"}}
    shown = [(is_wrong, number) for is_wrong in looks for number in (None, DAY_SHOWN, TIME_SHOWN)]
    return {
        (is_wrong, number): workbook.add_format(looks[is_wrong] | ({"num_format": number} if number else {}))
        for is_wrong, number in shown
    }


def _sheet_name(wanted: str, place: int, taken: Iterable[str]) -> str:
    """Return the sheet's own name where Excel takes it; other programs allow more."""
    name = NOT_IN_SHEET_NAMES.sub("_", wanted)[:SHEET_NAME_LENGTH]
    is_free = name.casefold() not in {other.casefold() for other in taken}
    return name if is_free else f"{place} {name}"[:SHEET_NAME_LENGTH]


def _write_row(target: Any, number: int, row: Row, formats: Mapping[tuple[bool, str | None], Any]) -> None:
    for column, (header, text) in enumerate(row.cells.items()):
        is_wrong = header in row.offending
        cell_format = formats[is_wrong, None] if is_wrong else None
        if text is None:
            target.write_blank(number, column, None, cell_format)
        elif header in row.numbers:
            target.write_number(number, column, float(text), cell_format)
        elif header in row.days:
            moment = datetime.fromisoformat(text)
            target.write_datetime(number, column, moment, formats[is_wrong, TIME_SHOWN if ":" in text else DAY_SHOWN])
        else:
            # As a string even where it starts with =, + or @: a cell of a stranger must not become a formula.
            target.write_string(number, column, text, cell_format)
