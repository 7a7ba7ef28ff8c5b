"""What reading a file gives: one typed table per recognised sheet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from comptoir.reading.columns import Columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comptoir.problems import Problem
    from comptoir.records import Kind


Source = Literal["template", "alias", "similarity", "answer", "memory", "divided"]


@dataclass(frozen=True)
class Mapped:
    """Which header was taken for a column, why, how sure that is (0 to 1), and how its cells were read.

    Of a price that is `divided`, the header is that of the lines' amounts.

    `read_as` is `comma` or `point` for numbers, `day_first` or `month_first` for dates; None where it doesn't matter.
    """

    column: str
    header: str
    source: Source
    confidence: float
    read_as: str | None


@dataclass(frozen=True)
class Table:
    """One sheet (or the whole of a text file), recognised as a kind and typed.

    Attributes:
        kind: what its rows are.
        sheet: the sheet's name; None for text files.
        typed: one column per column of the kind, under the contract's names and types, plus `row` (Int64).
        sent: the cells as sent, all `String`, under the file's own headers, plus `row`; same rows, same order.
            Where a row of the file holds a whole invoice, it stands here once and in `typed` once per line.
        headers: for each contract column that the file has, the header under which it has it.
        problems: cells that could not be understood (their typed value is null) and notices about the reading.
        mapping: how each column was found and read.
        delimiter: what separates the cells of a text file; None for other formats.
        encoding: Python's name of a text file's encoding; None for other formats.
        documents: of JSON lines, the `text` of each `row` as sent; None for other formats.
    """

    kind: Kind
    sheet: str | None
    typed: Columns
    sent: Columns
    headers: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    mapping: tuple[Mapped, ...] = ()
    delimiter: str | None = None
    encoding: str | None = None
    documents: pl.DataFrame | None = None

    @property
    def frame(self) -> pl.DataFrame:
        """The typed rows."""
        return self.typed.frame

    @property
    def originals(self) -> pl.DataFrame:
        """The rows as sent."""
        return self.sent.frame

    @property
    def sent_headers(self) -> list[str]:
        """The file's own headers, in its order."""
        return [header for header in self.sent.by_name if header != "row"]


@dataclass(frozen=True)
class Outline:
    """A sheet of a file that asks, as it is written: what is known of it before the answers.

    Attributes:
        sheet: its name; None for text files.
        kind: the name of what its rows are, it seems.
        header_row: the number of the row of headers, of two the lower one; None where each row has its own.
        headers: as in the file, made unique.
        rows_read: how many rows it has.
        mapping: how the columns that need no answer were found.
        first_rows: cells as sent, under their headers, None where they are empty; and `row`.
    """

    sheet: str | None
    kind: str
    header_row: int | None
    headers: list[str]
    rows_read: int
    mapping: list[Mapped]
    first_rows: list[dict[str, Any]]


@dataclass(frozen=True)
class ReadFile:
    """A whole file as read, and what was skipped with the reason.

    Attributes:
        tables: one per sheet, in the order of dependency; where the file is `in_pieces`, those of its one sheet, each
            with the next rows, read from disk when asked for.
        skipped: what was left aside.
        in_pieces: whether its one sheet is too long to be held in memory.
    """

    tables: Sequence[Table]
    skipped: list[Problem] = field(default_factory=list)
    in_pieces: bool = False

    @property
    def sheets(self) -> Sequence[Table]:
        """One table of each sheet, which may have a part of its rows only: for what is the same in all."""
        return self.tables[:1] if self.in_pieces else self.tables

    @property
    def kind(self) -> str:
        """The kind of the file: that of its tables, `mixed` where they differ."""
        return kind_of_all(table.kind for table in self.sheets)


def joined(pieces: Sequence[Table]) -> Table:
    """Return the pieces of a table as one."""
    if len(pieces) == 1:
        return pieces[0]
    return replace(
        pieces[0],
        typed=Columns.of(pl.concat([piece.frame for piece in pieces])),
        sent=Columns.of(pl.concat([piece.originals for piece in pieces])),
        problems=[problem for piece in pieces for problem in piece.problems],
    )


def kind_of_all(kinds: Iterable[Kind]) -> str:
    """Return the name of the kind that all of them are, `mixed` where they differ."""
    different = {kind.name for kind in kinds}
    return different.pop() if len(different) == 1 else "mixed"
