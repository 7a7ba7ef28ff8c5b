"""A sheet whose header row was recognised and whose cells are still as sent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from comptoir.reading.columns import Coded, coded

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from comptoir.problems import Problem
    from comptoir.reading.headers import Match


@dataclass(frozen=True)
class Sheet:
    """Cells below a recognised header row.

    Attributes:
        name: the sheet's name; None for text files.
        headers: the headers as in the file, made unique; a cell's column is its position among them.
        match: what the headers mean.
        texts: one `String` column per header, under its position ("0", "1", …), null where empty.
        numeric: as `texts`, `Boolean`: where a spreadsheet holds a number; None for text files.
        rows: the row number of each row.
        header_row: the number of the row of headers, of two the lower one; None where each row has its own.
        epoch_1904: whether the workbook counts its days from 1904.
        notices: what reading it had to say.
        items: the position of the column that holds all lines of an invoice, or None; the columns of their fields
            are the last ones and bear its header.
        delimiter: what separates the cells of a text file; None for other formats.
        encoding: Python's name of a text file's encoding; None for other formats.
        documents: of JSON lines, the `text` of each `row`; None for other formats.
        above: the rows above all headers, with their numbers, in the first piece.
    """

    name: str | None
    headers: tuple[str, ...]
    match: Match
    texts: pl.DataFrame
    numeric: pl.DataFrame | None
    rows: pl.Series
    header_row: int | None
    epoch_1904: bool = False
    notices: list[Problem] = field(default_factory=list)
    items: int | None = None
    delimiter: str | None = None
    encoding: str | None = None
    documents: pl.DataFrame | None = None
    above: Sequence[tuple[int, Sequence[str]]] = ()

    def coded(self, place: str) -> Coded:
        """Return the column of a place by its different texts, which are told apart once."""
        if place not in self._coded:
            self._coded[place] = coded(self.texts[place])
        return self._coded[place]

    @cached_property
    def _coded(self) -> dict[str, Coded]:
        return {}

    def filtered(self, kept: pl.Series, notices: Sequence[Problem] = ()) -> Sheet:
        """Return the sheet with the rows that a mask keeps, and with further notices."""
        return replace(
            self,
            texts=self.texts.filter(kept),
            numeric=None if self.numeric is None else self.numeric.filter(kept),
            rows=self.rows.filter(kept),
            notices=[*self.notices, *notices],
        )

    def sliced(self, kept: slice) -> Sheet:
        """Return the sheet with the rows of a slice."""
        numeric = None if self.numeric is None else self.numeric[kept]
        return replace(self, texts=self.texts[kept], rows=self.rows[kept], numeric=numeric)

    def is_blank(self, place: str) -> pl.Series:
        """Return whether each row has nothing but spaces in the column of a place."""
        column = self.coded(place)
        return column.where(column.values.str.strip_chars() == "", or_null=True)
