"""Prices before a discount: the line's own amount proves the one after it, or the line is rejected."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from tests.unit.judged_files import judged_file

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.quality.verdicts import Verdict

HEADERS = "invoice_no,client_code,timestamp,product_code,quantity,unit_price"
OTHERS = [f"F{number},C,2026-01-14,P,1,1.00,,1.00" for number in range(2, 6)]


def judged_line(folder: Path, line: str, discount: str = "Remise", amount: str = "Montant HT") -> Verdict:
    path = folder / "x.csv"
    path.write_text("\n".join([f"{HEADERS},{discount},{amount}", f"F1,C,2026-01-14,P,{line}", *OTHERS]))
    return judged_file(path)


def first_price(verdict: Verdict) -> Decimal | None:
    prices = dict(verdict.accepted.select("invoice_no", "unit_price").iter_rows())
    return prices.get("F1")


@pytest.mark.parametrize(
    ("line", "price"),
    [
        ("10,1.50,10,13.50", "1.35"),
        ("10,1.50,10 %,13.50", "1.35"),
        ("10,1.50,-10%,13.50", "1.35"),
        ("10,1.50,0.15,13.50", "1.35"),
        ("10,1.50,1.50,13.50", "1.35"),
        ("10,1.50,1.50 €,13.50", "1.35"),
        ("-10,1.50,10,-13.50", "1.35"),
        ("-10,1.50,-1.50,-13.50", "1.35"),
        ("3,1.50,5,4.28", "1.425"),
        ("4,1.99,7.5,7.36", "1.84"),
        ("2,1.50,100,0.00", "0"),
        ("1,1234.00,0.5,1227.83", "1227.83"),
    ],
)
def test_the_price_after_discount_is_taken(tmp_path: Path, line: str, price: str):
    verdict = judged_line(tmp_path, line)
    assert first_price(verdict) == Decimal(price)
    told = [
        (p.column, p.params["rows"], p.params["amount"]) for p in verdict.problems if p.code == "discounts_taken_off"
    ]
    assert told == [("Remise", "2", "Montant HT")]


def test_a_price_whose_amount_is_reached_without_the_discount_may_be_before_it(tmp_path: Path):
    assert first_price(judged_line(tmp_path, "10,1.35,10,13.50")) is None


def test_it_is_the_one_after_it_where_another_line_shows_what_the_amounts_are(tmp_path: Path):
    verdict = judged_line(tmp_path, "10,1.35,10,13.50\nF9,C,2026-01-14,P,10,1.50,10,13.50")
    assert first_price(verdict) == Decimal("1.35")
    assert [p.params["rows"] for p in verdict.problems if p.code == "discounts_taken_off"] == ["3"]


@pytest.mark.parametrize(
    ("line", "price"), [("1,0.12,10 %,0.11", "0.11"), ("1,0.02,50 %,0.01", "0.01"), ("1,10.00,0.1,9.99", "9.99")]
)
def test_a_cent_of_difference_is_no_agreement(tmp_path: Path, line: str, price: str):
    assert first_price(judged_line(tmp_path, line)) == Decimal(price)


@pytest.mark.parametrize("after", ["Net HT", "Total après remise", "Montant net HT"])
def test_an_amount_before_discount_is_not_taken(tmp_path: Path, after: str):
    path = tmp_path / "x.csv"
    others = [f"{line},{line.rpartition(',')[2]}" for line in OTHERS]
    lines = f"{HEADERS},Remise,Total HT,{after}", "F1,C,2026-01-14,P,10,1.50,1.50,15.00,13.50"
    path.write_text("\n".join([*lines, *others]))
    assert first_price(judged_file(path)) is None


def test_a_discount_that_the_head_of_an_invoice_gives_is_not_lost(tmp_path: Path):
    path = tmp_path / "x.csv"
    lines = "F1,C,2026-01-14,,,,10,", ",,,P,10,1.50,,15.00", ",,,Q,5,2.00,,10.00"
    path.write_text("\n".join([f"{HEADERS},Remise %,Montant HT", *lines, *OTHERS]))
    assert first_price(judged_file(path)) is None


@pytest.mark.parametrize(
    ("line", "header"),
    [
        ("10,1.50,10,12.00", "Remise"),
        ("10,1.50,10,", "Remise"),
        ("7,1.99,7.5,12.89", "Remise"),
        ("10,1.50,1.50,13.50", "Remise %"),
        ("10,1.50,1.50 %,13.50", "Remise"),
    ],
    ids=["another amount", "no amount", "more than four decimals", "no per cent", "no per cent in the cell"],
)
def test_a_discount_that_nothing_explains_holds_its_invoice(tmp_path: Path, line: str, header: str):
    verdict = judged_line(tmp_path, line, header)
    assert first_price(verdict) is None
    assert "line_discounted" in {problem.code for problem in verdict.problems if problem.row == 2}


def test_two_columns_of_discounts_are_too_many(tmp_path: Path):
    path = tmp_path / "x.csv"
    others = [f"F{number},C,2026-01-14,P,1,1.00,,,1.00" for number in range(2, 6)]
    path.write_text(
        "\n".join([f"{HEADERS},Remise 1,Remise 2,Montant HT", "F1,C,2026-01-14,P,10,2.00,10,5,17.10", *others])
    )
    assert first_price(judged_file(path)) is None


def test_an_amount_with_tax_proves_nothing(tmp_path: Path):
    assert first_price(judged_line(tmp_path, "10,1.50,10,13.50", amount="Montant TTC")) is None


def test_a_share_that_a_spreadsheet_typed(tmp_path: Path):
    book = Workbook()
    for row in (
        [*HEADERS.split(","), "Remise", "Montant HT"],
        ["F1", "C", date(2026, 1, 14), "P", 10, 1.5, 0.1, 13.5],
        ["F2", "C", date(2026, 1, 14), "P", 10, 1.5, 0, 15],
    ):
        book.active.append(row)
    book.active["G2"].number_format = "0%"
    book.save(tmp_path / "x.xlsx")
    assert first_price(judged_file(tmp_path / "x.xlsx")) == Decimal("1.35")
