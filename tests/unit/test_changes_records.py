"""Accepted rows become records: identities, texts, digests, grouping and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from comptoir.changes.records import Clock, build_records
from comptoir.errors import RejectedFileError
from comptoir.records import ALL_KINDS, ColumnType, kind_of

TYPES = {
    ColumnType.MONEY: pl.Decimal(38, 4),
    ColumnType.RATIO: pl.Float64(),
    ColumnType.INTEGER: pl.Int64(),
    ColumnType.DAY: pl.Date(),
    ColumnType.TIMESTAMP: pl.Datetime("us", "UTC"),
}
PARIS = Clock("Europe/Paris", date(2026, 5, 4))


def table(kind: str, rows: list[dict[str, Any]], sheet: str | None = None) -> pl.DataFrame:
    """Return rows as `comptoir.reading` types them; the first is row 2 of its sheet."""
    columns = {column.name: TYPES.get(column.type, pl.String()) for column in kind_of(kind).columns}
    schema = {**columns, "row": pl.Int64(), "sheet": pl.String()}
    numbered = [{**row, "row": number, "sheet": sheet} for number, row in enumerate(rows, start=2)]
    return pl.DataFrame(numbered, schema=schema)


def line(invoice: str, code: str, quantity: int, price: str | None = "2.5", **others: Any) -> dict[str, Any]:
    paid = Decimal(price) if price else None
    moment = datetime(2026, 4, 30, 22, 30, tzinfo=UTC)
    return {
        "invoice_no": invoice,
        "product_code": code,
        "quantity": quantity,
        "unit_price": paid,
        "timestamp": moment,
        **others,
    }


def product(code: str, buy: str = "1.10", **others: Any) -> dict[str, Any]:
    prices = {"buy_price": Decimal(buy), "sell_price": Decimal("2.99"), "min_margin_threshold": 0.2}
    return {"product_code": code, "name": "Thé vert", "category": "Épicerie", **prices, **others}


def only_version(records: pl.DataFrame) -> dict[str, Any]:
    version: dict[str, Any] = json.loads(records["version"].item())
    return version


def test_an_invoice_keeps_its_lines_in_order_and_takes_its_earliest_time() -> None:
    later, earlier = datetime(2026, 5, 1, 9, 0, tzinfo=UTC), datetime(2026, 4, 30, 22, 30, tzinfo=UTC)
    rows = [
        line("F1", "B", 3, timestamp=later, client_code="17850", total_amount=Decimal("7.50")),
        line("F2", "A", 1),
        line("F1", "A", -1, None, timestamp=earlier),
        line("F1", "B", 3, timestamp=later),
    ]
    records = build_records("sales", [table("sales", rows)], PARIS)
    assert records["rows"].to_list() == [[2, 4, 5], [3]]
    first = json.loads(records["version"][0])
    assert first["client_code"] == "17850"
    assert [(item["product_code"], item["quantity"], item["unit_price"]) for item in first["items"]] == [
        ("B", 3, "2.5000"),
        ("A", -1, None),
        ("B", 3, "2.5000"),
    ]
    assert first["total_amount"] == "7.5000"
    assert first["timestamp"] == "2026-04-30T22:30:00Z"
    assert first["business_day"] == "2026-05-01"  # half past midnight in Paris
    assert records["business_day"][0] == date(2026, 5, 1)
    assert json.loads(records["version"][1])["client_id"] is None


def test_the_fields_of_each_kind_are_those_of_the_data_model() -> None:
    client = {"client_code": "C1", "name": "Bar", "total_revenue_generated": Decimal("9.5"), "loyalty_tier": "Gold"}
    moved = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    lot = {"product_code": "P1", "quantity": 4, "batch_no": "L9", "last_movement": moved}
    versions = {
        kind: only_version(build_records(kind, [table(kind, [row])], PARIS))
        for kind, row in {
            "products": product("P1"),
            "clients": client,
            "stock": lot,
            "sales": line("F1", "P1", 1),
        }.items()
    }
    assert set(versions["products"]) == {
        "product_id", "code", "name", "category", "buy_price", "sell_price", "min_margin_threshold", "valid_from",
        "in_force_from",
    }  # fmt: skip
    assert set(versions["clients"]) == {"client_id", "code", "name", "opening", "declared_tier", "as_of"}
    assert set(versions["stock"]) == {
        "stock_id", "product_id", "product_code", "quantity", "batch_no", "expiry_date", "last_movement",
        "movement_day",
    }  # fmt: skip
    assert set(versions["sales"]) == {
        "invoice_id", "invoice_no", "client_id", "client_code", "items", "total_amount", "timestamp", "business_day",
    }  # fmt: skip
    assert versions["stock"]["movement_day"] == "2026-03-02"
    assert versions["clients"]["opening"] == "9.5000"
    assert versions["stock"]["product_id"] == versions["products"]["product_id"]


def test_a_product_without_valid_from_is_the_same_on_another_day() -> None:
    rows = [table("products", [product("P1")])]
    today = build_records("products", rows, PARIS)
    tomorrow = build_records("products", rows, Clock("Europe/Paris", date(2026, 5, 5)))
    assert today["digest"].item() == tomorrow["digest"].item()
    assert only_version(today)["in_force_from"] == "2026-05-04"
    assert only_version(tomorrow)["in_force_from"] == "2026-05-05"
    dearer = build_records("products", [table("products", [product("P1", buy="1.1001")])], PARIS)
    assert dearer["digest"].item() != today["digest"].item()


def test_each_valid_from_is_a_record_of_its_own() -> None:
    rows = [product("P1", valid_from=date(2026, 1, 1)), product("P1", buy="1.2", valid_from=date(2026, 2, 1))]
    records = build_records("products", [table("products", rows)], PARIS)
    product_id = only_version(records[:1])["product_id"]
    assert records["record_id"].to_list() == [f"{product_id}@2026-01-01", f"{product_id}@2026-02-01"]
    assert only_version(records[1:])["in_force_from"] == "2026-02-01"


def test_equal_rows_are_one_record_that_keeps_all_their_numbers() -> None:
    records = build_records("products", [table("products", [product("P1"), product("P2"), product("P1")])], PARIS)
    assert records["rows"].to_list() == [[2, 4], [3]]


def test_a_uuid_and_the_code_it_stands_for_are_one_record() -> None:
    by_code = build_records("products", [table("products", [product("P1")])], PARIS)
    by_id = product("P1") | {"product_code": None, "product_id": by_code["record_id"].item()}
    both = build_records("products", [table("products", [by_id, product("P1")])], PARIS)
    assert both["rows"].to_list() == [[2, 3]]
    assert only_version(both)["code"] == "P1"


def test_the_same_invoice_in_two_sheets_counts_once_and_differing_ones_refuse_the_file() -> None:
    january = table("sales", [line("F1", "A", 1)], sheet="January")
    again = table("sales", [line("F1", "A", 1)], sheet="All")
    assert build_records("sales", [january, again], PARIS)["rows"].to_list() == [[2, 2]]
    other = table("sales", [line("F1", "A", 2)], sheet="All")
    with pytest.raises(RejectedFileError) as refusal:
        build_records("sales", [january, other], PARIS)
    told = [(problem.sheet, problem.value) for problem in refusal.value.problems]
    assert told == [("January", "F1"), ("All", "F1")]


def test_a_product_is_one_record_where_one_sheet_gives_its_code_and_another_its_id() -> None:
    by_code = table("products", [product("P1")], sheet="Codes")
    identity = build_records("products", [by_code], PARIS)["record_id"].item()
    by_id = table("products", [product("P1") | {"product_code": None, "product_id": identity}], sheet="Ids")
    both = build_records("products", [by_id, by_code], PARIS)
    assert both["rows"].to_list() == [[2, 2]]
    assert only_version(both)["code"] == "P1"


@pytest.mark.parametrize("kind", [kind.name for kind in ALL_KINDS])
def test_no_rows_make_no_records(kind: str) -> None:
    assert build_records(kind, [table(kind, [])], PARIS).is_empty()
