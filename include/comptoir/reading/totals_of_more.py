"""A declared total may hold more than its lines: tax, or shipping, which the same file has in columns of their own.

It is taken so where the sums bear it out. Where an invoice has tax, and its total is right without adding it, the
prices hold it, and the total stays what it is: another amount than that of the lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.harmless import words
from comptoir.reading.line_amounts import CENT, is_of_tax, readings_of_amounts
from comptoir.reading.qualifiers import AMOUNTS
from comptoir.reading.spelling import words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from comptoir.reading.sheets import Sheet

SHIPPING: Final = words("shipping port livraison transport delivery freight postage expedition fdp affranchissement")
OF_SHIPPING: Final = SHIPPING | AMOUNTS | words("frais fee cost cout charge price prix ht de d du of")
MOST_COLUMNS: Final = 4  # of which each is left out, added up or taken once: 81 ways
MARKS: Final = ("by_comma", "by_point")
NOTHING: Final = pl.lit(0, pl.Int128)


@dataclass(frozen=True)
class Extra:
    """A column of what an invoice holds beside its lines."""

    place: int
    is_tax: bool


@dataclass(frozen=True)
class Way:
    """How totals come about: which columns are added to the lines, and whether by line (`sum`) or once (`once`)."""

    mark: str
    parts: tuple[tuple[Extra, str], ...]

    def added(self) -> pl.Expr:
        """Return what an invoice holds beside its lines; null where a part isn't known."""
        return pl.sum_horizontal(
            NOTHING,
            *(pl.col(_name(extra, self.mark, how)) for extra, how in self.parts),
            ignore_nulls=False,
        )

    def has_any(self) -> Iterator[pl.Expr]:
        """Tell of each part whether an invoice has it."""
        return (pl.col(_name(extra, self.mark, "sum")).fill_null(0) != 0 for extra, _ in self.parts)

    def holds_tax(self, extras: Iterable[Extra]) -> pl.Expr:
        """Tell whether the tax of an invoice is added, or there is none."""
        taxed = [(extra, how) for extra, how in self.parts if extra.is_tax]
        untaxed = pl.all_horizontal(
            pl.lit(value=True),
            *(pl.col(_name(extra, self.mark, "sum")).fill_null(0) == 0 for extra in extras if extra.is_tax),
        )
        return untaxed | pl.any_horizontal(
            pl.lit(value=False), *(pl.col(_name(extra, self.mark, how)) != 0 for extra, how in taxed)
        )


def totals_of_more(frame: pl.DataFrame, sheet: Sheet, taken: Collection[int]) -> tuple[pl.Series, list[str]]:
    """Tell which rows have a total that is shown to be right, and the headers of what it holds beside the lines.

    These are the totals that are the lines and more, and those that are just the lines, where most of those that
    differ are explained so, and none that agrees has any of it.

    Args:
        frame: the typed rows.
        sheet: the cells as sent.
        taken: the positions of the columns of the contract.
    """
    extras = list(_extras(sheet, taken))[:MOST_COLUMNS]
    invoices = _invoices(frame, sheet, extras) if extras else pl.DataFrame()
    found = _best_way(invoices, extras) if len(invoices) else None
    if found is None:
        return pl.repeat(value=False, n=len(frame), eager=True), []
    way, is_right = found
    right = invoices.filter(is_right)["invoice"]
    headers = [sheet.headers[extra.place] for extra, _ in way.parts]
    return frame.select(_invoice().is_in(right.implode())).to_series().fill_null(value=False), headers


def _best_way(invoices: pl.DataFrame, extras: Sequence[Extra]) -> tuple[Way, pl.Series] | None:
    """Return the way that explains the most totals, and which are right by it; None where none explains them."""
    ways, agrees = list(_ways(extras)), invoices.select(_agrees(NOTHING)).to_series()
    explained = invoices.select(
        (_agrees(way.added()) & way.holds_tax(extras)).fill_null(value=False).alias(str(number))
        for number, way in enumerate(ways)
    )
    way, found = max(zip(ways, explained, strict=True), key=lambda pair: int((pair[1] & ~agrees).sum()))
    is_most = int((found & ~agrees).sum()) * 2 > int((~agrees).sum())
    # One that agrees though it has tax or shipping shows that its total holds none, or that its prices do.
    is_contradicted = bool(invoices.filter(agrees).select(pl.any_horizontal(way.has_any())).to_series().any())
    return (way, agrees | found) if is_most and not is_contradicted else None


def _extras(sheet: Sheet, taken: Collection[int]) -> Iterator[Extra]:
    for place, header in enumerate(sheet.headers):
        is_named = place not in taken and (is_of_tax(header) or _is_of_shipping(header))
        if is_named and _are_amounts(sheet.coded(str(place)).values):
            yield Extra(place, is_of_tax(header))


def _is_of_shipping(header: str) -> bool:
    said = frozenset(words_of(header))
    return bool(said & SHIPPING) and said <= OF_SHIPPING


def _are_amounts(cells: pl.Series) -> bool:
    return len(cells) > 0 and not cells.str.contains(r"(?i)[%a-z]").any()


def _invoice() -> pl.Expr:
    return pl.coalesce("invoice_no", "invoice_id")


def _invoices(frame: pl.DataFrame, sheet: Sheet, extras: Sequence[Extra]) -> pl.DataFrame:
    """Return each invoice with one declared total: that, its lines, and of each column the sum and the only value."""
    read = {
        _name(extra, mark): reading.cast(pl.Int128)
        for extra in extras
        for mark, reading in zip(MARKS, readings_of_amounts(sheet.texts[str(extra.place)]), strict=True)
    }
    line = pl.col("unit_price").to_physical() * pl.col("quantity").cast(pl.Int128)
    total = pl.col("total_amount").to_physical().cast(pl.Int128)
    rows = frame.select(_invoice().alias("invoice"), total.alias("total"), line.alias("line")).with_columns(**read)
    invoices = rows.filter(pl.col("invoice").is_not_null()).group_by("invoice", maintain_order=True)
    found = invoices.agg(
        _only("total"),
        pl.col("line").sum().alias("lines"),
        pl.col("line").is_null().any().alias("unknown"),
        *(pl.col(name).sum().alias(f"{name} sum") for name in read),
        *(_only(name).alias(f"{name} once") for name in read),
    )
    return found.filter(pl.col("total").is_not_null(), ~pl.col("unknown"))


def _only(name: str) -> pl.Expr:
    """Return the value that a column has in each row of a group that has any; null where there are several."""
    values = pl.col(name).drop_nulls()
    return pl.when(values.n_unique() == 1).then(values.first())


def _name(extra: Extra, mark: str, how: str = "") -> str:
    return f"{extra.place} {mark} {how}".strip()


def _agrees(added: pl.Expr) -> pl.Expr:
    difference: pl.Expr = pl.col("total") - pl.col("lines") - added
    return difference.abs() <= pl.lit(CENT)


def _ways(extras: Sequence[Extra]) -> Iterator[Way]:
    """Give all ways; a total holds one column of tax at most, since others are parts of it, or it."""
    for mark, *hows in product(MARKS, *[("", "sum", "once")] * len(extras)):
        parts = tuple((extra, how) for extra, how in zip(extras, hows, strict=True) if how)
        if parts and sum(extra.is_tax for extra, _ in parts) <= 1:
            yield Way(mark, parts)
