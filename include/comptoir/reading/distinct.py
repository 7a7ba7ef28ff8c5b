"""A column of cells as its different ones, and which of them each row has: a million rows often have a thousand.

What a cell means is found out once for each different one, and given to the rows by its place.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from comptoir.reading.columns import Coded


@dataclass(frozen=True)
class Cells:
    """The cells of a column.

    Attributes:
        distinct: the different ones: `text`, stripped and never empty, and `numeric`, whether a spreadsheet holds it
            as a number. Two may be alike that differed in what was stripped.
        places: the position in `distinct` of each row's cell; null where it is empty.
        sent: the cells as they came.
    """

    distinct: pl.DataFrame
    places: pl.Series
    sent: Coded

    @property
    def filled(self) -> int:
        """The number of cells that are not empty."""
        return len(self.places) - self.places.null_count()

    def spread(self, meanings: pl.Series) -> pl.Series:
        """Give every row what was found of its cell; null where it is empty."""
        return meanings.gather(self.places)

    def rows_where(self, condition: pl.Series) -> pl.Series:
        """Return the positions of the rows whose cells meet a condition on the different ones."""
        return Coded(condition, self.places).where(condition).arg_true()


def cells_of(sent: Coded, numeric: pl.Series | None) -> Cells:
    """Return the cells of a column.

    Args:
        sent: as they came; null where there is none.
        numeric: where a spreadsheet holds a number; None where there is no spreadsheet.
    """
    different, places = sent.values, sent.places
    if numeric is None or not numeric.any():
        is_number = pl.repeat(value=False, n=len(different), eager=True)
    else:
        different, is_number, places = _paired(different, places, numeric)
    return _without_empty(pl.DataFrame({"text": _shown(different), "numeric": is_number}), places, sent)


def _paired(different: pl.Series, places: pl.Series, numeric: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Tell texts from the numbers that are written like them."""
    pairs = places.cast(pl.UInt64) * 2 + numeric.cast(pl.UInt64)
    used = pairs.drop_nulls().unique().sort()
    found = pl.select(pl.when(pairs.is_not_null()).then(used.search_sorted(pairs))).to_series()
    return different.gather(used // 2), used % 2 == 1, found


def _shown(texts: pl.Series) -> pl.Series:
    """Return texts stripped, and without the ="…" in which Excel's own users wrap codes."""
    stripped = texts.str.strip_chars()
    if stripped.str.starts_with('="').any():
        return stripped.str.replace(r'^="([^"]*)"$', "$1")
    return stripped


def _without_empty(distinct: pl.DataFrame, places: pl.Series, sent: Coded) -> Cells:
    filled = distinct["text"] != ""
    if filled.all():
        return Cells(distinct, places, sent)
    moved = pl.select(pl.when(filled).then(filled.cum_sum() - 1)).to_series()
    return Cells(distinct.filter(filled), moved.gather(places), sent)
