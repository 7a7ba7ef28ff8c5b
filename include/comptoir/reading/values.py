"""Writes what a spreadsheet's cells hold as texts, column by column: a million cells one by one take seconds."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

EXACT_BELOW: Final = 1e15  # a spreadsheet keeps 15 significant digits
SHORT_FROM: Final = 1e-4  # Python writes what is smaller with an exponent
# Fewer numbers are sooner written one by one: all at once takes a third of a millisecond, however few there are.
MANY: Final = 1_000
DATES: Final = frozenset({date, datetime})  # a spreadsheet's are numbers, shown as days


def text_of(value: Any) -> str | None:
    """Return what a cell holds as text; None where it is empty."""
    return WRITERS.get(type(value), str)(value)


def column_of(values: Sequence[Any]) -> tuple[pl.Series, pl.Series]:
    """Return the texts of a column's cells (`String`, null where empty), and where they are numbers (`Boolean`).

    Days and truth values are numbers, too: a spreadsheet keeps them as such.
    """
    types = set(map(type, values))
    if types == {float} and len(values) >= MANY:
        numbers = pl.Series(values, dtype=pl.Float64)
        return _number_texts(numbers), numbers.is_finite()
    if types == {str}:
        texts = pl.Series([text or None for text in values], dtype=pl.String)
    else:
        texts = pl.Series(list(map(text_of, values)), dtype=pl.String)
    if types <= DATES:
        return texts, _everywhere(len(values), is_number=True)
    if types & {int, float, bool, *DATES}:
        return texts, pl.Series(list(map(_is_number, values)), dtype=pl.Boolean)
    return texts, _everywhere(len(values), is_number=False)


@lru_cache(maxsize=2)
def _everywhere(count: int, *, is_number: bool) -> pl.Series:
    return pl.repeat(value=is_number, n=count, eager=True)


def _is_number(value: Any) -> bool:
    return type(value) in {int, bool, date, datetime} or (type(value) is float and isfinite(value))


def _number_texts(numbers: pl.Series) -> pl.Series:
    """Write numbers as `_number_text` does, most of them all at once."""
    is_usual = numbers.abs().is_between(SHORT_FROM, EXACT_BELOW, closed="left")
    texts = numbers.cast(pl.String).str.strip_suffix(".0")
    unusual = (~is_usual).arg_true()
    return texts.scatter(unusual, list(map(_number_text, numbers.gather(unusual)))) if len(unusual) else texts


def _number_text(number: float) -> str:
    """Write a number as its shortest decimal, without an exponent."""
    if not isfinite(number):
        return str(number)
    if number == int(number) and abs(number) < EXACT_BELOW:
        return str(int(number))
    shortest = repr(number)
    return format(Decimal(shortest), "f") if "e" in shortest else shortest


def _moment_text(moment: datetime) -> str:
    return str(_nearest_second(moment) if moment.microsecond else moment)


def _nearest_second(moment: datetime) -> datetime:
    """Return what was typed: serial times are fractions of a day in binary."""
    last = datetime.max - timedelta(seconds=1)  # noqa: DTZ901 - naive, as the spreadsheet's own
    return (min(moment, last) + timedelta(microseconds=500_000)).replace(microsecond=0)


# What is not here (int, date, time, timedelta) is written as Python writes it.
WRITERS: Final[Mapping[type, Callable[[Any], str | None]]] = {
    str: lambda text: text or None,
    float: _number_text,
    bool: lambda truth: str(truth).upper(),
    datetime: _moment_text,
}
