"""Number formats of cells: a percentage and a currency that a spreadsheet shows are part of what it says."""

from __future__ import annotations

import struct
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from comptoir.reading.cell_formats import PERCENT, shown_unit
from comptoir.reading.old_workbooks import scan_old_workbook
from comptoir.reading.reader import read_file
from comptoir.settings import Settings
from tests.corpus.books import compound
from tests.unit.spreadsheets import Shown, write_ods, write_xlsb

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comptoir.reading.tables import Table

SETTINGS = Settings(timezone="Europe/Paris", currency="EUR")
PRODUCTS = ["product_code", "name", "category", "buy_price", "sell_price", "min_margin_threshold", "valid_from"]
DAY = date(2026, 1, 31)


def write_xlsx(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, Shown):
                        sheet.write(row, column, cell.value, book.add_format({"num_format": cell.code}))
                    else:
                        sheet.write(row, column, cell)
    return path


WRITERS = [write_xlsx, write_xlsb, write_ods]


def read(path: Path) -> Table:
    (table,) = read_file(path, SETTINGS).tables
    return table


def faults(table: Table) -> list[tuple[str, int | None, str | None, str | None]]:
    return [(p.code, p.row, p.column, p.value) for p in table.problems]


@pytest.mark.parametrize("write", WRITERS)
def test_a_percentage_is_the_same_shown_and_written(tmp_path: Path, write: Callable[..., Path]):
    margins = [Shown(0.2, "0%"), Shown(0.073, "0.0%"), Shown(1.5, "0%"), "20 %", 0.2]
    rows = [PRODUCTS, *[["P", "N", "K", 1, 2, margin, DAY] for margin in margins]]
    table = read(write(tmp_path / "x", {"S": rows}))
    assert table.problems == []
    assert table.frame["min_margin_threshold"].to_list() == [0.2, 0.073, 1.5, 0.2, 0.2]
    assert table.originals["min_margin_threshold"].to_list() == ["20 %", "7.3 %", "150 %", "20 %", "0.2"]


@pytest.mark.parametrize("write", WRITERS)
def test_under_a_percent_sign_a_bare_share_is_unclear(tmp_path: Path, write: Callable[..., Path]):
    headers = [*PRODUCTS[:5], "Seuil marge min (%)", "valid_from"]
    margins = [Shown(0.2, "0%"), 20, 0.2, Shown(0.005, "0.0%")]
    rows = [headers, *[["P", "N", "K", 1, 2, margin, DAY] for margin in margins]]
    table = read(write(tmp_path / "x", {"S": rows}))
    assert table.frame["min_margin_threshold"].to_list() == [0.2, 0.2, None, 0.005]
    assert faults(table) == [("percent_unclear", 4, headers[5], "0.2")]


@pytest.mark.parametrize("write", WRITERS)
def test_another_currency_is_told_where_it_is_shown(tmp_path: Path, write: Callable[..., Path]):
    foreign, own = "[$USD] #,##0.00", "#,##0.00 [$EUR]"
    prices = [Shown(1.234, foreign), Shown(12, foreign), Shown(12.5, own), "1,5", Shown("3,5", foreign)]
    rows = [PRODUCTS, *[["P", "N", "K", 1, price, 0.2, DAY] for price in prices]]
    table = read(write(tmp_path / "x", {"S": rows}))
    assert faults(table) == [
        ("currency_foreign", 2, "sell_price", "1.234 USD"),
        ("currency_foreign", 3, "sell_price", "12 USD"),
    ]
    assert table.frame["sell_price"].to_list() == [None, None, *map(Decimal, ("12.5", "1.5", "3.5"))]


@pytest.mark.parametrize("write", WRITERS)
def test_pieces_that_are_shown_as_money_are_no_count(tmp_path: Path, write: Callable[..., Path]):
    headers = ["product_code", "batch_no", "quantity", "expiry_date", "last_movement"]
    shown = [Shown(15, "0 [$EUR]"), Shown(4, "[$USD] 0"), Shown(7, "0"), Shown(8, '0" pcs"'), 9]
    rows = [headers, *[["P", f"L{lot}", quantity, DAY, DAY] for lot, quantity in enumerate(shown)]]
    table = read(write(tmp_path / "x", {"S": rows}))
    assert faults(table) == [
        ("count_in_currency", 2, "quantity", "15 EUR"),
        ("count_in_currency", 3, "quantity", "4 USD"),
    ]
    assert table.frame["quantity"].to_list() == [None, None, 7, 8, 9]


def test_a_code_and_a_number_beyond_the_table_keep_their_own_text(tmp_path: Path):
    dollars = Shown(17850, "$0.00")
    rows = [["", *PRODUCTS], ["", dollars, "N", "K", 1, 2, 0.2, DAY, dollars]]
    table = read(write_xlsx(tmp_path / "x", {"S": rows}))
    assert (faults(table), table.frame["product_code"].to_list()) == ([], ["17850"])


@pytest.mark.parametrize("write", [write_xlsx, write_xlsb])
def test_zeros_that_a_code_is_shown_with_are_its_own(tmp_path: Path, write: Callable[..., Path]):
    codes = [Shown(123, "00000"), Shown(1234567, "00000"), Shown("A7", "00000"), 123, Shown(1.5, "00000")]
    rows = [PRODUCTS, *[[code, "N", "K", 1, Shown(2, "000"), 0.2, DAY] for code in codes]]
    table = read(write(tmp_path / "x", {"S": rows}))
    assert table.frame["product_code"].to_list() == ["00123", "1234567", "A7", "123", "1.5"]
    assert table.frame["sell_price"].to_list() == [Decimal(2)] * 5


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("00000;@", "01234"),
        ("[$-40C]00000", "01234"),
        ("00000_)", "01234"),
        ("00000;[Red]-00000", "01234"),
        (r"00\-000", "01-234"),
        ("000 000", "001 234"),
        ('0"-"00', "12-34"),
        (r'"FA-"00\-000', "FA-01-234"),
        ("00.00", "1234"),
        ("00/00", "1234"),
        ("0", "1234"),
    ],
)
def test_zeros_of_formats_that_say_more(tmp_path: Path, code: str, shown: str):
    rows = [PRODUCTS, [Shown(1234, code), "N", "K", 1, Shown(2, r"00\-000"), 0.2, DAY]]
    table = read(write_xlsx(tmp_path / "x", {"S": rows}))
    assert (table.frame["product_code"].to_list(), table.frame["sell_price"].to_list()) == ([shown], [Decimal(2)])


@pytest.mark.parametrize("write", [write_xlsx, write_xlsb])
def test_words_that_a_code_is_shown_with_are_its_own(tmp_path: Path, write: Callable[..., Path]):
    formats = [
        '"FA-"0000',
        '"AV-"0000',
        "\\F\\A\\-0000;[Red]0",
        '"P\n"0',
        '"N-"General',
        '0000"-B"',
        '0 "€"',
        "# ##0",
        "0.00",
    ]
    rows = [PRODUCTS, *[[Shown(7, code), "N", "K", 1, Shown(2, '"Prix "00'), 0.2, DAY] for code in formats]]
    table = read(write(tmp_path / "x", {"S": [*rows, ["Q", "N", "K", 1, Shown(2, '"CHF "0'), 0.2, DAY]]}))
    shown = ["FA-0007", "AV-0007", "FA-0007", "P 7", "N-7", "0007-B", "7", "7", "7"]
    assert table.frame["product_code"].to_list() == [*shown, "Q"]
    assert table.frame["sell_price"].to_list() == [Decimal(2)] * 9 + [None]
    assert faults(table) == [("currency_foreign", 11, "sell_price", "2 CHF")]


@pytest.mark.parametrize(
    ("value", "shown", "code", "price"),
    [
        ("123", "00123", "00123", Decimal(123)),
        ("123", "FA-0123", "FA-0123", None),
        ("12000", "12 k€", "12000 k€", None),
        ("12.5", "$12.50", "12.5", None),
        ("12.5", "12,50 €", "12.5", Decimal("12.5")),
        ("-12.5", "(12,50)", "-12.5", Decimal("-12.5")),
        ("1234", "1 234", "1234", Decimal(1234)),
        ("0", "0", "0", Decimal(0)),
        ("0", "#DIV/0!", None, None),
        ("0", "Err:502", None, None),
        ("5", "5<office:annotation><text:p>k€</text:p></office:annotation>", "5", Decimal(5)),
    ],
)
def test_what_a_document_shows_of_a_number_counts(
    tmp_path: Path, value: str, shown: str, code: str | None, price: Decimal | None
):
    typed = f'office:value-type="float" office:value="{value}"'
    number = f"<table:table-cell {typed}><text:p>{shown}</text:p></table:table-cell>"
    texts = ('<table:table-cell office:value-type="string"><text:p>N</text:p></table:table-cell>',) * 2
    tail = f"<table:table-row>{number}{''.join(texts)}{number * 2}</table:table-row>"
    table = read(write_ods(tmp_path / "x", {"S": [PRODUCTS[:6], ["P", "N", "K", 1, 2, 0.2]]}, tail=tail))
    assert (table.frame["product_code"][1], table.frame["sell_price"][1]) == (code, price)
    is_error = shown.startswith(("#", "Err"))
    assert (("error_cell", 3, "sell_price", shown) in faults(table)) == is_error


def test_a_percent_sign_that_is_a_word_multiplies_nothing(tmp_path: Path):
    margins = [Shown(0.5, '0.0" %"'), Shown(20, "0\\%")]
    rows = [PRODUCTS, *[["P", "N", "K", 1, 2, margin, DAY] for margin in margins]]
    assert read(write_xlsx(tmp_path / "x", {"S": rows})).frame["min_margin_threshold"].to_list() == [0.005, 0.2]


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("General", None),
        ("0.00", None),
        ("0%", PERCENT),
        ("0.00 %", PERCENT),
        ('#,##0.00 "€";-#,##0.00 "€"', None),
        ("#,##0.00\\ [$€-40C];[Red]-#,##0.00\\ [$€-40C]", None),
        ('_-* #,##0.00 "€"_-;-* #,##0.00 "€"_-;_-* "-"?? "€"_-', None),
        ("[$$-409]#,##0.00", "$"),
        ("[$USD] #,##0.00", "USD"),
        ('"$"#,##0.00_);("$"#,##0.00)', "$"),
        ("$#,##0", "$"),
        ('_("CHF" * #,##0.00_)', "CHF"),
        ("#,##0.00 [$FCFA-2]", "FCFA"),
        ('#,##0.0" k€"', "k€"),
        ('0" pièces"', None),
        ("[>=100]0.0;[Red]0", None),
        ("[$-40C]d mmmm yyyy;@", None),
        ("00000", "00000"),
        ("0", None),
        ('0;-0%;"$"0', None),
    ],
)
def test_what_formats_show(code: str, unit: str | None):
    assert shown_unit(code, "EUR") == unit


def test_the_trader_s_own_currency_is_no_other():
    assert [shown_unit("[$$-409]0", currency) for currency in ("USD", "CAD", "GBP")] == [None, None, "$"]


def test_what_an_old_workbook_shows(tmp_path: Path):
    book = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6))
    book += record(0x041E, struct.pack("<HHB", 164, 9, 0) + b"[$USD]0.0")
    book += record(0x041E, struct.pack("<HHB", 165, 5, 1) + '0" €"'.encode("utf-16-le"))
    book += b"".join(record(0x00E0, struct.pack("<HH16x", 0, number)) for number in (0, 9, 164, 165))
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6))
    sheet += record(0x0203, struct.pack("<HHHd", 1, 0, 1, 0.2)) + record(0x027E, struct.pack("<HHHI", 1, 1, 3, 0))
    sheet += record(0x00BD, struct.pack("<HHHIHIHIH", 2, 4, 0, 0, 2, 0, 1, 0, 6))
    bound = record(0x0085, struct.pack("<IBBBB", len(book) + 13, 0, 0, 1, 0) + b"S")
    path = tmp_path / "x.xls"
    path.write_bytes(compound({"Workbook": book + bound + sheet + record(0x000A, b"")}))
    (scan,) = scan_old_workbook(path, "x.xls", "EUR").sheets.values()
    assert {place: list(rows) for place, rows in scan.units.items()} == {
        (1, PERCENT): [2],
        (2, "\t€"): [2],
        (6, "USD"): [3],
        (7, PERCENT): [3],
    }


def test_what_a_workbook_of_the_versions_before_shows(tmp_path: Path):
    book = record(0x0809, struct.pack("<HHHH", 0x0500, 0x0005, 0, 0))
    book += record(0x041E, struct.pack("<HB", 164, 8) + b'0.0" k\x80"') + record(0x00E0, struct.pack("<HH12x", 0, 164))
    sheet = record(0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0, 0))
    sheet += record(0x0203, struct.pack("<HHHd", 1, 0, 0, 0.2))
    bound = record(0x0085, struct.pack("<IBBB", len(book) + 12, 0, 0, 1) + b"S")
    path = tmp_path / "x.xls"
    path.write_bytes(compound({"Workbook": book + bound + sheet + record(0x000A, b"")}))
    (scan,) = scan_old_workbook(path, "x.xls", "EUR").sheets.values()
    assert {place: list(rows) for place, rows in scan.units.items()} == {(1, "k€"): [2]}


def record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data
