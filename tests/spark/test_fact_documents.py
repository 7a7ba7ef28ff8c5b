"""How documents of facts become the rows that the KPI functions take; no JVM is needed for it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from bson import Decimal128

from comptoir import names
from comptoir_spark import frames
from tests.spark.tables import day, money

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot

TODAY = day("2026-03-05")
LATELY = (day("2026-02-04"), TODAY)


def hot_with(lots: list[str], *documents: dict[str, Any], older: tuple[dict[str, Any], ...] = ()) -> Hot:
    """Return a store whose facts are `documents` in the months asked for, and `older` before them."""
    found = lambda query, *_: older if "product_id" in query else documents  # noqa: E731 - as short as a stand-in may be
    facts = SimpleNamespace(find=found)
    stock = SimpleNamespace(aggregate=lambda *_: [{"_id": lot} for lot in lots])
    stores = {names.FACTS_PRODUCT: facts, names.FACTS_CLIENT: facts, names.STOCK_LOTS: stock}
    return SimpleNamespace(facts=stores)  # type: ignore[return-value]


def product(month: str, **days: dict[str, Any]) -> dict[str, Any]:
    numbered = {number.removeprefix("_"): facts for number, facts in days.items()}
    return {"product_id": "p", "code": "P", "month": month, "days": numbered}


def test_each_day_of_a_product_is_a_row_and_what_is_not_there_is_zero() -> None:
    sold = product("2026-03", _01={"q": 2, "r": Decimal128("3.1000"), "n": 1}, _02={"u": -4, "n": 1})
    empty = {"product_id": "q", "month": "2026-03"}
    rows = frames.product_sales(hot_with([], sold, empty), ["2026-03"], LATELY).to_pylist()
    shared = {"product_id": "p", "code": "P"}
    assert rows == [
        shared | {"day": day("2026-03-01"), "q": 2, "r": money("3.1000"), "u": 0, "n": 1},
        shared | {"day": day("2026-03-02"), "q": 0, "r": money("0"), "u": -4, "n": 1},
    ]


def test_without_any_sale_there_is_no_row() -> None:
    assert frames.product_sales(hot_with([]), [], LATELY).equals(frames.PRODUCT_SALES.empty_table())


def test_a_lots_product_that_was_not_sold_lately_is_looked_for_in_all_months() -> None:
    """A sale of a day to come is none yet, and a day without an invoice left is no sale."""
    coming, gone = {"_06": {"q": 1, "n": 1}}, {"_04": {"q": 0, "n": 0}}
    older = product("2025-11", _30={"q": 1, "n": 1})
    for recent in (coming, gone):
        hot = hot_with(["p"], product("2026-03", **recent), older=(older,))
        assert day("2025-11-30") in frames.product_sales(hot, ["2026-03"], LATELY)["day"].to_pylist()
    sold = hot_with(["p"], product("2026-03", _05={"q": 1, "n": 1}), older=(older,))
    assert frames.product_sales(sold, ["2026-03"], LATELY)["day"].to_pylist() == [TODAY]


def test_a_sale_in_an_old_month_asked_for_does_not_hide_a_later_one() -> None:
    """An invoice of January comes late: its month is computed again, and the lot's last sale stays that of December."""
    asked = product("2025-01", _10={"q": 1, "n": 1})
    hot = hot_with(["p"], asked, older=(product("2025-12", _24={"q": 1, "n": 1}),))
    found = frames.product_sales(hot, ["2025-01", "2026-02", "2026-03"], LATELY)["day"].to_pylist()
    assert found == [day("2025-01-10"), day("2025-12-24")]


def test_a_clients_day_is_a_row_and_each_product_without_a_price_another() -> None:
    facts = {"r": Decimal128("5.0000"), "n": 1, "u": {"a": 3}}
    document = {"client_id": "c", "month": "2026-03", "days": {"01": facts}}
    rows = frames.client_sales(hot_with([], document), ["c"]).to_pylist()
    shared = {"client_id": "c", "code": None, "day": day("2026-03-01")}
    assert rows == [
        shared | {"product_id": None, "r": money("5"), "n": 1, "u": 0},
        shared | {"product_id": "a", "r": money("0"), "n": 0, "u": 3},
    ]
