"""From events to facts: signed deltas of sales, and the latest version of everything else.

A delta is after minus before, so that corrections, credit notes and withdrawals are nothing special. Only facts
are accumulated; costs, thresholds and windows are applied when KPIs are computed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pyspark.sql import functions as F  # noqa: N812 - the field's usual name

from comptoir_spark.columns import named
from comptoir_spark.schemas import MONEY

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from comptoir_spark.columns import Columns

PRODUCT_GRAIN = "product"
CLIENT_GRAIN = "client"
SORTS_FAST = "sorts_fast"


def fact_deltas(events: DataFrame) -> DataFrame:
    """Turn the sales events into signed deltas of facts, summed per day.

    Rows of grain `product` have the priced quantity `q`, its revenue `r`, the unpriced quantity `u` and the
    number of invoices `n` of a product. Rows of grain `client` have, without a product, the sum `r` of invoice
    totals (declared, else of the priced lines) and their number `n`; with a product, the unpriced quantity `u`
    in invoices that declare no total. Walk-in sales are in no client. Rows may be zero: they still tell that
    the input touched them.

    Args:
        events: columns of `schemas.EVENT`; other kinds than sales are passed over.

    Returns:
        `grain, record_id, day, product_id, code, q, r, u, n`.
    """
    # Made in a select of its own: what makes them can't be compiled, and would leave what unfolds them interpreted.
    made = _signed_invoices(events).select(*named("day", "sign"), _measures())
    measures = made.select(*named("day", "sign"), _unfolded())
    key = ("grain", "record_id", "day", "product_id")
    return measures.groupBy(sorts_fast(*key), *named(*key)).agg(*_sums()).drop(SORTS_FAST)


@cache
def _sums() -> Columns:
    sign = F.col("sign")
    return (
        F.max("code").alias("code"),
        F.sum(sign * F.col("q")).alias("q"),
        F.sum(sign * F.col("r")).cast(MONEY).alias("r"),
        F.sum(sign * F.col("u")).alias("u"),
        F.sum(sign * F.col("n")).cast("bigint").alias("n"),
    )


@cache
def sorts_fast(*key: str) -> Column:
    """Return what to group by first, so that the rest of a key is hardly ever compared.

    Spark sorts the groups of which a text's maximum is asked for, and compares the first 8 bytes of what is first
    before it compares rows; those of a grain or a window's kind are nearly always the same.
    """
    return F.xxhash64(*key).alias(SORTS_FAST)


def _signed_invoices(events: DataFrame) -> DataFrame:
    invoices = events.filter(_is_sale()).select(_both_sides()).filter(_is_invoice())
    return invoices.select(*named("sign", "invoice"), _business_day())


@cache
def _is_sale() -> Column:
    return F.col("kind") == "sales"


@cache
def _is_no_sale() -> Column:
    return F.col("kind") != "sales"


@cache
def _both_sides() -> Column:
    taken_away = F.struct(F.lit(-1).alias("sign"), F.col("before").alias("invoice"))
    added = F.struct(F.lit(1).alias("sign"), F.col("after").alias("invoice"))
    return F.inline(F.array(taken_away, added))


@cache
def _is_invoice() -> Column:
    return F.col("invoice").isNotNull()


@cache
def _business_day() -> Column:
    return F.col("invoice.business_day").alias("day")


@cache
def _measures() -> Column:
    items = F.col("invoice.items")
    products = F.array_distinct(F.transform(items, lambda item: item["product_id"]))
    measures = F.concat(
        F.transform(items, _line_measure),
        F.transform(products, lambda product: _measure(PRODUCT_GRAIN, product, n=F.lit(1))),
        F.when(F.col("invoice.client_id").isNotNull(), _client_measures(items)).otherwise(F.array()),
    )
    return measures.alias("measures")


@cache
def _unfolded() -> Column:
    return F.inline("measures")


def _client_measures(items: Column) -> Column:
    client = F.col("invoice.client_id")
    declared = F.col("invoice.total_amount")
    priced = F.aggregate(items, F.lit(0).cast(MONEY), lambda total, item: (total + _amount(item)).cast(MONEY))
    invoice = _measure(
        CLIENT_GRAIN, client, code=F.col("invoice.client_code"), r=F.coalesce(declared, priced), n=F.lit(1)
    )
    unpriced = F.filter(items, lambda item: declared.isNull() & item["unit_price"].isNull())
    lines = F.transform(
        unpriced, lambda item: _measure(CLIENT_GRAIN, client, product=item["product_id"], u=item["quantity"])
    )
    return F.concat(F.array(invoice), lines)


def _line_measure(item: Column) -> Column:
    is_priced = item["unit_price"].isNotNull()
    return _measure(
        PRODUCT_GRAIN,
        item["product_id"],
        code=item["product_code"],
        q=F.when(is_priced, item["quantity"]).otherwise(F.lit(0)),
        r=_amount(item),
        u=F.when(is_priced, F.lit(0)).otherwise(item["quantity"]),
    )


def _amount(item: Column) -> Column:
    return F.coalesce((item["quantity"] * item["unit_price"]).cast(MONEY), F.lit(0).cast(MONEY))


def _measure(grain: str, record: Column, **given: Column) -> Column:
    nothing = F.lit(0)
    return F.struct(
        F.lit(grain).alias("grain"),
        record.alias("record_id"),
        given.get("product", F.lit(None)).cast("string").alias("product_id"),
        given.get("code", F.lit(None)).cast("string").alias("code"),
        given.get("q", nothing).cast("bigint").alias("q"),
        given.get("r", nothing).cast(MONEY).alias("r"),
        given.get("u", nothing).cast("bigint").alias("u"),
        given.get("n", nothing).cast("bigint").alias("n"),
    )


def product_sales(deltas: DataFrame) -> DataFrame:
    """Return the product facts among deltas as `schemas.PRODUCT_SALES`."""
    return deltas.filter(F.col("grain") == PRODUCT_GRAIN).select(
        F.col("record_id").alias("product_id"), "code", "day", "q", "r", "u", "n"
    )


def client_sales(deltas: DataFrame) -> DataFrame:
    """Return the client facts among deltas as `schemas.CLIENT_SALES`."""
    return deltas.filter(F.col("grain") == CLIENT_GRAIN).select(
        F.col("record_id").alias("client_id"), "code", "day", "product_id", "r", "n", "u"
    )


def latest_versions(events: DataFrame) -> DataFrame:
    """Return what the highest sequence says of each product price, lot and client: its version, or that it is gone.

    A product has one price per day on which one came into force.

    Args:
        events: columns of `schemas.EVENT`; sales are passed over.

    Returns:
        `kind, sequence, landing, is_gone, version` (a `schemas.VERSION`; the last one of what is gone).
    """
    others = events.filter(_is_no_sale())
    return others.groupBy(*_kind_and_key()).agg(_last_told()).select(*named("kind", "told.*"))


@cache
def _version() -> Column:
    return F.coalesce("after", "before")


@cache
def _kind_and_key() -> Columns:
    version = _version()
    key = (
        F.when(F.col("kind") == "products", F.concat_ws("@", version["product_id"], version["in_force_from"]))
        .when(F.col("kind") == "stock", version["stock_id"])
        .otherwise(version["client_id"])
    )
    return F.col("kind"), key.alias("key")


@cache
def _last_told() -> Column:
    told = F.struct("sequence", "landing", F.col("after").isNull().alias("is_gone"), _version().alias("version"))
    return F.max_by(told, "sequence").alias("told")


def catalogue(versions: DataFrame) -> DataFrame:
    """Gather product versions into `schemas.PRODUCTS`: shown as last told, with every price and its day.

    Of two prices of one file the later day's is shown, whichever was withdrawn or brought back since.
    """
    told = F.struct("landing", "version.in_force_from")
    price = F.struct("version.in_force_from", "version.buy_price", "version.sell_price")
    shown = F.col("shown")
    return (
        _of_kind(versions, "products")
        .groupBy(F.col("version.product_id").alias("product_id"))
        .agg(F.max_by("version", told).alias("shown"), F.array_sort(F.collect_list(price)).alias("prices"))
        .select(
            "product_id",
            shown["code"].alias("code"),
            shown["name"].alias("name"),
            shown["category"].alias("category"),
            shown["min_margin_threshold"].alias("min_margin_threshold"),
            "prices",
        )
    )


def _of_kind(versions: DataFrame, kind: str) -> DataFrame:
    return versions.filter((F.col("kind") == kind) & ~F.col("is_gone"))


def lots(versions: DataFrame) -> DataFrame:
    """Return the stock lots among the latest versions as `schemas.STOCK`."""
    return _of_kind(versions, "stock").select(
        "version.stock_id",
        "version.product_id",
        "version.product_code",
        "version.quantity",
        "version.batch_no",
        "version.expiry_date",
        "version.movement_day",
    )


def clients(versions: DataFrame) -> DataFrame:
    """Return the clients among the latest versions as `schemas.CLIENTS`."""
    return _of_kind(versions, "clients").select(
        "version.client_id",
        "version.code",
        "version.name",
        "version.opening",
        "version.declared_tier",
        "version.as_of",
    )
