"""Cells that a program damaged before the file was dropped, and columns that change the side of an amount."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from comptoir.errors import RejectedFileError
from comptoir.reading.reader import read_file
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.reading.tables import Table

SETTINGS = Settings(timezone="Europe/Paris")
SALES = "invoice_no,client_code,product_code,quantity,timestamp,unit_price"
CLIENTS = "client_code,name,total_revenue_generated,loyalty_tier"


def read(folder: Path, *lines: str) -> Table:
    path = folder / "x.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    (table,) = read_file(path, SETTINGS).tables
    return table


def problem_of(folder: Path, *lines: str) -> str | None:
    try:
        read(folder, *lines)
    except RejectedFileError as refusal:
        return refusal.problems[0].code
    return None


def errors(table: Table) -> list[tuple[int | None, str, str | None]]:
    return [(p.row, p.code, p.value) for p in table.problems if p.severity == "error"]


@pytest.mark.parametrize(
    ("header", "lines", "is_refused"),
    [
        ("comment", ["F1,C1,P1,2,2026-01-31,12,50", "F2,C1,P1,2,2026-01-31,7,5"], True),
        ("comment", ["F1,C1,P1,2,2026-01-31,12,50", "F2,C1,P1,2,2026-01-31,7,"], True),
        ("comment", ["F1,C1,P1,2,2026-01-31,12,50", "F2,C1,P1,2,2026-01-31,7,gift"], False),
        ("comment", ["F1,C1,P1,2,2026-01-31,12.5,", "F2,C1,P1,2,2026-01-31,7,5"], False),
        ("comment", ["F1,C1,P1,2,2026-01-31,12,", "F2,C1,P1,2,2026-01-31,7,"], False),
        ("Taux TVA", ["F1,C1,P1,2,2026-01-31,12,20"], False),
    ],
    ids=["each row", "one row", "words", "a decimal point", "nothing", "a rate"],
)
def test_cents_in_a_column_of_no_meaning(tmp_path: Path, header: str, lines: list[str], is_refused: bool):
    expected = "decimals_split" if is_refused else None
    assert problem_of(tmp_path, f"{SALES},{header}", *lines) == expected


@pytest.mark.parametrize(
    ("columns", "lines", "is_refused"),
    [
        ("unit_price,quantity,", ["12,50,2", "7,5,1"], True),
        ("unit_price,name,quantity,", ["12,50,Tea,2", "7,Rice,1,"], True),
        ("unit_price,quantity,", ["12,50,gift", "7,5,"], False),
        ("unit_price,quantity,", ["12,5,", "7,5,"], False),
        ("unit_price,quantity,", ["12.50,5,2", "7,5,3"], False),
        ("unit_price,quantity,shop", ["12,50,2", "7,5,1"], False),
    ],
    ids=["each row", "one row", "words", "nothing", "a decimal point", "a named column"],
)
def test_cents_that_push_other_cells_aside(tmp_path: Path, columns: str, lines: list[str], is_refused: bool):
    header = f"invoice_no,client_code,product_code,timestamp,{columns}"
    problem = problem_of(tmp_path, header, *(f"F{n},C1,P1,2026-01-31,{line}" for n, line in enumerate(lines)))
    assert problem == ("decimals_split" if is_refused else None)


def test_semicolons_leave_decimal_commas_alone(tmp_path: Path):
    assert problem_of(tmp_path, f"{SALES},comment".replace(",", ";"), "F1;C1;P1;2;2026-01-31;12;50") is None


def test_a_date_or_a_truth_value_is_no_code(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, SALES.split(","))
        for row, code in enumerate((date(2026, 2, 1), True, "1-2", 12), start=1):
            sheet.write_row(row, 0, [f"F{row}", "C", None, 1, datetime(2026, 1, 31), 2.5], day)  # noqa: DTZ001 - naive
            sheet.write(row, 2, code, day if isinstance(code, date) else None)
            sheet.write(row, 3, 1)
            sheet.write(row, 5, 2.5)
    (table,) = read_file(path, SETTINGS).tables
    assert [(row, code) for row, code, _ in errors(table)] == [(2, "code_retyped"), (3, "code_retyped")]
    assert table.frame["product_code"].to_list() == [None, None, "1-2", "12"]


@pytest.mark.parametrize("code", ["1-févr", "02-janv.", "3-Mar"])
def test_what_a_spreadsheet_shows_of_a_code(tmp_path: Path, code: str):
    table = read(tmp_path, SALES, f"F1,C,{code},1,2026-01-31,2.5", "F2,C,2026-02-01,1,2026-01-31,2.5")
    assert errors(table) == [(2, "code_retyped", code)]


@pytest.mark.parametrize(
    "error",
    [
        *("#NV", "#WERT!", "#BEZUG!", "#NUL!", "#NOMBRE!", "#DIV/0 !", "#VALEUR\u202f!", "#NOM ?", "#ERREUR!"),
        *("#CALC!", "#SPILL!", "#GETTING_DATA", "Err:502", "########"),
    ],
)
def test_errors_of_spreadsheets_in_other_languages_are_no_names(tmp_path: Path, error: str):
    table = read(tmp_path, CLIENTS, f"C1,{error},1.5,Gold", "C2,#N,1.5,Gold", "C3,Err: 502,1.5,Gold")
    assert errors(table) == [(2, "error_cell", error)]
    (code,) = {code for _, code, _ in errors(read(tmp_path, CLIENTS, f"{error},N,1.5,Gold"))}
    assert code in {"error_cell", "code_placeholder"}


@pytest.mark.parametrize("code", ["VRAI", "TRUE", "12-1", "2026-02-01"])
def test_a_text_keeps_its_codes(tmp_path: Path, code: str):
    assert errors(read(tmp_path, SALES, f"F1,C,{code},1,2026-01-31,2.5")) == []


def test_garbled_letters_are_told(tmp_path: Path):
    table = read(tmp_path, CLIENTS, "C1,CafÃ©,1.5,Gold", "C2,Café,1.5,Gold", "C3,SÃÔ,1.5,Gold", "C4,Lâ€™Or,1,Gold")
    (warning,) = (p for p in table.problems if p.severity == "warning")
    assert (warning.code, warning.value, warning.params["rows"]) == ("letters_garbled", "CafÃ©", "2, 5")
    assert table.frame["name"].to_list()[0] == "CafÃ©"


@pytest.mark.parametrize(
    ("item", "is_wrong"),
    [
        ('"total": 5.0', False),
        ('"total": "5.005"', False),
        ('"Line total": 4.0', True),
        ('"total": null', False),
        ('"total": "n/a"', False),
        ('"amount": 50', True),
    ],
)
def test_an_items_own_total_must_be_its_quantity_times_its_price(tmp_path: Path, item: str, is_wrong: bool):
    path = tmp_path / "x.jsonl"
    items = f'[{{"product_code": "P", "quantity": 2, "unit_price": 2.5, {item}}}]'
    path.write_text(f'{{"invoice_no": "F1", "timestamp": "2026-01-31", "items": {items}}}\n')
    (table,) = read_file(path, SETTINGS).tables
    assert [code for _, code, _ in errors(table)] == (["line_amount_differs"] if is_wrong else [])


@pytest.mark.parametrize(
    ("kind", "cells", "is_refused"),
    [
        ("sales", (("12,00", ""), ("", "5,00")), True),
        ("sales", (("12,00", "0,00"), ("5,00", "0,00")), False),
        ("sales", (("", ""), ("", "5,00")), False),
        ("clients", (("12,00", "3,00"), ("", "")), True),
    ],
)
def test_debit_and_credit_beside_amounts(
    tmp_path: Path, kind: str, cells: tuple[tuple[str, str], ...], is_refused: bool
):
    header, line = (SALES, "F{},C,P,1,2026-01-31,2") if kind == "sales" else (CLIENTS, "C{},N,2,Gold")
    lines = [";".join([*line.format(row).split(","), *pair]) for row, pair in enumerate(cells)]
    text = [f"{header.replace(',', ';')};Débit;Crédit", *lines]
    assert (problem_of(tmp_path, *text) == "debit_and_credit") == is_refused
