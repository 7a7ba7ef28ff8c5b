"""What reading a file gives: one typed table per recognised sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from comptoir.problems import Problem
    from comptoir.records import Kind


@dataclass(frozen=True)
class Table:
    """One sheet (or the whole of a text file), recognised as a kind and typed.

    Attributes:
        kind: what its rows are.
        sheet: the sheet's name; None for text files.
        frame: one column per column of the kind, under the contract's names and types, plus `row` (Int64).
        originals: the cells as sent, all `String`, under the file's own headers, plus `row`; same rows, same order.
            Where a row of the file holds a whole invoice, it stands here once and in `frame` once per line.
        headers: for each contract column that the file has, the header under which it has it.
        problems: cells that could not be understood (their typed value is null) and notices about the reading.
    """

    kind: Kind
    sheet: str | None
    frame: pl.DataFrame
    originals: pl.DataFrame
    headers: dict[str, str]
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class ReadFile:
    """A whole file as read: its tables in the order of dependency, and what was skipped with the reason."""

    tables: list[Table]
    skipped: list[Problem] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The kind of the file: that of its tables, `mixed` where they differ."""
        kinds = {table.kind.name for table in self.tables}
        return kinds.pop() if len(kinds) == 1 else "mixed"
