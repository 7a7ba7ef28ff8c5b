"""Prices before a discount that stands beside them: what the line comes to, in a column of its own, proves the net one.

A discount may be per cent, of each piece or of the whole line; it is taken as the one that makes quantity times price
the line's amount, rounded to the cent. Where none does, or there is no such amount, nothing shows what the price is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.line_amounts import CENT, places_of_amounts, readings_of_amounts
from comptoir.reading.line_prices import DIVIDED
from comptoir.reading.notices import about_rows
from comptoir.reading.numbers import MONEY
from comptoir.reading.qualifiers import DISCOUNTING
from comptoir.records import MONEY_PLACES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from comptoir.problems import Problem
    from comptoir.reading.columns import Columns
    from comptoir.reading.qualified import Telling
    from comptoir.reading.sheets import Sheet

# All of a price, as a discount of it says that: 100 per cent, or 1 where a spreadsheet shows it so; in the places kept.
WHOLES: Final = [pl.lit(whole * 10**MONEY_PLACES, pl.Int128) for whole in (100, 1)]
SMALLEST: Final = pl.lit("0.0001").cast(MONEY)
PERCENT: Final = r"%"
EXACT: Final = pl.Int128
HALF_CENT: Final = CENT // 2  # by which an amount may be rounded


@dataclass(frozen=True)
class NetPrices:
    """Prices of sales after the discounts beside them.

    Attributes:
        prices: all of them, those without a discount as they were.
        settled: where the line's amount shows which price is net.
        changed: where it is another than was written.
        headers: that of the discounts, and that of the amounts.
    """

    prices: pl.Series
    settled: pl.Series
    changed: pl.Series
    headers: tuple[str, str]

    def notices(self, sheet: Sheet) -> list[Problem]:
        """Say of which rows the price is another than was written."""
        column, amount = self.headers
        told = about_rows("discounts_taken_off", sheet.rows.filter(self.changed).to_list(), sheet.name)
        return [replace(each, column=column, params={**each.params, "amount": amount}) for each in told]


def net_prices(typed: Columns, sheet: Sheet, tellings: Sequence[Telling], taken: Collection[int]) -> NetPrices | None:
    """Return the prices after discount; None where there are no discounts, or no amounts that prove anything.

    Args:
        typed: the typed columns.
        sheet: the cells as sent.
        tellings: the columns that tell what rows are, those of discounts among them.
        taken: the positions of the columns of the contract.
    """
    places = [telling.place for telling in tellings if telling.qualifier is DISCOUNTING]
    is_priced = any(claim.column == "unit_price" and claim.source != DIVIDED for claim in sheet.match.claims)
    if len(places) != 1 or not is_priced:
        return None
    found = (_net_by(typed.frame, sheet, places[0], amount) for amount in places_of_amounts(sheet, taken))
    return max(found, key=lambda net: int(net.changed.sum()), default=None)


def _net_by(frame: pl.DataFrame, sheet: Sheet, discount: int, amount: int) -> NetPrices:
    """Return the prices that a column of amounts proves; what equals price times quantity may be before discount.

    It is taken as that after discount where another line of the sheet shows that the column is.
    """
    lines = _lines(frame, sheet, discount, amount).with_columns(
        pl.col("percent") | pl.lit("%" in sheet.headers[discount])
    )
    net = lines.select(net=pl.coalesce(_all_ways()), same=_any_reading(_is_same)).with_columns(own=lines["price"])
    is_after = bool(net["net"].is_not_null().any())
    taken = net.select(pl.coalesce("net", pl.when(pl.col("same") & is_after).then("own"))).to_series()
    prices = pl.select((taken.cast(pl.Decimal(38, 0)) * SMALLEST).cast(MONEY)).to_series()
    own, settled = frame["unit_price"], taken.is_not_null()
    return NetPrices(
        pl.select(pl.when(settled).then(prices).otherwise(own)).to_series().alias("unit_price"),
        settled,
        settled & (prices != own).fill_null(value=False),
        (sheet.headers[discount], sheet.headers[amount]),
    )


def _lines(frame: pl.DataFrame, sheet: Sheet, discount: int, amount: int) -> pl.DataFrame:
    """Return each line's `price`, `quantity`, and the readings of its discount and amount, in the places kept."""
    cells = sheet.texts[str(discount)]
    off, comes_to = readings_of_amounts(cells), readings_of_amounts(sheet.texts[str(amount)])
    return frame.select(
        price=pl.col("unit_price").to_physical().cast(EXACT), quantity=pl.col("quantity").cast(EXACT)
    ).with_columns(
        *(each.abs().cast(EXACT).alias(f"off {number}") for number, each in enumerate(off)),
        *(each.cast(EXACT).alias(f"amount {number}") for number, each in enumerate(comes_to)),
        cells.fill_null("").str.contains(PERCENT).alias("percent"),
    )


def _any_reading(holds: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> pl.Expr:
    return pl.any_horizontal(holds(off, amount).fill_null(value=False) for off, amount in _readings())


def _readings() -> Iterator[tuple[pl.Expr, pl.Expr]]:
    return ((pl.col(f"off {off}"), pl.col(f"amount {amount}")) for off, amount in product((0, 1), (0, 1)))


def _all_ways() -> Iterator[pl.Expr]:
    return (net for off, amount in _readings() for net in _ways(off, amount))


def _is_same(off: pl.Expr, amount: pl.Expr) -> pl.Expr:
    return (off != 0) & _agree(pl.col("price") * pl.col("quantity"), amount)


def _ways(off: pl.Expr, amount: pl.Expr) -> Iterator[pl.Expr]:
    """Give the price that each meaning of a discount leads to; null where that does not make the line's amount."""
    price, quantity, is_percent = pl.col("price"), pl.col("quantity"), pl.col("percent")
    is_line = (off != 0) & (quantity != 0)
    divided = pl.when(amount % quantity == 0).then(amount // quantity)
    for whole in WHOLES:
        share = price * (whole - off)
        explained = is_line & (off <= whole) & _agree(share * quantity // whole, amount)
        yield pl.when(explained).then(pl.coalesce(divided, pl.when(share % whole == 0).then(share // whole)))
    of_piece, of_line = price - off, price * quantity - off * quantity.sign()
    is_amount = is_line & ~is_percent
    explained = is_amount & (of_piece >= 0) & _agree(of_piece * quantity, amount)
    yield pl.when(explained).then(pl.coalesce(divided, of_piece))
    yield pl.when(is_amount & _agree(of_line, amount)).then(divided)


def _agree(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    difference: pl.Expr = one - other
    return difference.abs() <= pl.lit(HALF_CENT)
