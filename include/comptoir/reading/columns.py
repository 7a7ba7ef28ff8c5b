"""Columns as their different values, and which of them each row has: a million rows often have a thousand.

So they are kept, and go from process to process, in a fraction of the room; whoever wants the rows has them spread.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LOOKED_AT: Final = 10_000  # of many texts that may all differ


@dataclass(frozen=True)
class Coded:
    """A column by its different values.

    Attributes:
        values: the different ones; some may be alike, and some be those of no row.
        places: the position among them of each row's (`UInt32`; of no type where there are no values at all, so that
            they take no room); null where it has none.
    """

    values: pl.Series
    places: pl.Series

    def spread(self) -> pl.Series:
        """Return the value of each row."""
        if not len(self.values):
            return pl.repeat(None, len(self.places), dtype=self.values.dtype, eager=True)
        return self.values.gather(self.places)

    def where(self, condition: pl.Series, *, or_null: bool = False) -> pl.Series:
        """Return whether each row has a value that meets a condition on the values; `or_null`, or none."""
        if not condition.any() and not (or_null and self.places.null_count()):
            return pl.repeat(value=False, n=len(self.places), eager=True)
        return Coded(condition, self.places).spread().fill_null(value=or_null)

    def filter(self, kept: pl.Series) -> Coded | pl.Series:
        """Return the rows where a mask is true; plain, since few of the values may be left."""
        some = Coded(self.values, self.places.filter(kept))
        return some.spread() if len(self.values) else some


def coded(texts: pl.Series) -> Coded:
    """Take texts apart into the different ones, in the order in which they come, and their places."""
    begins = texts.ne_missing(texts.shift()) | (pl.int_range(len(texts), eager=True) == 0)
    if begins.sum() * 2 > len(texts):
        return _told_apart(texts)
    # Lines of an invoice stand together: a run of what is alike is looked at once.
    runs = texts.filter(begins).rechunk()
    run = begins.cum_sum() - 1
    if _all_differ(runs.head(LOOKED_AT)) and _all_differ(runs):
        return Coded(runs, run.cast(pl.UInt32))
    different = _told_apart(runs)
    return Coded(different.values, different.places.gather(run))


def _all_differ(texts: pl.Series) -> bool:
    return not texts.null_count() and texts.n_unique() == len(texts)


def _told_apart(texts: pl.Series) -> Coded:
    # Categories of their own are forgotten with the column; others would be kept for as long as the process lives.
    categories = texts.cast(pl.Categorical(pl.Categories.random()))
    places = categories.to_physical()
    last = places.max()
    count = 0 if last is None else int(last) + 1  # type: ignore[arg-type] # of a column of integers
    return Coded(pl.int_range(count, dtype=pl.UInt32, eager=True).cat.to(categories.dtype).cast(pl.String), places)


def nothing(dtype: pl.DataType, height: int) -> Coded:
    """Return a column without any value."""
    return Coded(pl.Series(dtype=dtype), pl.Series([None], dtype=pl.Null).new_from_index(0, height))


@dataclass(frozen=True)
class Columns:
    """The columns of a table by name, coded or plain, all as long."""

    by_name: Mapping[str, Coded | pl.Series]

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Columns:
        """Return the columns of a frame, all of them plain."""
        return cls({column.name: column for column in frame})

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """The type of each column's values."""
        return {name: _values(column).dtype for name, column in self.by_name.items()}

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The rows of all columns."""
        return pl.DataFrame([self.of_rows(name).alias(name) for name in self.by_name])

    def of_rows(self, name: str) -> pl.Series:
        """Return the values of a column, row by row."""
        column = self.by_name[name]
        return column.spread() if isinstance(column, Coded) else column

    def meaning(self, name: str, find: Callable[[pl.Series], pl.Series]) -> pl.Series:
        """Return what the values of a column mean, row by row, of which each different one is found once."""
        column = self.by_name[name]
        return Coded(find(column.values), column.places).spread() if isinstance(column, Coded) else find(column)

    def filter(self, kept: pl.Series) -> Columns:
        """Return the rows where a mask is true."""
        return Columns({name: column.filter(kept) for name, column in self.by_name.items()})

    def clear(self) -> Columns:
        """Return the same columns without rows."""
        return Columns({name: _values(column).clear() for name, column in self.by_name.items()})


def _values(column: Coded | pl.Series) -> pl.Series:
    return column.values if isinstance(column, Coded) else column
