"""What an audit reads in raw files by itself: usual formats, texts by the told locale, typed cells as typed."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import pytest

from comptoir.reconciling import raw_files
from comptoir.reconciling.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = ("N° facture", "Réf", "Qté", "Prix", "Le")
COLUMNS = ("invoice_no", "product_code", "quantity", "unit_price", "timestamp")
LINES = "\n".join(
    ("Société Démo", "", ";".join(HEADERS), 'F1;"A;1";2;1 234,50 €;05/11/2026 09:30', "", "F1;B;-1;;05/11/2026 09:30")
)
MOMENT = datetime(2026, 11, 5, 9, 30)  # noqa: DTZ001 - as the trader's clock shows it
EXPECTED = [("F1", "A;1", 2, Decimal("1234.5000"), MOMENT), ("F1", "B", -1, None, MOMENT)]


@pytest.fixture
def workspace() -> Workspace:
    opened = open_workspace("Europe/Paris")
    raw_files.prepare(opened)
    return opened


def entry(
    kind: str, columns: tuple[str, ...], headers: tuple[str, ...], sheet: str | None = None, **read_as: str
) -> dict[str, Any]:
    mapping = [
        {"sheet": sheet, "kind": kind, "column": column, "header": header, "source": "template"}
        | {"read_as": read_as.get(column)}
        for column, header in zip(columns, headers, strict=True)
    ]
    return {"_id": "f-1", "name": "file", "mapping": mapping, "problems": []}


FRENCH_SALES = entry("sales", COLUMNS, HEADERS, unit_price="comma", quantity="comma", timestamp="day_first")


def sales(workspace: Workspace) -> list[tuple[Any, ...]]:
    query = "SELECT invoice, product, quantity, unit_price, moment FROM raw_sales ORDER BY row"
    return workspace.database.execute(query).fetchall()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_a_text_file_in_any_encoding(workspace: Workspace, tmp_path: Path, encoding: str):
    text = LINES.replace(" €", "") if encoding == "mac_roman" else LINES
    path = tmp_path / "raw"
    path.write_bytes(text.encode(encoding))

    raw_files.load(workspace, FRENCH_SALES, path)

    assert sales(workspace) == EXPECTED
    rows = workspace.database.execute("SELECT row FROM raw_rows ORDER BY row").fetchall()
    assert rows == [(4,), (6,)]


def test_amounts_of_lines_give_their_prices(workspace: Workspace, tmp_path: Path):
    path = tmp_path / "raw"
    lines = ("F1;B;3;37,50;05/11/2026 09:30", "F1;B;-4;-1,00;05/11/2026 09:30", "F1;B;2;;05/11/2026 09:30")
    path.write_text("\n".join([";".join(HEADERS), *lines]))
    told = FRENCH_SALES["mapping"]
    divided = [each | {"source": "divided"} if each["column"] == "unit_price" else each for each in told]

    raw_files.load(workspace, FRENCH_SALES | {"mapping": divided}, path)

    assert [price for _, _, _, price, _ in sales(workspace)] == [Decimal("12.5"), Decimal("0.25"), None]


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_any_delimiter(workspace: Workspace, tmp_path: Path, delimiter: str):
    path = tmp_path / "raw"
    path.write_text(f"{delimiter.join(HEADERS)}\n{delimiter.join(('F1', 'B', '-1', '', '2026-11-05T08:30:00Z'))}\n")

    raw_files.load(workspace, FRENCH_SALES, path)

    assert sales(workspace) == EXPECTED[1:]


def test_what_is_packed(workspace: Workspace, tmp_path: Path):
    packed, archive = tmp_path / "packed", tmp_path / "archive"
    packed.write_bytes(gzip.compress(LINES.encode()))
    with ZipFile(archive, "w") as file:
        file.writestr("ventes.csv", LINES)

    raw_files.load(workspace, FRENCH_SALES, packed)
    raw_files.load(workspace, FRENCH_SALES, archive)

    assert sorted(sales(workspace)) == sorted(EXPECTED * 2)


def test_a_workbook_with_typed_cells_and_repeated_headers(workspace: Workspace, tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Ventes"
    sheet.append(["Ventes de novembre"])
    sheet.append(["none", None, "Prix", "Prix", "Qté", "Le"])
    sheet.append([17850.0, "'B", "9,99", 0.1, 3, datetime(2026, 11, 5, 9, 29, 59, 999_600)])  # noqa: DTZ001 - a cell's
    path = tmp_path / "raw"
    book.save(path)
    headers = ("none (2)", "Column 2", "Prix (2)", "Qté", "Le")
    columns = ("invoice_no", "product_code", "unit_price", "quantity", "timestamp")

    raw_files.load(workspace, entry("sales", columns, headers, "Ventes", unit_price="comma"), path)

    assert sales(workspace) == [("17850", "B", 3, Decimal("0.1000"), MOMENT)]


def test_a_workbook_s_codes_as_they_are_shown(workspace: Workspace, tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADERS)
    sheet.append([7, 123, 2, 5, "2026-11-05"])
    sheet["A2"].number_format, sheet["B2"].number_format, sheet["D2"].number_format = '"FA-"0000', "00000", "0.00"
    path = tmp_path / "raw"
    book.save(path)

    raw_files.load(workspace, entry("sales", COLUMNS, HEADERS, "Sheet"), path)

    (row,) = sales(workspace)
    assert row[:4] == ("FA-0007", "00123", 2, Decimal(5))


@pytest.mark.parametrize("header", ["items", "product_code"])
def test_json_lines_and_items(workspace: Workspace, tmp_path: Path, header: str):
    """The ledger names the items' own keys, or the cell that holds them all."""
    path = tmp_path / "raw"
    path.write_text(
        '{"invoice_no": "F1", "timestamp": "2026-11-05 09:30:00", "items": '
        '[{"product_code": "A;1", "quantity": 2, "unit_price": 1234.5}, {"sku": "B", "qty": "-1"}]}\n'
    )
    columns = ("invoice_no", "product_code", "quantity", "unit_price", "timestamp")
    headers = tuple("items" if header == "items" and name in columns[1:4] else name for name in columns)

    raw_files.load(workspace, entry("sales", columns, headers), path)

    assert sorted(sales(workspace)) == EXPECTED


def test_headers_that_are_not_there_are_told(workspace: Workspace, tmp_path: Path):
    path = tmp_path / "raw"
    path.write_text("a;b\n1;2\n")

    raw_files.load(workspace, FRENCH_SALES, path)

    (told,) = workspace.rows("FROM unread_sheets")
    assert told["kind"] == "sales"
    assert "not found" in told["why"]


@pytest.mark.parametrize(
    ("cell", "mark", "amount"),
    [
        ("1 234,56", "comma", "1234.5600"),
        ("1.234,56 €", "comma", "1234.5600"),
        ("1,234.56", "point", "1234.5600"),
        ("CHF 1'234.50", "point", "1234.5000"),
        ("(12,50)", "comma", "-12.5000"),
        ("12,50-", "comma", "-12.5000"),
        ("\u221212,50", "comma", "-12.5000"),
        ("\x011234.5", "comma", "1234.5000"),
        ("0.00005", "point", "0.0001"),
        ("", "point", None),
        ("n/a", "point", None),
        ("6 x 12", "point", None),
        ("12 (x6)", "point", None),
        ("1,50 €/100", "comma", None),
    ],
)
def test_amounts(workspace: Workspace, cell: str, mark: str, amount: str | None):
    found = workspace.database.execute("SELECT money_of($cell, $mark)", {"cell": cell, "mark": mark}).fetchone()
    assert found == ((amount and Decimal(amount)),)


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("03/04/2026", "day_first", date(2026, 4, 3)),
        ("03/04/2026", "month_first", date(2026, 3, 4)),
        ("3-4-26 7:05", "day_first", date(2026, 4, 3)),
        ("4/3/2026 11:30 PM", "month_first", date(2026, 4, 3)),
        ("2026-04-03T23:30:00Z", "day_first", date(2026, 4, 4)),  # half past one in Paris
        ("\x012026-04-03 00:00:00", "month_first", date(2026, 4, 3)),
        ("\x0146115", "day_first", date(2026, 4, 3)),
        ("31/02/2026", "day_first", None),
        ("3 avril 2026", "day_first", date(2026, 4, 3)),
        ("vendredi 3 avr. 2026 à 10:30", "day_first", date(2026, 4, 3)),
        ("03-Apr-2026 11:30 PM", "month_first", date(2026, 4, 3)),
        ("1er août 2026", "day_first", date(2026, 8, 1)),
        ("March 3rd, 2026", "month_first", date(2026, 3, 3)),
        ("mars 3, 2026", "day_first", date(2026, 3, 3)),
        ("mardi 3 mars 2026", "day_first", date(2026, 3, 3)),
        ("3 FÉVRIER 2026 23:30:00", "day_first", date(2026, 2, 3)),
        ("1 juin 2026", "day_first", date(2026, 6, 1)),
        ("1 juil. 2026", "day_first", date(2026, 7, 1)),
        ("31 févr. 2026", "day_first", None),
        ("3 brumaire 2026", "day_first", None),
    ],
)
def test_days(workspace: Workspace, cell: str, order: str, day: date | None):
    query = "SELECT CAST(moment_of($cell, $order) AS DATE)"
    assert workspace.database.execute(query, {"cell": cell, "order": order}).fetchone() == (day,)


@pytest.mark.parametrize(
    ("cell", "mark", "in_percents", "ratio"),
    [
        ("0,2", "comma", False, "0.2"),
        ("20 %", "comma", False, "0.2"),
        ("7,3%", "comma", False, "0.073"),
        ("20", "comma", True, "0.2"),
        ("\x010.2", "comma", False, "0.2"),
        ("", "comma", True, None),
    ],
)
def test_ratios(workspace: Workspace, cell: str, mark: str, in_percents: bool, ratio: str | None):
    query = "SELECT ratio_of($cell, $mark, $in_percents)"
    found = workspace.database.execute(query, {"cell": cell, "mark": mark, "in_percents": in_percents}).fetchone()
    assert found == ((ratio and Decimal(ratio)),)


@pytest.mark.parametrize(
    ("cell", "tier"),
    [("Or", "Gold"), (" ARGENT ", "Silver"), ("gold", "Gold"), ("standard", "Standard"), ("vip", None)],
)
def test_tiers(workspace: Workspace, cell: str, tier: str | None):
    assert workspace.database.execute("SELECT tier_of($cell)", {"cell": cell}).fetchone() == (tier,)
