"""The facts and figures of MongoDB as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.stores.hot import reaching_mongo
from comptoir.stores.pages import as_found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from comptoir.reconciling.workspace import Workspace
    from comptoir.stores.hot import Hot

Row = tuple[Any, ...]

MONEY: Final = "DECIMAL(38, 4)"
RANKED: Final = {
    "window_id": "VARCHAR",
    "product_id": "VARCHAR",
    "rank": "BIGINT",
    "code": "VARCHAR",
    "name": "VARCHAR",
    "category": "VARCHAR",
    "quantity": "BIGINT",
    "revenue": MONEY,
    "profit": MONEY,
}
# What a loss risk says as it is kept; its amounts and reasons apart.
LOT_FIELDS: Final = (
    "stock_id",
    "code",
    "name",
    "batch_no",
    "quantity",
    "expiry_date",
    "last_movement",
    "days_left",
    "days_idle",
)
LOSS_TOTALS: Final = ("lots", "cost_missing", "expired", "expiring", "dead_stock", "low_margin")
TABLES: Final = {
    "facts_product": {"product_id": "VARCHAR", "day": "DATE", "q": "BIGINT", "r": MONEY, "u": "BIGINT", "n": "BIGINT"},
    "facts_client": {"client_id": "VARCHAR", "day": "DATE", "r": MONEY, "n": "BIGINT"},
    "facts_unpriced": {"client_id": "VARCHAR", "day": "DATE", "product_id": "VARCHAR", "u": "BIGINT"},
    "folded": {"kind": "VARCHAR", "record_id": "VARCHAR", "day": "DATE", "quantity": "BIGINT", "amount": MONEY},
    "kpi_ranking": RANKED,
    "kpi_top": RANKED,
    "kpi_heads": {
        "window_id": "VARCHAR",
        "quantity": "BIGINT",
        "revenue": MONEY,
        "profit": MONEY,
        "products": "BIGINT",
    },
    "kpi_cost_missing": {
        "window_id": "VARCHAR",
        "product_id": "VARCHAR",
        "code": "VARCHAR",
        "quantity": "BIGINT",
        "revenue": MONEY,
    },
    "kpi_losses": {
        "stock_id": "VARCHAR",
        "code": "VARCHAR",
        "name": "VARCHAR",
        "batch_no": "VARCHAR",
        "quantity": "BIGINT",
        "expiry_date": "DATE",
        "last_movement": "DATE",
        "days_left": "BIGINT",
        "days_idle": "BIGINT",
        "reasons": "VARCHAR[]",
        "value_at_risk": MONEY,
    },
    "kpi_loss_totals": dict.fromkeys(LOSS_TOTALS, "BIGINT") | {"value_at_risk": MONEY},
    "kpi_low_margin": {
        "product_id": "VARCHAR",
        "code": "VARCHAR",
        "name": "VARCHAR",
        "revenue": MONEY,
        "margin": "DECIMAL(20, 4)",
        "threshold": "DECIMAL(10, 6)",
    },
    "kpi_reductions": {
        "client_id": "VARCHAR",
        "code": "VARCHAR",
        "name": "VARCHAR",
        "opening": MONEY,
        "sales": MONEY,
        "new_total": MONEY,
        "eligible_promo": "BOOLEAN",
        "tier": "VARCHAR",
        "reduction_rate": "DECIMAL(5, 4)",
    },
}


@reaching_mongo()
def load(workspace: Workspace, hot: Hot, on: date) -> None:
    """Fill a table for each collection of facts and figures.

    Args:
        workspace: where.
        hot: the hot store, at its current epoch.
        on: the business day whose loss risks are compared.
    """
    found = {
        "facts_product": _product_facts(hot),
        "facts_client": _client_facts(hot),
        "facts_unpriced": _unpriced(hot),
        "folded": _folded(hot),
        "kpi_ranking": _ranking(hot),
        "kpi_top": _top(hot),
        "kpi_heads": _heads(hot),
        "kpi_cost_missing": _cost_missing(hot),
        "kpi_losses": _losses(hot, on),
        "kpi_loss_totals": _loss_totals(hot, on),
        "kpi_low_margin": _low_margin(hot, on),
        "kpi_reductions": _reductions(hot),
    }
    for table, rows in found.items():
        workspace.fill(table, TABLES[table], rows)


def _days(hot: Hot, collection: str) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    for document in hot.facts[collection].find():
        for day, facts in document.get("days", {}).items():
            yield document, f"{document['month']}-{day}", facts


def _product_facts(hot: Hot) -> Iterator[Row]:
    for document, day, facts in _days(hot, names.FACTS_PRODUCT):
        yield document["product_id"], day, *(str(facts.get(field, 0)) for field in ("q", "r", "u", "n"))


def _client_facts(hot: Hot) -> Iterator[Row]:
    for document, day, facts in _days(hot, names.FACTS_CLIENT):
        yield document["client_id"], day, str(facts.get("r", 0)), str(facts.get("n", 0))


def _unpriced(hot: Hot) -> Iterator[Row]:
    for document, day, facts in _days(hot, names.FACTS_CLIENT):
        for product_id, quantity in facts.get("u", {}).items():
            yield document["client_id"], day, product_id, str(quantity)


def _folded(hot: Hot) -> Iterator[Row]:
    for product in hot.facts[names.CATALOGUE].find():
        for day, price in product.get("prices", {}).items():
            if "buy" in price:
                amount = price["buy"].to_decimal() + price["sell"].to_decimal()
                yield "products", f"{product['_id']}@{day}", day, "0", str(amount)
    for lot in hot.facts[names.STOCK_LOTS].find({"quantity": {"$exists": True}}):
        yield "stock", lot["_id"], lot["movement_day"], str(lot["quantity"]), "0"
    for client in hot.facts[names.CLIENT_BOOK].find({"opening": {"$exists": True}}):
        yield "clients", client["_id"], client["as_of"], "0", str(client["opening"])


def _ranking(hot: Hot) -> Iterator[Row]:
    for head in hot.facts[names.KPI_WINNERS].find():
        for row in as_found(hot, names.KPI_WINNERS, head, ["ranking"])["ranking"]:
            yield head["_id"], *_ranked(row)


def _top(hot: Hot) -> Iterator[Row]:
    for head in hot.facts[names.KPI_WINNERS].find():
        for row in head["top"]:
            yield head["_id"], *_ranked(row)


def _ranked(row: dict[str, Any]) -> Row:
    named = (row[field] for field in ("code", "name", "category"))
    return row["product_id"], str(row["rank"]), *named, *_figures(row)


def _figures(row: dict[str, Any]) -> Row:
    return str(row["quantity"]), str(row["revenue"]), str(row["profit"])


def _heads(hot: Hot) -> Iterator[Row]:
    for head in hot.facts[names.KPI_WINNERS].find():
        yield head["_id"], *_figures(head["totals"]), str(head["totals"]["products"])


def _cost_missing(hot: Hot) -> Iterator[Row]:
    for head in hot.facts[names.KPI_WINNERS].find():
        for row in as_found(hot, names.KPI_WINNERS, head, ["cost_missing"])["cost_missing"]:
            yield head["_id"], row["product_id"], row["code"], str(row["quantity"]), str(row["revenue"])


def _of_day(hot: Hot, on: date, name: str) -> list[dict[str, Any]]:
    head = hot.facts[names.KPI_LOSSES].find_one({"_id": on.isoformat()})
    rows: list[dict[str, Any]] = as_found(hot, names.KPI_LOSSES, head, [name])[name] if head else []
    return rows


def _losses(hot: Hot, on: date) -> Iterator[Row]:
    for row in _of_day(hot, on, "rows"):
        lot = (_text(row[field]) for field in LOT_FIELDS)
        yield *lot, sorted(row["reasons"]), _text(row["value_at_risk"])


def _loss_totals(hot: Hot, on: date) -> Iterator[Row]:
    for head in hot.facts[names.KPI_LOSSES].find({"_id": on.isoformat()}):
        yield *(str(head["totals"][field]) for field in LOSS_TOTALS), str(head["totals"]["value_at_risk"])


def _low_margin(hot: Hot, on: date) -> Iterator[Row]:
    for row in _of_day(hot, on, "low_margin"):
        amounts = (str(row[field]) for field in ("revenue", "margin", "threshold"))
        yield row["product_id"], row["code"], row["name"], *amounts


def _reductions(hot: Hot) -> Iterator[Row]:
    for row in hot.facts[names.KPI_REDUCTIONS].find({"client_id": {"$exists": True}}):
        amounts = (str(row[field]) for field in ("opening", "sales", "new_total"))
        earned = (str(row["eligible_promo"]), row["tier"], str(row["reduction_rate"]))
        yield row["client_id"], row["code"], row["name"], *amounts, *earned


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
