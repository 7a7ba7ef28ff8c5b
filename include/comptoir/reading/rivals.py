"""Two columns whose headers mean the same: whether their cells say the same, too."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from comptoir.reading.line_amounts import readings_of_amounts
from comptoir.reading.words import parse_codes

if TYPE_CHECKING:
    from comptoir.reading.distinct import Cells

READINGS: Final = ("text", "one", "two")


class Comparison(NamedTuple):
    """How two columns compare.

    Attributes:
        differ: whether a row has cells of both that can't mean the same.
        is_filled: whether the second has a cell wherever the first has one.
    """

    differ: bool
    is_filled: bool


def compared(first: pl.DataFrame, second: pl.DataFrame) -> Comparison:
    """Compare the readings of two columns, row by row."""
    said = pl.concat(
        [first.select(pl.all().name.prefix("a_")), second.select(pl.all().name.prefix("b_"))], how="horizontal"
    )
    same = [
        (pl.col(f"a_{one}") == pl.col(f"b_{other}")).fill_null(value=False)
        for one, other in product(READINGS, READINGS)
    ]
    in_first, in_second = pl.col("a_text").is_not_null(), pl.col("b_text").is_not_null()
    found = said.select(
        differ=(in_first & in_second & ~pl.any_horizontal(same)).any(), is_filled=(in_second | ~in_first).all()
    )
    return Comparison(*found.row(0))


def readings_of_numbers(cells: Cells) -> pl.DataFrame:
    """Return each row's `text`, and what it is with a decimal comma and with a point."""
    one, two = readings_of_amounts(cells.distinct["text"])
    return _of_rows(cells, one, two)


def readings_of_days(cells: Cells, described: pl.DataFrame) -> pl.DataFrame:
    """Return each row's `text`, and its day, in whichever order day and month are written, without its time."""
    year = pl.coalesce("year", "packed_year", "local_year")
    parts = [
        pl.coalesce(*names).cast(pl.Int32)
        for names in (("month", "packed_month", "first"), ("day", "packed_day", "second"))
    ]
    day = pl.format("{}-{}-{}", year, pl.min_horizontal(parts), pl.max_horizontal(parts))
    # A spreadsheet's number is the day, and behind its point the time.
    days = described.select(pl.coalesce(day, pl.col("text").str.extract(r"^(\d+)(?:\.\d*)?$"))).to_series()
    return _of_rows(cells, days, days)


def readings_of_codes(cells: Cells) -> pl.DataFrame:
    """Return each row's `text`, and the code that it is."""
    codes = parse_codes(cells.distinct)["value"]
    return _of_rows(cells, codes, codes)


def _of_rows(cells: Cells, one: pl.Series, two: pl.Series) -> pl.DataFrame:
    meant = {"text": cells.distinct["text"], "one": one.cast(pl.String), "two": two.cast(pl.String)}
    return pl.DataFrame({name: cells.spread(meaning) for name, meaning in meant.items()})
