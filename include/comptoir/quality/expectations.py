"""The suites of `expectations/` as rules on columns: the one statement of what is valid.

Great Expectations runs the suites on the whole table (`suites.py`); judging rows reads the same files and
gives each expectation its meaning as a polars expression, so the two can't drift apart.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.problems import Severity
from comptoir.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SUITES: Final = PROJECT_ROOT / "expectations"


@dataclass(frozen=True)
class Expectation:
    """One expectation of a suite.

    Attributes:
        type: the name under which Great Expectations knows it.
        kwargs: its columns and bounds.
        code: the code of the problem that a row which breaks it has.
        severity: how grave that is.
        field: the contract column whose cell is shown with the problem; None where it is the row as a whole.
        shows: for words of the sentence, the computed columns that hold them.
        told_by_reading: the problem was already told, cell by cell, when the file was read.
    """

    type: str
    kwargs: dict[str, Any]
    code: str
    severity: Severity
    field: str | None
    shows: dict[str, str]
    told_by_reading: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        return tuple(value for key, value in self.kwargs.items() if key.startswith("column"))

    @property
    def broken(self) -> pl.Expr:
        """True on the rows that break it; as in Great Expectations, a null breaks nothing but a not-null."""
        return MEANINGS[self.type](self.kwargs).fill_null(value=False)


def suite_path(kind: str) -> Path:
    """Return the file of the suite of a kind."""
    return SUITES / f"{kind}.json"


@lru_cache
def load_suite(kind: str) -> tuple[Expectation, ...]:
    """Return the expectations of a kind of file, in the order of its suite."""
    return tuple(_expectation(entry) for entry in json.loads(suite_path(kind).read_text())["expectations"])


def _expectation(entry: dict[str, Any]) -> Expectation:
    meta = entry["meta"]
    return Expectation(
        type=entry["type"],
        kwargs=entry["kwargs"],
        code=meta["code"],
        severity=Severity(meta["severity"]),
        field=meta.get("field"),
        shows=meta.get("shows", {}),
        told_by_reading=meta.get("told_by") == "reading",
    )


def _is_null(kwargs: dict[str, Any]) -> pl.Expr:
    return pl.col(kwargs["column"]).is_null()


def _is_outside(kwargs: dict[str, Any]) -> pl.Expr:
    column = pl.col(kwargs["column"])
    below = column < _exact(kwargs["min_value"]) if "min_value" in kwargs else pl.lit(value=False)
    above = column > _exact(kwargs["max_value"]) if "max_value" in kwargs else pl.lit(value=False)
    return below | above


def _is_in(kwargs: dict[str, Any]) -> pl.Expr:
    column = pl.col(kwargs["column"])
    return pl.any_horizontal([column == _exact(value) for value in kwargs["value_set"]])


def _is_not_in(kwargs: dict[str, Any]) -> pl.Expr:
    return ~_is_in(kwargs)


def _is_less(kwargs: dict[str, Any]) -> pl.Expr:
    return pl.col(kwargs["column_A"]) < pl.col(kwargs["column_B"])


def _exact(value: Any) -> pl.Expr:
    """Return a bound of a suite as a literal; JSON's 0.01 means the decimal that it shows."""
    return pl.lit(Decimal(str(value)) if isinstance(value, float) else value)


MEANINGS: Final[dict[str, Callable[[dict[str, Any]], pl.Expr]]] = {
    "expect_column_values_to_not_be_null": _is_null,
    "expect_column_values_to_be_between": _is_outside,
    "expect_column_values_to_be_in_set": _is_not_in,
    "expect_column_values_to_not_be_in_set": _is_in,
    "expect_column_pair_values_a_to_be_greater_than_b": _is_less,
}
