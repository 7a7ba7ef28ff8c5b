"""The KPI rules as pure DataFrame functions; the stream and the batch call the same ones.

Each takes and gives the shapes of `comptoir_spark.schemas`. Money is `decimal(38,4)` throughout. The rules
are told in `docs/rules.md`; thresholds come from `comptoir.rules`.
"""

from __future__ import annotations

from functools import cache, lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F  # noqa: N812 - the field's usual name

from comptoir.records import TIERS
from comptoir.rules import LossReason, Rules, margin_period
from comptoir_spark.columns import named
from comptoir_spark.facts import sorts_fast
from comptoir_spark.schemas import MONEY

if TYPE_CHECKING:
    from datetime import date

    from pyspark.sql import Column, DataFrame

    from comptoir_spark.columns import Columns


def price_in_force(prices: Column, day: Column) -> Column:
    """Return the `schemas.PRICE` in force on a day: the latest not after it, else the first one known, else null.

    Args:
        prices: array of `schemas.PRICE`, sorted by `in_force_from`.
        day: the business day asked about.
    """
    begun = F.filter(prices, lambda price: price["in_force_from"] <= day)
    return F.coalesce(F.try_element_at(begun, F.lit(-1)), F.try_element_at(prices, F.lit(1)))


def _zero_if_unknown(amount: Column) -> Column:
    return F.coalesce(amount, F.lit(0).cast(MONEY))


def value_product_sales(sales: DataFrame, products: DataFrame) -> DataFrame:
    """Give each product's sales of a day their revenue and profit.

    The unpriced quantity is valued by the catalogue's sell price in force that day; a product that the
    catalogue does not know has the revenue of its priced lines alone, and no profit.

    Args:
        sales: `schemas.PRODUCT_SALES`.
        products: `schemas.PRODUCTS`.

    Returns:
        `product_id, code, name, category, min_margin_threshold, day, quantity, revenue, profit` (null without
        a known cost).
    """
    known = products.withColumnRenamed("code", "catalogue_code")
    # A select of its own, so that the price is looked up once for both of its amounts.
    priced = sales.join(known, on="product_id", how="left").select(*named("*"), _price_that_day())
    return priced.select(*_valued())


@cache
def _price_that_day() -> Column:
    return price_in_force(F.col("prices"), F.col("day")).alias("price")


@cache
def _valued() -> Columns:
    quantity = F.col("q") + F.col("u")
    revenue = (F.col("r") + F.col("u") * _zero_if_unknown(F.col("price.sell_price"))).cast(MONEY)
    return (
        F.col("product_id"),
        F.coalesce("catalogue_code", "code").alias("code"),
        *named("name", "category", "min_margin_threshold", "day"),
        quantity.alias("quantity"),
        revenue.alias("revenue"),
        (revenue - quantity * F.col("price.buy_price")).cast(MONEY).alias("profit"),
    )


def calculate_product_winner(sales: DataFrame, products: DataFrame) -> DataFrame:
    """Rank products by profit in every week and month that the sales touch.

    Profit is Σ quantity * (unit price - buy price in force that day). Rank follows profit, then revenue, then
    product code. Products without a known cost are not ranked: they come with `rank` null and `cost_known` false.

    Args:
        sales: `schemas.PRODUCT_SALES`; a window is right only when all its days are there.
        products: `schemas.PRODUCTS`.

    Returns:
        `schemas.WINNERS`, one row per window and product with an invoice or a quantity in it.
    """
    key = ("window", "start", "product_id")
    valued = value_product_sales(sales.filter(_is_any("n", "q", "u", "r")), products)
    in_windows = valued.select(_windows_of_the_day(), *named("*"))
    return in_windows.groupBy(sorts_fast(*key), *named(*key)).agg(*_totals_of_a_window()).select(*_ranked())


@cache
def _is_any(*measures: str) -> Column:
    """Return whether any of the measures is other than zero."""
    return reduce(or_, (F.col(measure) != 0 for measure in measures))


@cache
def _windows_of_the_day() -> Column:
    week = F.struct(F.lit("week").alias("window"), F.trunc("day", "week").alias("start"))
    month = F.struct(F.lit("month").alias("window"), F.trunc("day", "month").alias("start"))
    return F.inline(F.array(week, month))


@cache
def _totals_of_a_window() -> Columns:
    profit = F.sum("profit").cast(MONEY)
    return (
        F.max("code").alias("code"),
        F.max("name").alias("name"),
        F.max("category").alias("category"),
        F.sum("quantity").alias("quantity"),
        F.sum("revenue").cast(MONEY).alias("revenue"),
        profit.alias("profit"),
        profit.isNotNull().alias("cost_known"),
    )


@cache
def _ranked() -> Columns:
    best_first = [F.col("profit").desc(), F.col("revenue").desc(), F.col("code").asc_nulls_last(), F.col("product_id")]
    in_window = Window.partitionBy("window", "start", "cost_known").orderBy(*best_first)
    rank = F.when(F.col("cost_known"), F.row_number().over(in_window))
    return (
        *named("window", "start"),
        rank.cast("int").alias("rank"),
        *named("product_id", "code", "name", "category", "quantity", "revenue", "profit", "cost_known"),
    )


def detect_loss_products(
    stock: DataFrame, sales: DataFrame, products: DataFrame, *, on: date, rules: Rules
) -> DataFrame:
    """List the lots at risk on a day, each with all its reasons.

    EXPIRED: `expiry_date < on`; else EXPIRING: `expiry_date < on + 7 days`; DEAD_STOCK: the later of the lot's
    own last movement and the product's last sale (any invoice line up to `on`, returns included) `< on - 30 days`.
    Value at risk is quantity * buy price in force on `on`, null without a known cost.

    Args:
        stock: `schemas.STOCK`.
        sales: `schemas.PRODUCT_SALES`, reaching back to each product's last sale.
        products: `schemas.PRODUCTS`.
        on: the business day of the question.
        rules: the thresholds in force.

    Returns:
        `schemas.LOSSES`; `days_left` is negative once expired, null without an expiry date.
    """
    moved = _with_last_movement(stock.filter(_is_in_stock()), sales, on)
    judged = moved.withColumn("reasons", _reasons(on, rules)).filter(_has_reasons())
    return judged.join(products.select(*_catalogue()), on="product_id", how="left").select(*_at_risk(on))


def _with_last_movement(lots: DataFrame, sales: DataFrame, on: date) -> DataFrame:
    last_sales = sales.filter(_is_sale_until(on)).groupBy(*named("product_id")).agg(_last_sale())
    return lots.join(last_sales, on="product_id", how="left").withColumn("last_movement", _later_movement())


@cache
def _is_in_stock() -> Column:
    return F.col("quantity") > 0


@cache
def _has_reasons() -> Column:
    return F.size("reasons") > 0


@lru_cache
def _is_sale_until(on: date) -> Column:
    return (F.col("n") > 0) & (F.col("day") <= F.lit(on))


@cache
def _last_sale() -> Column:
    return F.max("day").alias("last_sale")


@cache
def _later_movement() -> Column:
    return F.greatest("movement_day", "last_sale")  # greatest passes over nulls


@cache
def _catalogue() -> Columns:
    return (*named("product_id", "name", "prices"), F.col("code").alias("catalogue_code"))


@lru_cache
def _at_risk(on: date) -> Columns:
    today = F.lit(on)
    cost = price_in_force(F.col("prices"), today)["buy_price"]
    return (
        *named("stock_id", "product_id"),
        F.coalesce("catalogue_code", "product_code").alias("code"),
        *named("name", "batch_no", "quantity", "expiry_date", "last_movement"),
        F.datediff("expiry_date", today).alias("days_left"),
        F.greatest(F.datediff(today, "last_movement"), F.lit(0)).alias("days_idle"),
        F.col("reasons"),
        (F.col("quantity") * cost).cast(MONEY).alias("value_at_risk"),
    )


@lru_cache
def _reasons(on: date, rules: Rules) -> Column:
    today = F.lit(on)
    is_expired = F.col("expiry_date") < today
    is_expiring = ~is_expired & (F.col("expiry_date") < F.date_add(today, rules.expiring_days))
    is_dead = F.col("last_movement") < F.date_sub(today, rules.dead_stock_days)
    named = (
        (is_expired, LossReason.EXPIRED),
        (is_expiring, LossReason.EXPIRING),
        (is_dead, LossReason.DEAD_STOCK),
    )
    return F.array_compact(F.array(*(F.when(holds, F.lit(str(reason))) for holds, reason in named)))


def detect_low_margins(sales: DataFrame, products: DataFrame, *, on: date, rules: Rules) -> DataFrame:
    """List products whose margin over the last 30 days is under their threshold.

    The days are those after `on - 30` and up to `on`; margin is profit / revenue, compared exactly. Products
    without revenue above zero or without a known cost are not judged.

    Args:
        sales: `schemas.PRODUCT_SALES`, with at least these days.
        products: `schemas.PRODUCTS`.
        on: the business day of the question.
        rules: the thresholds in force.

    Returns:
        `schemas.LOW_MARGIN`; the margin is a fraction with 4 places, rounded half-up for show only.
    """
    valued = value_product_sales(sales.filter(_is_within(*margin_period(on, rules))), products)
    key = (*named("product_id", "code", "name"), _threshold())
    return valued.groupBy(*key).agg(*_revenue_and_profit()).filter(_is_low()).select(*_low_margin())


@lru_cache
def _is_within(first: date, last: date) -> Column:
    return F.col("day").between(F.lit(first), F.lit(last))


@cache
def _threshold() -> Column:
    return F.col("min_margin_threshold").cast("decimal(10,6)").alias("threshold")  # a double's shortest decimal


@cache
def _revenue_and_profit() -> Columns:
    return F.sum("revenue").cast(MONEY).alias("revenue"), F.sum("profit").cast(MONEY).alias("profit")


@cache
def _is_low() -> Column:
    # decimal(26,4) * decimal(10,6) fits 38 digits: the comparison loses nothing.
    least = F.col("revenue").cast("decimal(26,4)") * F.col("threshold")
    return (F.col("revenue") > 0) & (F.col("profit") < least)


@cache
def _low_margin() -> Columns:
    return (
        *named("product_id", "code", "name", "revenue"),
        _margin_shown().alias("margin"),
        F.col("threshold"),
    )


def _margin_shown() -> Column:
    """Return profit / revenue with 4 places, rounded half-up once; revenue is above zero.

    A quotient of such decimals has 6 places, already rounded, so that rounding it again may round up what is under a
    half. Whole numbers divide exactly: half-up is the whole part of (20,000 profit + revenue) / (2 revenue).
    """
    size = F.expr("(20000 * abs(cast(profit as decimal(26,4))) + revenue) div (2 * cast(revenue as decimal(26,4)))")
    signed = F.when(F.col("profit") < 0, -size).otherwise(size)
    return (signed.cast("decimal(20,0)") / F.lit(10_000)).cast("decimal(20,4)")


def value_client_sales(sales: DataFrame, products: DataFrame) -> DataFrame:
    """Give each client's sales of a day their amount.

    Args:
        sales: `schemas.CLIENT_SALES`; unpriced quantities are valued by the catalogue's sell price in force. Days
            of which nothing is left tell of no client.
        products: `schemas.PRODUCTS`.

    Returns:
        `client_id, code, day, amount`.
    """
    prices = products.select(*named("product_id", "prices"))
    left = sales.filter(_is_any("n", "r", "u"))
    return left.join(prices, on="product_id", how="left").select(*named("client_id", "code", "day"), _amount())


@cache
def _amount() -> Column:
    sell_price = _zero_if_unknown(price_in_force(F.col("prices"), F.col("day"))["sell_price"])
    return (F.col("r") + F.col("u") * sell_price).cast(MONEY).alias("amount")


def apply_client_reduction(clients: DataFrame, sales: DataFrame, *, rules: Rules) -> DataFrame:
    """Total each client's sales and say what reduction follows.

    New total is the opening balance plus the invoice totals, with `as_of` only those of days after it. Eligible
    when strictly above the promotion's threshold; the tier is never below the declared one. A client known from
    sales alone has a row too, without a name and with an opening of 0.

    Args:
        clients: `schemas.CLIENTS`.
        sales: `client_id, code, day, amount`, as `value_client_sales` gives.
        rules: the thresholds in force.

    Returns:
        `schemas.REDUCTIONS`, one row per client.
    """
    amounts = sales.withColumnRenamed("code", "sales_code")
    both = clients.join(amounts, on="client_id", how="full")
    return both.groupBy(*named("client_id")).agg(*_totals_of_a_client()).select(*_rewarded(rules))


@cache
def _totals_of_a_client() -> Columns:
    is_counted = F.col("as_of").isNull() | (F.col("day") > F.col("as_of"))
    opening = _zero_if_unknown(F.max("opening"))
    sold = _zero_if_unknown(F.sum(F.when(is_counted, F.col("amount")))).cast(MONEY)
    return (
        F.coalesce(F.max("code"), F.max("sales_code")).alias("code"),
        F.max("name").alias("name"),
        opening.alias("opening"),
        sold.alias("sales"),
        F.max("declared_tier").alias("declared_tier"),
        (opening + sold).cast(MONEY).alias("new_total"),
    )


@cache
def _rewarded(rules: Rules) -> Columns:
    step = F.greatest(_earned_step(rules), _declared_step())
    tiers = F.array(*(F.lit(tier) for tier in TIERS))
    rates = (rules.reduction_rate_standard, rules.reduction_rate_silver, rules.reduction_rate_gold)
    rate_of_tier = F.array(*(F.lit(rate).cast("decimal(5,4)") for rate in rates))
    return (
        *named("client_id", "code", "name", "opening", "sales", "new_total"),
        (F.col("new_total") > F.lit(rules.promo_threshold)).alias("eligible_promo"),
        F.get(tiers, step).alias("tier"),
        F.get(rate_of_tier, step).alias("reduction_rate"),
    )


def _earned_step(rules: Rules) -> Column:
    is_gold = F.col("new_total") > F.lit(rules.gold_threshold)
    is_silver = F.col("new_total") > F.lit(rules.silver_threshold)
    return F.when(is_gold, 2).when(is_silver, 1).otherwise(0)


def _declared_step() -> Column:
    position = F.array_position(F.array(*(F.lit(tier) for tier in TIERS)), F.col("declared_tier"))
    return F.greatest(F.coalesce(position, F.lit(1)) - 1, F.lit(0)).cast("int")
