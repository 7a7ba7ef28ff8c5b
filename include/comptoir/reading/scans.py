"""What is looked up in a workbook before its reader opens it: extents, error cells, and what its reader hides."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import islice, product
from typing import TYPE_CHECKING, Final

from comptoir.reading.formats import refused

if TYPE_CHECKING:
    from collections.abc import Iterable

# A reader lays a sheet out as a full rectangle of about 32 bytes a cell.
CELLS_LIMIT: Final = 40_000_000
COLUMNS_MOST: Final = 16_384  # XFD, the last column of a spreadsheet
ERRORS_LIMIT: Final = 500_000
DIGITS_LIMIT: Final = 12  # of a row's number; more say no more than that the sheet is too large
# What stands for a formula that no program has calculated; no spreadsheet has an error of that name.
UNCALCULATED: Final = "#UNCALCULATED!"
MERGED: Final = "#MERGED!"  # for a cell of which only the one above it, with which it is merged, has a value
UNNAMED_ERROR: Final = "#VALUE!"  # for an error without a name, or of one that nobody knows
# By the byte that stands for it in both binary formats.
ERROR_NAMES: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


@dataclass
class SheetScan:
    """A sheet's extent, its error cells by (row, column), both from 1, what of it is hidden, whether it is a pivot's.

    Where it `is_unplaced`, its cells don't say where they are, and nothing else of it is known yet (`unplaced.py`).
    Where it `is_repeated`, a row or a cell comes twice, of which readers take one. `units` are the rows of each column
    and each unit that cells show; see `cell_formats.py`. `merged` are the first and the last row and column of cells
    that are merged with such below them.
    """

    rows: int = 0
    last_row: int = 0
    last_column: int = 26
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    has_pivot: bool = False
    is_unplaced: bool = False
    is_repeated: bool = False
    has_zeros: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    units: dict[tuple[int, str], array[int]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def reach(self, row: int, column: int) -> None:
        """Extend the sheet to a cell."""
        # Not by `max`, which takes thrice as long, and every cell comes here.
        if row > self.last_row:  # noqa: PLR1730 - see above
            self.last_row = row
        if column > self.last_column:  # noqa: PLR1730 - see above
            self.last_column = column

    def hide_columns(self, first: int, last: int) -> None:
        """Note that columns are hidden; more than any sheet has are none."""
        self.hidden_columns.update(range(first, min(last, COLUMNS_MOST) + 1))

    def show_unit(self, row: int, column: int, unit: str) -> None:
        """Note that a cell shows its number with a unit."""
        self.units.setdefault((column, unit), array("I")).append(row)

    def lack_values(self, top: int, bottom: int, left: int, right: int) -> None:
        """Note that no program has calculated the formulas of these cells; too many are noted as such."""
        cells = product(range(top, bottom + 1), range(left, right + 1))
        self.errors.update(dict.fromkeys(islice(cells, ERRORS_LIMIT + 1), UNCALCULATED))

    def merge(self, top: int, bottom: int, left: int, right: int) -> None:
        """Note that cells are merged."""
        if (bottom, right) != (top, left):
            self.merged.append((top, bottom, left, right))

    @property
    def extent(self) -> int:
        """The number of cells that a reader lays out."""
        return max(self.rows, self.last_row) * self.last_column


@dataclass(frozen=True)
class BookScan:
    """The scans of a workbook's sheets by name, and whether its days are counted from 1904."""

    sheets: dict[str, SheetScan]
    epoch_1904: bool = False


def check_extents(scans: Iterable[SheetScan], name: str) -> None:
    """Refuse sheets that spread over more cells than can be laid out, all of them together.

    Raises:
        RejectedFileError: there are too many cells, or errors.
    """
    scans = list(scans)
    too_many = sum(len(scan.errors) for scan in scans) > ERRORS_LIMIT
    if too_many or sum(scan.extent for scan in scans) > CELLS_LIMIT:
        raise refused("sheet_too_large", name)


def column_number(letters: str) -> int:
    """Return the number of a column from its letters.

    Examples:
        >>> column_number("A"), column_number("AA")
        (1, 27)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def error_name(code: int) -> str:
    """Return what a spreadsheet shows for an error's byte."""
    return ERROR_NAMES.get(code, UNNAMED_ERROR)
