"""What a spreadsheet hides is data, and is read; but its owner is told."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from comptoir.reading.old_workbooks import scan_old_workbook
from comptoir.reading.reader import read_file
from comptoir.settings import Settings
from tests.corpus.books import compound
from tests.unit.spreadsheets import write_ods, write_xlsb

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

SETTINGS = Settings(timezone="Europe/Paris")
ROWS: list[list[Any]] = [
    ["Clients", None, None, None, None, None],
    ["client_code", "name", "notes", "total_revenue_generated", "loyalty_tier"],
    *[[f"C{n}", "Ann", "x", n, "Gold"] for n in range(4)],
]


def write_xlsx(
    path: Path, sheets: dict[str, list[list[Any]]], *, hidden_rows: Collection[int], hidden_columns: Collection[int]
) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 1, cells)
                sheet.set_row(row, None, None, {"hidden": row in hidden_rows})
            for column in hidden_columns:
                sheet.set_column(column + 1, column + 1, None, None, {"hidden": True})
    return path


@pytest.mark.parametrize("write", [write_xlsx, write_xlsb, write_ods])
def test_hidden_rows_and_columns_are_read_and_named(tmp_path: Path, write: Callable[..., Path]):
    path = write(tmp_path / "x", {"S": ROWS}, hidden_rows=[0, 3, 4], hidden_columns=[1, 2])
    (table,) = read_file(path, SETTINGS).tables
    assert table.frame["client_code"].to_list() == ["C0", "C1", "C2", "C3"]
    told = [(p.code, str(p.severity), p.row, p.params) for p in table.problems if p.code != "rows_above_header"]
    assert told == [
        ("rows_hidden", "notice", 4, {"count": "2", "rows": "4, 5"}),
        ("columns_hidden", "notice", None, {"columns": "name"}),
    ]


@pytest.mark.parametrize("write", [write_xlsx, write_xlsb, write_ods])
def test_nothing_is_said_of_what_is_shown_or_no_data(tmp_path: Path, write: Callable[..., Path]):
    path = write(tmp_path / "x", {"S": ROWS}, hidden_rows=[0, 9], hidden_columns=[2])
    (table,) = read_file(path, SETTINGS).tables
    assert [p.code for p in table.problems] == ["rows_above_header"]


def test_what_an_old_workbook_hides(tmp_path: Path):
    book = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6))
    bound = record(0x0085, struct.pack("<IBBBB", len(book) + 13, 0, 0, 1, 0) + b"S")
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6))
    sheet += record(0x007D, struct.pack("<HHHHHH", 1, 2, 2560, 0, 1, 0)) + record(0x007D, bytes(12))
    for row, flags in ((0, 0x0100), (4, 0x0120)):
        sheet += record(0x0208, struct.pack("<HHHHHHHH", row, 0, 1, 255, 0, 0, flags, 15))
    path = tmp_path / "x.xls"
    path.write_bytes(compound({"Workbook": book + bound + sheet + record(0x000A, b"")}))
    (scan,) = scan_old_workbook(path, "x.xls", "EUR").sheets.values()
    assert (scan.hidden_rows, scan.hidden_columns) == ({5}, {2, 3})


def record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data
