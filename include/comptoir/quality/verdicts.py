"""What judging a table gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from comptoir.problems import Problem
    from comptoir.reading.tables import Table


@dataclass(frozen=True)
class Verdict:
    """The accepted rows of a table, the numbers of the rejected ones, and every problem found.

    `accepted` has the columns of `table.frame`; `rejected_rows` are values of its column `row`. Together they
    are all rows of the table. Of the rejected rows, `held_rows` are sound themselves and wait for a release;
    `incomplete_rows` are those of them whose invoice has a bad row; `waiting_rows` are sound and refused with their
    whole file.
    """

    table: Table
    accepted: pl.DataFrame
    rejected_rows: list[int]
    problems: list[Problem]
    held_rows: list[int] = field(default_factory=list)
    incomplete_rows: list[int] = field(default_factory=list)
    waiting_rows: list[int] = field(default_factory=list)
