"""Documents of the hot store as DataFrames, in the shapes that the KPI functions take.

They come in one partition: a KPI over them then runs as a single task.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from comptoir import names
from comptoir.stores.amounts import from_stored
from comptoir.stores.hot import distinct_values, in_chunks
from comptoir_spark.sinks import SHOWN_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from pyspark.sql import DataFrame, SparkSession

    from comptoir.stores.hot import Hot

Document = dict[str, Any]
MONEY: Final = pa.decimal128(38, 4)
DAY: Final = pa.date32()
ZERO: Final = Decimal(0)
ROWS_IN_ONE_TASK: Final = 200_000  # more are worth an exchange

PRODUCT_SALES: Final = pa.schema(
    [
        ("product_id", pa.string()),
        ("code", pa.string()),
        ("day", DAY),
        ("q", pa.int64()),
        ("r", MONEY),
        ("u", pa.int64()),
        ("n", pa.int64()),
    ]
)
CLIENT_SALES: Final = pa.schema(
    [
        ("client_id", pa.string()),
        ("code", pa.string()),
        ("day", DAY),
        ("product_id", pa.string()),
        ("r", MONEY),
        ("n", pa.int64()),
        ("u", pa.int64()),
    ]
)
PRICE: Final = pa.struct([("in_force_from", DAY), ("buy_price", MONEY), ("sell_price", MONEY)])
PRODUCTS: Final = pa.schema(
    [
        ("product_id", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("category", pa.string()),
        ("min_margin_threshold", pa.float64()),
        ("prices", pa.list_(PRICE)),
    ]
)
STOCK: Final = pa.schema(
    [
        ("stock_id", pa.string()),
        ("product_id", pa.string()),
        ("product_code", pa.string()),
        ("quantity", pa.int64()),
        ("batch_no", pa.string()),
        ("expiry_date", DAY),
        ("movement_day", DAY),
    ]
)
CLIENTS: Final = pa.schema(
    [
        ("client_id", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("opening", MONEY),
        ("declared_tier", pa.string()),
        ("as_of", DAY),
    ]
)


def rows_of(frame: DataFrame) -> list[Document]:
    """Run a query and bring its rows to the driver."""
    rows: list[Document] = frame.toArrow().to_pylist()
    return rows


def to_frame(spark: SparkSession, rows: pa.Table) -> DataFrame:
    """Make a DataFrame of rows; few of them come in one partition."""
    frame = spark.createDataFrame(rows)
    return frame.coalesce(1) if rows.num_rows <= ROWS_IN_ONE_TASK else frame


def product_sales(hot: Hot, months: Collection[str], lately: tuple[date, date]) -> pa.Table:
    """Return the sales of all products in some months and, for lots, back to each product's last sale.

    Args:
        hot: the facts.
        months: all those of `lately`, and any others (`yyyy-mm`).
        lately: a first and a last day. A product sold between them had its last sale up to the last day there;
            of any other product the months asked for may hold an earlier sale and leave a later one out.
    """
    facts = hot.facts[names.FACTS_PRODUCT]
    sales = _table(_product_rows(facts.find({"month": {"$in": sorted(months)}})), PRODUCT_SALES)
    idle = distinct_values(hot.facts[names.STOCK_LOTS], "product_id", {"quantity": {"$gt": 0}}) - _sold(sales, lately)
    others = {"month": {"$nin": sorted(months)}}
    older = (each for some in in_chunks(sorted(idle)) for each in facts.find({"product_id": {"$in": some}} | others))
    return pa.concat_tables([sales, _table(_product_rows(older), PRODUCT_SALES)])


def _sold(sales: pa.Table, period: tuple[date, date]) -> set[str]:
    first, last = (pa.scalar(day) for day in period)
    is_within = pc.and_(pc.greater_equal(sales["day"], first), pc.less_equal(sales["day"], last))
    return set(sales.filter(pc.and_(is_within, pc.greater(sales["n"], 0)))["product_id"].unique().to_pylist())


def _table(rows: Iterable[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    """Gather rows by column, days being ISO text: of a year's sales, objects row by row took longer than reading."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([_column(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema)


def _column(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    return pa.array(values, pa.string()).cast(kind) if kind == DAY else pa.array(values, kind)


def products_by_month(hot: Hot, months: Collection[str]) -> dict[str, int]:
    """Return how many products have facts in each of some months (`yyyy-mm`)."""
    counting: list[Document] = [{"$match": {"month": {"$in": sorted(months)}}}, {"$sortByCount": "$month"}]
    counted = hot.facts[names.FACTS_PRODUCT].aggregate(counting)
    return {group["_id"]: group["count"] for group in counted}


def _product_rows(documents: Iterable[Document]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of `PRODUCT_SALES`."""
    for document in documents:
        shared = (document["product_id"], document.get("code"))
        for number, facts in document.get("days", {}).items():
            measures = (facts.get("q", 0), _revenue(facts), facts.get("u", 0), facts.get("n", 0))
            yield (*shared, f"{document['month']}-{number}", *measures)


def client_sales(hot: Hot, clients: Collection[str]) -> pa.Table:
    """Return all sales to some clients: one row per day, and one per day and product sold without a price."""
    documents = hot.facts[names.FACTS_CLIENT].find({"client_id": {"$in": sorted(clients)}})
    return _table((row for document in documents for row in _client_rows(document)), CLIENT_SALES)


def _client_rows(document: Document) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of `CLIENT_SALES`."""
    for number, facts in document.get("days", {}).items():
        shared = (document["client_id"], document.get("code"), f"{document['month']}-{number}")
        yield (*shared, None, _revenue(facts), facts.get("n", 0), 0)
        for product, quantity in facts.get("u", {}).items():
            yield (*shared, product, ZERO, 0, quantity)


def _revenue(facts: Document) -> Decimal:
    return from_stored(facts["r"]) if "r" in facts else ZERO


def products(hot: Hot) -> list[Document]:
    """Return the catalogue, each product as last told, its prices sorted by the day on which they came into force."""
    documents = hot.facts[names.CATALOGUE].find()
    return [row for document in documents for row in _catalogue_rows(document)]


def _catalogue_rows(document: Document) -> Iterator[Document]:
    """Yield a product, unless all that was told of it is gone."""
    points = [(day, point) for day, point in sorted(document["prices"].items()) if "buy" in point]
    if points:
        _, shown = max(points, key=lambda each: (each[1]["l"] or 0, each[0]))
        yield {
            "product_id": document["_id"],
            **{name: shown[name] for name in SHOWN_FIELDS},
            "prices": [_price(day, point) for day, point in points],
        }


def _price(day: str, point: Document) -> Document:
    return {
        "in_force_from": date.fromisoformat(day),
        "buy_price": money(point["buy"]),
        "sell_price": money(point["sell"]),
    }


def lots(hot: Hot) -> list[Document]:
    """Return the lots with stock."""
    fields = {"expiry_date": _day, "movement_day": _day}
    found = hot.facts[names.STOCK_LOTS].find({"quantity": {"$gt": 0}})
    return [_shaped(document, STOCK, fields) for document in found]


def clients(hot: Hot, client_ids: Collection[str]) -> list[Document]:
    """Return those of some clients that a file has told of."""
    fields = {"opening": money, "as_of": _day}
    told = {"_id": {"$in": sorted(client_ids)}, "client_id": {"$exists": True}}
    found = hot.facts[names.CLIENT_BOOK].find(told)
    return [_shaped(document, CLIENTS, fields) for document in found]


def _shaped(document: Document, schema: pa.Schema, fields: Mapping[str, Callable[[Any], Any]]) -> Document:
    return {name: fields.get(name, _as_it_is)(document.get(name)) for name in schema.names}


def _as_it_is(value: Any) -> Any:
    return value


def money(amount: Any) -> Decimal | None:
    """Return an amount of MongoDB as an exact decimal."""
    return None if amount is None else from_stored(amount)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def day_of(month: str, number: str) -> date:
    """Return the day that a month (`yyyy-mm`) and a day's number (`dd`) name."""
    return date(int(month[:4]), int(month[5:7]), int(number))
