"""Looks into ODS workbooks: rows and cells are written once and repeated, so a few bytes can be millions of cells."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from comptoir.reading.archives import PIECE_BYTES, scan_archive
from comptoir.reading.cell_formats import OF_COUNT, PERCENT, unit_seen
from comptoir.reading.formats import ODS_MEMBER, refused
from comptoir.reading.scans import (
    CELLS_LIMIT,
    DIGITS_LIMIT,
    ERRORS_LIMIT,
    UNCALCULATED,
    UNNAMED_ERROR,
    BookScan,
    SheetScan,
    check_extents,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANIFEST: Final = "META-INF/manifest.xml"
CELLS: Final = frozenset({"table:table-cell", "table:covered-table-cell"})
VALUE_TYPE: Final = "office:value-type"
ROWS_SPANNED: Final = "table:number-rows-spanned"
COLUMNS_SPANNED: Final = "table:number-columns-spanned"
COLUMNS_REPEATED: Final = "table:number-columns-repeated"
CURRENCY: Final = "office:currency"
NUMBERS: Final = frozenset({"float", "currency"})
PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
ERROR_SEEN = re.compile(r"#N/A|#NV|#[^\W\d_]+(?:/0)?\s?[!?]|Err:\d{3}")
ASIDE: Final = ("office:annotation", "draw:")  # notes and drawings, of which a cell shows nothing
VISIBILITY: Final = "table:visibility"
HIDDEN: Final = frozenset({"collapse", "filter"})
EPOCH_1904: Final = "1904-01-01"


def scan_open_document(path: Path, name: str, currency: str) -> BookScan:
    """Scan an ODS workbook within bounds.

    Args:
        path: the workbook.
        name: what sentences call it.
        currency: the trader's, of which cells may show others.

    Raises:
        RejectedFileError: it is damaged, protected or beyond bounds.
    """
    scan_archive(path, name)
    content = _Content(name, currency)
    with zipfile.ZipFile(path) as archive:
        if MANIFEST in archive.namelist() and b"encryption-data" in archive.read(MANIFEST):
            raise refused("file_encrypted", name)
        with archive.open(ODS_MEMBER) as file:
            content.feed(iter(lambda: file.read(PIECE_BYTES), b""))
    check_extents(content.sheets.values(), name)
    return BookScan(content.sheets, content.epoch_1904)


class _Content:
    """Follows a document's tags: where it is, and what is there."""

    def __init__(self, name: str, currency: str) -> None:
        self.name = name
        self.currency = currency.upper()
        self.sheets: dict[str, SheetScan] = {}
        self.epoch_1904 = False
        self._scan = SheetScan()
        self._depth = 0
        self._row = self._row_repeats = self._column = 0
        self._is_hidden = False
        self._errors: list[tuple[int, int]] = []
        self._shown: list[str] | None = None
        self._number: dict[str, str] | None = None
        self._aside = 0

    def feed(self, pieces: Iterable[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            for piece in pieces:
                parser.Parse(piece)
            parser.Parse(b"", True)  # noqa: FBT003 - takes no keyword
        except (expat.ExpatError, LookupError, ValueError) as error:  # the last two: an unknown encoding
            raise refused("file_damaged", self.name) from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._aside += tag.startswith(ASIDE)
        if tag in CELLS:
            self._cell(attributes)
        elif tag == "text:s":
            self._text(" ")
        elif tag == "table:table-row":
            self._row += self._row_repeats
            self._row_repeats = _repeats(attributes, "table:number-rows-repeated")
            self._column = 0
            self._is_hidden = attributes.get(VISIBILITY) in HIDDEN
        elif tag == "table:table-column":
            self._columns(attributes)
        elif tag == "table:table":
            self._open_sheet(attributes)
        elif tag == "table:null-date":
            self.epoch_1904 = attributes.get("table:date-value") == EPOCH_1904
        elif tag == "table:data-pilot-table":
            self._mark_pivot(attributes.get("table:target-range-address", ""))

    def _open_sheet(self, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self._scan = self.sheets.setdefault(attributes.get("table:name", ""), SheetScan())
            self._row, self._row_repeats = 1, 0
            self._column = 0

    def _columns(self, attributes: dict[str, str]) -> None:
        first = self._column + 1
        self._column += _repeats(attributes, COLUMNS_REPEATED)
        if attributes.get(VISIBILITY) in HIDDEN:
            self._scan.hide_columns(first, self._column)

    def _cell(self, attributes: dict[str, str]) -> None:
        first = self._column + 1
        self._column += _repeats(attributes, COLUMNS_REPEATED)
        is_filled = bool(attributes.get(VALUE_TYPE))
        if is_filled:
            self._scan.reach(self._row + self._row_repeats - 1, self._column)
            self._show_unit(attributes)
            if ROWS_SPANNED in attributes:
                below, beside = (_repeats(attributes, name) - 1 for name in (ROWS_SPANNED, COLUMNS_SPANNED))
                self._scan.merge(self._row, self._row + below, first, first + beside)
            if self._is_hidden:
                self._hide_rows()
        if attributes.get("calcext:value-type") == "error":
            self._note_errors(first, "")
            self._shown = []
        elif not is_filled and "table:formula" in attributes:
            self._note_errors(first, UNCALCULATED)
        elif attributes.get(VALUE_TYPE) in NUMBERS:
            self._number, self._shown = attributes, []

    def _note_shown(self, attributes: dict[str, str], shown: str) -> None:
        """Note what a number is shown as: an error, or with zeros or words that its value lacks."""
        value = attributes.get("office:value", "")
        if ERROR_SEEN.fullmatch(shown):
            self._note_errors(self._column + 1 - _repeats(attributes, COLUMNS_REPEATED), shown)
            return
        is_told = shown == value or CURRENCY in attributes or not PLAIN.fullmatch(value)
        if unit := None if is_told else unit_seen(shown, value, self.currency):
            self._each_cell(attributes, unit)

    def _show_unit(self, attributes: dict[str, str]) -> None:
        """Note what a cell shows: a percentage, or a currency."""
        unit = PERCENT if attributes[VALUE_TYPE] == "percentage" else attributes.get(CURRENCY, "").upper()
        if unit:
            self._each_cell(attributes, OF_COUNT + unit if unit == self.currency else unit)

    def _each_cell(self, attributes: dict[str, str], unit: str) -> None:
        for row in range(self._row, min(self._row + self._row_repeats, CELLS_LIMIT)):
            for column in range(self._column + 1 - _repeats(attributes, COLUMNS_REPEATED), self._column + 1):
                self._scan.show_unit(row, column, unit)

    def _hide_rows(self) -> None:
        if self._row_repeats > CELLS_LIMIT:
            raise refused("sheet_too_large", self.name)
        self._scan.hidden_rows.update(range(self._row, self._row + self._row_repeats))
        self._is_hidden = False  # the others of its cells add nothing

    def _note_errors(self, first: int, error: str) -> None:
        rows = range(self._row, self._row + self._row_repeats)
        columns = range(first, self._column + 1)
        if len(rows) * len(columns) + len(self._scan.errors) > ERRORS_LIMIT:
            raise refused("sheet_too_large", self.name)
        self._errors = [(row, column) for row in rows for column in columns]
        self._scan.errors.update(dict.fromkeys(self._errors, error))

    def _text(self, text: str) -> None:
        if self._shown is not None and not self._aside:
            self._shown.append(text)

    def _end(self, tag: str) -> None:
        self._aside -= tag.startswith(ASIDE)
        if self._shown is not None and tag in CELLS:
            shown = "".join(self._shown).strip()
            if self._number is None:
                self._scan.errors.update(dict.fromkeys(self._errors, shown or UNNAMED_ERROR))
            else:
                self._note_shown(self._number, shown)
            self._shown = self._number = None
        elif tag == "table:table":
            self._depth -= 1

    def _mark_pivot(self, target: str) -> None:
        sheet = target.rpartition(":")[0].rpartition(".")[0].strip("$'").replace("''", "'")
        if sheet in self.sheets:
            self.sheets[sheet].has_pivot = True


def _repeats(attributes: dict[str, str], name: str) -> int:
    repeats = attributes.get(name)
    if repeats is None or not (repeats.isascii() and repeats.isdigit()):
        return 1
    return max(1, min(int(repeats[:DIGITS_LIMIT]), CELLS_LIMIT + 1))
