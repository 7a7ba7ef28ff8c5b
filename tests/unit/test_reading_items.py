"""Sales with one row per invoice: lines from a cell, counted by their row, applied or rejected whole."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import xlsxwriter

from comptoir.changes.records import Clock, build_records
from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.quality.deciding import decide
from comptoir.quality.judging import judge_file, summarise
from comptoir.quality.known import Known
from comptoir.quality.reject_file import write_reject_file
from comptoir.reading.apart import read_apart
from comptoir.reading.reader import read_file
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = Settings(timezone="Europe/Paris")
TODAY = date(2026, 3, 1)
HEADERS = ["invoice_no", "client_code", "items", "total_amount", "timestamp"]
TWO = [{"product_code": "00P", "quantity": 2, "unit_price": 3.5}, {"sku": "Q", "qty": "-1", "Prix unitaire": "1,25 €"}]
ONE = [{"product_code": 17850, "quantity": 1}]
LINES = [("F1", "00P", 2, Decimal("3.5"), 2), ("F1", "Q", -1, Decimal("1.25"), 2), ("F2", "17850", 1, None, 3)]
COLUMNS = ["invoice_no", "product_code", "quantity", "unit_price", "row"]


def rows() -> list[list[Any]]:
    return [
        HEADERS,
        ["F1", "C", json.dumps(TWO), "5,75", "2026-01-31"],
        ["F2", None, json.dumps(ONE), None, "2026-02-28"],
    ]


def write_csv(path: Path, table: list[list[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(table)
    return path


def write_xlsx(path: Path, table: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(table):
            sheet.write_row(row, 0, cells)
    return path


def write_json(path: Path, table: list[list[Any]]) -> Path:
    lines = [dict(zip(table[0], cells, strict=True)) for cells in table[1:]]
    for line in lines:
        line["items"] = json.loads(line["items"])
    path.write_text("\n" + "\n".join(json.dumps(line) for line in lines))
    return path


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_json])
def test_the_lines_of_an_invoice_become_rows_of_their_own(tmp_path: Path, write: Any):
    (table,) = read_file(write(tmp_path / "x", rows()), SETTINGS).tables
    assert table.problems == []
    assert table.frame.select(COLUMNS).rows() == LINES
    assert table.frame["total_amount"].to_list() == [Decimal("5.75"), Decimal("5.75"), None]
    assert table.originals["row"].to_list() == [2, 3]
    assert set(table.originals.columns) == {*HEADERS, "row"}
    assert {table.headers[name] for name in ("product_code", "quantity", "unit_price")} == {"items"}


def test_they_come_back_from_a_process_of_their_own(tmp_path: Path):
    (table,) = read_apart(write_csv(tmp_path / "x.csv", rows()), SETTINGS).tables
    assert table.frame.select(COLUMNS).rows() == LINES


def test_a_row_counts_once_and_is_applied_or_rejected_whole(tmp_path: Path):
    bad = [{"product_code": "P", "quantity": 1}, {"product_code": "Q", "quantity": 0}]
    table = [*rows(), ["F3", "C", json.dumps(bad), None, "2026-01-31"], ["F4", "C", "[{]", None, "2026-01-31"]]
    file = read_file(write_csv(tmp_path / "x.csv", table), SETTINGS)
    verdicts, _ = judge_file(file.tables, Known(frozenset(), frozenset()), SETTINGS, today=TODAY)
    counts = summarise(verdicts)
    assert (counts.rows_read, counts.rows_rejected) == (4, 2)
    refused = decide(verdicts, "all_or_nothing")
    counts = summarise(refused.verdicts)
    assert (counts.rows_read, counts.rows_rejected) == (4, 4)
    assert (refused.verdicts[0].rejected_rows, refused.verdicts[0].waiting_rows) == ([2, 3, 4, 5], [2, 3])
    accepted = verdicts[0].accepted.with_columns(pl.lit(None, pl.String).alias("sheet"))
    records = build_records("sales", [accepted], Clock("Europe/Paris", TODAY))
    assert records["rows"].to_list() == [[2], [3]]
    path = write_reject_file(verdicts, tmp_path / "x.csv", tmp_path / "out", SETTINGS)
    assert path is not None
    with path.open(encoding="utf-8-sig", newline="") as text:
        sent = [line[:5] for line in csv.reader(text, delimiter=";")][1:]
    assert [line[0] for line in sent] == ["F3", "F4"]
    assert sent[0][2] == table[3][2]


@pytest.mark.parametrize(
    "cell",
    [
        '{"product_code": "P", "quantity": 1}',
        "[]",
        "[1]",
        "P x 2",
        '[{"product_code": "P"}]',
        '[{"quantity": 1}]',
        '[{"product_code": "P", "sku": "Q", "quantity": 1}]',
        '[{"product_code": "P", "quantity": 1, "quantity": 2}]',
        "[" * 5_000,
    ],
)
def test_a_broken_cell_is_a_rejected_row_with_its_reason(tmp_path: Path, cell: str):
    table = [*rows(), ["F3", "C", cell, None, "2026-01-31"]]
    (read,) = read_file(write_csv(tmp_path / "x.csv", table), SETTINGS).tables
    assert [(p.code, p.row, p.column, p.value) for p in read.problems] == [("items_broken", 4, "items", cell)]
    assert "{{" not in read.problems[0].remedy("en")
    assert read.frame.filter(pl.col("row") == 4).select("product_code", "quantity").rows() == [(None, None)]


def test_what_is_wrong_with_a_cell_of_items_is_told_once(tmp_path: Path):
    zero = [{"product_code": name, "quantity": 0} for name in "PQ"] + [{"product_code": "R", "quantity": 1}]
    cells = ["P x 2", None, json.dumps(zero), json.dumps([{"product_code": "P", "quantity": "x"}, *ONE])]
    table = [*rows(), *([f"B{place}", "C", cell, None, "2026-01-31"] for place, cell in enumerate(cells))]
    file = read_file(write_csv(tmp_path / "x.csv", table), SETTINGS)
    (verdict,), _ = judge_file(file.tables, Known(frozenset(), frozenset()), SETTINGS, today=TODAY)
    told = sorted((p.row, p.code) for p in verdict.problems if p.severity == "error")
    assert told == [(4, "items_broken"), (5, "value_missing"), (6, "quantity_zero"), (7, "not_a_number")]
    assert (verdict.rejected_rows, verdict.held_rows) == ([4, 5, 6, 7], [])


def test_a_row_waits_for_another_row_of_its_invoice_not_for_itself(tmp_path: Path):
    bad = [{"product_code": "P", "quantity": 0}, {"product_code": "Q", "quantity": 0}, *ONE]
    table = [*rows(), ["F1", "C", json.dumps(bad), None, "2026-01-31"]]
    table[1][3] = None
    file = read_file(write_csv(tmp_path / "x.csv", table), SETTINGS)
    (verdict,), _ = judge_file(file.tables, Known(frozenset(), frozenset()), SETTINGS, today=TODAY)
    assert (verdict.rejected_rows, verdict.held_rows) == ([2, 4], [2])
    assert [p.params["rows"] for p in verdict.problems if p.code == "invoice_held"] == ["4"]


def test_lines_by_uuid(tmp_path: Path):
    uuid = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
    table = rows()
    table[1][2] = table[2][2] = json.dumps([{"product_id": uuid.upper(), "quantity": 1}])
    (read,) = read_file(write_csv(tmp_path / "x.csv", table), SETTINGS).tables
    assert (read.problems, read.frame["product_id"].to_list()) == ([], [uuid, uuid])


def test_a_value_beyond_the_headers_refuses_the_file(tmp_path: Path):
    table = [*rows(), ["F3", "C", json.dumps(ONE), None, "2026-01-31", "what?"]]
    with pytest.raises(RejectedFileError) as caught:
        read_file(write_csv(tmp_path / "x.csv", table), SETTINGS)
    assert [(p.code, p.row) for p in caught.value.problems] == [("row_too_long", 4)]


@pytest.mark.parametrize(
    ("beside", "total", "told"),
    [
        ({"discount": 10}, None, [("line_discounted", 2, "discount", "10")]),
        ({"discount": 0, "currency": "EUR"}, None, []),
        ({"remise": "5 %"}, "3,50", []),  # the invoice's total proves the price
        ({"Devise": "USD"}, "3,50", [("currency_foreign", 2, "Devise", "USD")]),
        ({"unit": "kg"}, None, []),
        ({"unit": "carton"}, None, [("not_as_written", 2, "unit", "carton")]),
        ({"type": "refund"}, None, [("credit_note_positive", 2, "type", "refund")]),
        ({"is_return": True}, None, [("credit_note_positive", 2, "is_return", "True")]),
        ({"refunded": 2}, None, [("not_a_sale", 2, "refunded", "2")]),
        ({"type": "refund", "quantity": -1}, None, []),  # as a return is written
        ({"type": "product", "is_return": False, "refunded": 0, "status": "paid"}, None, []),
    ],
)
def test_what_stands_beside_a_price_in_an_item_is_not_passed_over(
    tmp_path: Path, beside: dict[str, Any], total: str | None, told: list[tuple[Any, ...]]
):
    item = {"product_code": "P", "quantity": 1, "unit_price": 3.5} | beside
    table = [HEADERS, ["F1", "C", json.dumps([item, item]), total, "2026-01-31"]]
    (read,) = read_file(write_csv(tmp_path / "x.csv", table), SETTINGS).tables
    assert [(p.code, p.row, p.column, p.value) for p in read.problems if p.severity == "error"] == told


@pytest.mark.parametrize(("write", "sheet"), [(write_csv, ""), (write_xlsx, "Sheet1")])
def test_an_article_that_is_no_list_is_a_product(tmp_path: Path, write: Any, sheet: str):
    table = [["Facture", "Article", "Commandé", "Livré", "Date"], ["F1", "00P", 3, 2, "2026-01-31"]]
    (read,) = read_file(
        write(tmp_path / "x", table), SETTINGS, answers={f"column_unnamed:{sheet}:quantity": "Livré"}
    ).tables
    assert read.frame.select("product_code", "quantity").rows() == [("00P", 2)]


@pytest.mark.parametrize(("quantity", "is_told"), [(1, False), (2, True)])
def test_a_list_is_no_rival_of_an_article(tmp_path: Path, quantity: int, *, is_told: bool):
    listed = json.dumps([{"sku": "P", "qty": quantity}])
    table = [["Facture", "Article", "Quantité", "Date", "items"], ["F1", "P", 1, "2026-01-31", listed]]
    (read,) = read_file(write_csv(tmp_path / "x", table), SETTINGS).tables
    assert read.frame.select("product_code", "quantity").rows() == [("P", 1)]
    assert [p.code for p in read.problems if p.severity == "error"] == (["items_beside_line"] if is_told else [])


@pytest.mark.parametrize(
    ("price", "listed", "is_told"),
    [
        ("1.000", 1, True),
        ("1.000", "1.000", False),
        ("1,5", 1.5, False),
        ("1.000", 1000, True),
        ("12.50", "12,5", False),
    ],
)
def test_a_price_that_may_be_of_thousands_repeats_none(tmp_path: Path, price: str, listed: object, *, is_told: bool):
    item = json.dumps([{"sku": "P", "qty": 1, "price": listed}])
    table = [["Facture", "Article", "Quantité", "Prix", "Date", "items"], ["F1", "P", 1, price, "2026-01-31", item]]
    table.append(["F2", "P", 1, "2,50", "2026-01-31", ""])
    (read,) = read_file(write_csv(tmp_path / "x", table), SETTINGS).tables
    assert [p.code for p in read.problems if p.severity == "error"] == (["items_beside_line"] if is_told else [])


@pytest.mark.parametrize(
    ("key", "listed", "is_told"),
    [
        ("items", {"sku": "P2", "qty": 3}, True),  # the brackets left out
        ("details", [{"sku": "P2", "quantity": 3}], True),
        ("details", {"sku": "P2", "quantity": 3}, True),
        ("whatever", [{"sku": "P2", "Quantité": 3}], True),
        ("whatever", {"sku": "P2", "quantity": 3}, False),  # of the line itself, perhaps
        ("details", [{"gift": "yes"}], False),
        ("details", {"color": "red", "qty": 1}, False),
        ("taxes lines", [{"rate": 20, "quantity": 2}], False),
        ("details", [], False),
        ("details", [{"sku": "Q", "quantity": 1}], False),  # the line once more
        ("items", [{"sku": "Q", "qty": "1.0", "price": 9.0}], False),
        ("details", {"sku": "Q", "quantity": 1, "name": "Miel", "note": None}, False),
        ("details", {"product": "Miel", "quantity": 1}, True),
        *(("details", [{"sku": "Q", "quantity": 1, key: 5}], True) for key in ("discount", "returned", "tva2")),
        ("details", [{"sku": "Q", "quantity": 1, "tva": 5}], False),
        ("details", [{"sku": "C", "quantity": 1}], True),
        ("details", [{"product": "Miel", "quantity": 9}], True),
        ("details", [{"sku": "Q", "quantity": 1, "unit_price": 8}], True),
        ("details", [{"sku": "Q", "quantity": 1, "discount": 2}], True),
        ("details", [{"sku": "Q", "quantity": "NaN"}], True),
        ("items", [{"sku": "Q", "qty": 1}, {"sku": "Q", "qty": 1}], True),
    ],
)
def test_lines_beside_a_product_are_told_under_any_header(tmp_path: Path, key: str, listed: object, *, is_told: bool):
    path = tmp_path / "x.jsonl"
    sold = {"invoice_no": "F1", "client_code": "C", "timestamp": "2026-01-31", "product_code": "Q", "quantity": 1}
    path.write_text(json.dumps(sold | {"unit_price": 9, "name": "Miel", "tva": "5", key: listed}) + "\n")
    (read,) = read_file(path, SETTINGS).tables
    told = [(p.code, p.row, p.column) for p in read.problems if p.severity == "error"]
    assert told == ([("items_beside_line", 1, key)] if is_told else [])


def test_lines_beside_a_product_of_the_row_are_not_passed_over(tmp_path: Path):
    path = tmp_path / "x.jsonl"
    sold = {"invoice_no": "F1", "timestamp": "2026-01-31", "product_code": "Q", "quantity": 1, "unit_price": 9}
    documents = [sold | {"items": TWO}, sold | {"invoice_no": "F2", "items": []}, sold | {"invoice_no": "F3"}]
    path.write_text("".join(json.dumps(document) + "\n" for document in documents))
    (read,) = read_file(path, SETTINGS).tables
    assert [(p.code, p.row, p.column) for p in read.problems if p.severity == "error"] == [
        ("items_beside_line", 1, "items")
    ]


def test_an_article_of_json_lines_is_a_product_or_a_list_by_what_it_holds(tmp_path: Path):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"facture": "F1", "article": "P", "livré": 2, "date": "2026-01-31"}) + "\n")
    with pytest.raises(AmbiguousFileError) as caught:
        read_file(path, SETTINGS)
    assert [question.id for question in caught.value.questions] == ["column_unnamed::quantity"]
    path.write_text(json.dumps({"facture": "F1", "article": ONE, "livré": 2, "date": "2026-01-31"}) + "\n")
    (read,) = read_file(path, SETTINGS).tables
    assert read.frame.select("product_code", "quantity").rows() == [("17850", 1)]
