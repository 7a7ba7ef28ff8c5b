"""Looks into sheets of XLSX workbooks whose cells don't say where they are: each then stands beside the one before.

Few exporters leave the places out, or write them in small letters, so the quick search of `archives.py` needs them;
such a sheet is gone through here tag by tag.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from comptoir.reading.formats import refused
from comptoir.reading.scans import DIGITS_LIMIT, UNNAMED_ERROR, SheetScan, check_extents, column_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]+)")
RANGE = re.compile(rf"{PLACE.pattern}:{PLACE.pattern}")


def scan_unplaced(pieces: Iterable[bytes], units: Mapping[int, str], name: str) -> SheetScan:
    """Return what a sheet holds.

    Args:
        pieces: its XML.
        units: what styles of cells show that matters.
        name: what sentences call the workbook.

    Raises:
        RejectedFileError: the XML is damaged, or spreads over too many cells.
    """
    cells = _Cells(units)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = cells.start
    parser.EndElementHandler = cells.end
    parser.CharacterDataHandler = cells.text
    try:
        for piece in pieces:
            parser.Parse(piece)
        parser.Parse(b"", True)  # noqa: FBT003 - takes no keyword
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise refused("file_damaged", name) from error
    check_extents([cells.scan], name)
    return cells.scan


class _Cells:
    """Follows a sheet's tags: where it is, and what is there."""

    def __init__(self, units: Mapping[int, str]) -> None:
        self.scan = SheetScan()
        self._units = units
        self._row = self._column = 0
        self._cell: dict[str, str] = {}
        self._has_formula = self._has_value = self._in_value = False
        self._value = self._spread = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self._open_row(attributes)
        elif name == "c":
            self._open_cell(attributes)
        elif name == "col" and attributes.get("hidden") in {"1", "true"}:
            self.scan.hide_columns(*(int(attributes[end][:DIGITS_LIMIT]) for end in ("min", "max")))
        elif name == "f":
            self._has_formula = True
            self._spread = attributes.get("ref", "") if attributes.get("t") == "array" else ""
        self._in_value = name == "v"
        self._has_value |= self._in_value

    def _open_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes["r"][:DIGITS_LIMIT]) if "r" in attributes else self._row + 1
        self._column = 0
        self.scan.rows += 1
        if attributes.get("hidden") in {"1", "true"}:
            self.scan.hidden_rows.add(self._row)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        place = PLACE.fullmatch(attributes.get("r", ""))
        self._column = column_number(place[1]) if place else self._column + 1
        self.scan.reach(self._row, self._column)
        self._cell, self._value, self._spread = attributes, "", ""
        self._has_formula = self._has_value = False

    def text(self, text: str) -> None:
        if self._in_value:
            self._value += text

    def end(self, tag: str) -> None:
        self._in_value = False
        if tag.rpartition(":")[2] == "c":
            self._close_cell(self._cell.get("t", "n"), self._value.strip())

    def _close_cell(self, kind: str, value: str) -> None:
        style = self._cell.get("s", "")
        if kind == "e":
            self.scan.errors[self._row, self._column] = value or UNNAMED_ERROR
        elif self._has_formula and not value and not (kind == "str" and self._has_value):
            self._lack_values()
        elif value and style.isdecimal() and int(style) in self._units:
            self.scan.show_unit(self._row, self._column, self._units[int(style)])

    def _lack_values(self) -> None:
        """Note a formula that no program has calculated, wherever it spreads."""
        self.scan.lack_values(self._row, self._row, self._column, self._column)
        if spread := RANGE.fullmatch(self._spread):
            left, top, right, bottom = spread.groups()
            first, last = (int(row[:DIGITS_LIMIT]) for row in (top, bottom))
            self.scan.lack_values(first, last, column_number(left), column_number(right))
