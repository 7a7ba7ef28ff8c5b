"""Looks into XLSB workbooks: what the records of the binary parts ([MS-XLSB] 2.1.4) tell that their reader hides."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final

from comptoir.reading.archives import scan_archive
from comptoir.reading.cell_formats import units_of
from comptoir.reading.formats import XLSB_MEMBER, refused
from comptoir.reading.openxml import STYLES, has_pivot, relation_targets, target_of_type
from comptoir.reading.scans import BookScan, SheetScan, check_extents, error_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROW_HEADER: Final = 0
CELLS: Final = frozenset(range(2, 12))  # from BrtCellRk to BrtFmlaError; BrtCellBlank holds nothing
ERRORS: Final = frozenset({3, 11})
COLUMNS: Final = 60
ROW_FLAGS, ROW_HIDDEN = 11, 0x10  # where the byte is, and its bit
COLUMN_FLAGS, COLUMN_HIDDEN = 16, 0x01
MERGED_CELLS: Final = 176
BOOK_PROPERTIES: Final = 153
SHEET_OF_BOOK: Final = 156
FORMAT: Final = 44
STYLES_OF_CELLS: Final = 617
STYLE: Final = 47
CONTINUED: Final = 0x80


def scan_binary_openxml(path: Path, name: str, currency: str) -> BookScan:
    """Scan an XLSB workbook within bounds.

    Args:
        path: the workbook.
        name: what sentences call it.
        currency: the trader's, of which cells may show others.

    Raises:
        RejectedFileError: it is damaged or beyond bounds.
    """
    scan_archive(path, name)
    try:
        with zipfile.ZipFile(path) as archive:
            parts, epoch_1904 = _book(archive.read(XLSB_MEMBER))
            targets = relation_targets(archive, XLSB_MEMBER)
            units = _units(archive, currency)
            sheets = {
                sheet: _scan(archive, targets[relation], units) for relation, sheet in parts if relation in targets
            }
    except (IndexError, UnicodeDecodeError) as error:
        raise refused("file_damaged", name) from error
    check_extents(sheets.values(), name)
    return BookScan(sheets, epoch_1904)


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Give the type, the place and the length of each record."""
    place, end = 0, len(data)
    while place < end:
        kind = data[place]
        place += 1
        if kind & CONTINUED:
            kind = kind & ~CONTINUED | data[place] << 7
            place += 1
        length = data[place]
        place += 1
        if length & CONTINUED:
            length, place = _long_length(data, place - 1)
        yield kind, place, length
        place += length


def _long_length(data: bytes, place: int) -> tuple[int, int]:
    """Return a length of several bytes, seven bits in each, and where it ends."""
    length = shift = 0
    while True:
        byte = data[place]
        place += 1
        length |= (byte & ~CONTINUED) << shift
        shift += 7
        if not byte & CONTINUED:
            return length, place


def _book(data: bytes) -> tuple[list[tuple[str, str]], bool]:
    """Return the relation and the name of each sheet, and whether days are counted from 1904."""
    sheets, epoch_1904 = [], False
    for kind, place, _ in _records(data):
        if kind == BOOK_PROPERTIES:
            epoch_1904 = bool(data[place] & 1)
        elif kind == SHEET_OF_BOOK:
            relation, after = _text(data, place + 8)
            sheets.append((relation, _text(data, after)[0]))
    return sheets, epoch_1904


def _text(data: bytes, place: int) -> tuple[str, int]:
    length = int.from_bytes(data[place : place + 4], "little")
    end = place + 4 + 2 * length
    return data[place + 4 : end].decode("utf-16-le"), end


def _units(archive: zipfile.ZipFile, currency: str) -> dict[int, str]:
    """Return what the styles of cells show that matters, by the place of the style."""
    member = target_of_type(archive, XLSB_MEMBER, STYLES)
    if member not in archive.namelist():
        return {}
    data = archive.read(member)
    codes, formats, of_cells = {}, [], False
    for kind, place, _ in _records(data):
        of_cells = kind == STYLES_OF_CELLS or (of_cells and kind == STYLE)
        if kind == FORMAT:
            codes[int.from_bytes(data[place : place + 2], "little")] = _text(data, place + 2)[0]
        elif kind == STYLE and of_cells:
            formats.append(int.from_bytes(data[place + 2 : place + 4], "little"))
    return units_of(codes, formats, currency)


def _scan(archive: zipfile.ZipFile, member: str, units: dict[int, str]) -> SheetScan:
    scan = SheetScan(has_pivot=has_pivot(archive, member))
    data = archive.read(member)
    row = 0
    for kind, place, length in _records(data):
        if kind == ROW_HEADER:
            row = int.from_bytes(data[place : place + 4], "little") + 1
            if data[place + ROW_FLAGS] & ROW_HIDDEN:
                scan.hidden_rows.add(row)
        elif kind in CELLS:
            column = int.from_bytes(data[place : place + 4], "little") + 1
            scan.reach(row, column)
            if kind in ERRORS:
                scan.errors[row, column] = error_name(data[place + 8])
            elif units and (unit := units.get(int.from_bytes(data[place + 4 : place + 7], "little"))):
                scan.show_unit(row, column, unit)
        else:
            _note_looks(data[place : place + length], kind, scan)
    return scan


def _note_looks(facts: bytes, kind: int, scan: SheetScan) -> None:
    """Note columns that are hidden, and cells that are merged."""
    if kind == MERGED_CELLS:
        top, bottom, left, right = (int.from_bytes(facts[at : at + 4], "little") + 1 for at in range(0, 16, 4))
        scan.merge(top, bottom, left, right)
    elif kind == COLUMNS and facts[COLUMN_FLAGS] & COLUMN_HIDDEN:
        first, last = (int.from_bytes(facts[at : at + 4], "little") + 1 for at in (0, 4))
        scan.hide_columns(first, last)
