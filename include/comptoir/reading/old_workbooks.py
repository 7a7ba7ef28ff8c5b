"""Looks into XLS workbooks: what the records of the stream inside ([MS-XLS] 2.3) tell that their reader hides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import olefile

from comptoir.reading.archives import UNPACKED_LIMIT_BYTES
from comptoir.reading.cell_formats import units_of
from comptoir.reading.formats import XLS_STREAMS, refused
from comptoir.reading.scans import UNCALCULATED, BookScan, SheetScan, check_extents, error_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMULA: Final = 0x0006
BEGIN: Final = 0x0809
END: Final = 0x000A
BIFF5: Final = b"\x00\x05"  # the version, as the stream's first record has it
DATE_MODE: Final = 0x0022
PASSWORD: Final = 0x002F
SHEET_OF_BOOK: Final = 0x0085
MERGED_CELLS: Final = 0xE5
PIVOT: Final = 0x00B0
FORMAT: Final = 0x041E
STYLE: Final = 0x00E0
ROW: Final = 0x0208
COLUMNS: Final = 0x007D
ROW_FLAGS, ROW_HIDDEN = 12, 0x20  # where the byte is, and its bit
COLUMN_FLAGS, COLUMN_HIDDEN = 8, 0x01
MANY_NUMBERS: Final = 0x00BD
BOOLEAN_OR_ERROR: Final = 0x0205
CELLS: Final = frozenset({FORMULA, MANY_NUMBERS, 0x00D6, 0x00FD, 0x0203, 0x0204, BOOLEAN_OR_ERROR, 0x027E})
ERROR_RESULT: Final = 2
# How the books of a writer begin that calculates nothing, and what it puts for every formula's result: an empty text,
# and no flags. In books of other programs, formulas do come to empty texts.
UNCALCULATING: Final = bytes.fromhex("0908 1000 0006 0500 bb0d cc07 00000000 06000000")
NO_RESULT: Final = bytes.fromhex("030000000000 ffff 0000")
MANY_BYTES: Final = 6  # of each of many numbers: its style and itself
FORMULA_BYTES: Final = 14  # up to the end of its result


def scan_old_workbook(path: Path, name: str, currency: str) -> BookScan:
    """Scan an XLS workbook within bounds; its sheets come in the order of the book, without their names.

    Args:
        path: the workbook.
        name: what sentences call it.
        currency: the trader's, of which cells may show others.

    Raises:
        RejectedFileError: it is damaged, protected or beyond bounds.
    """
    try:
        data = _stream(path, name)
        offsets, epoch_1904 = _book(data, name)
        units = _units(data, currency)
        scans = [_scan(data, offset, units) for offset in offsets]
        if data.startswith(UNCALCULATING):
            for scan, offset in zip(scans, offsets, strict=True):
                _note_uncalculated(data, offset, scan)
    except (OSError, ValueError, IndexError) as error:
        raise refused("file_damaged", name) from error
    check_extents(scans, name)
    return BookScan({str(place): scan for place, scan in enumerate(scans)}, epoch_1904)


def _stream(path: Path, name: str) -> bytes:
    with olefile.OleFileIO(path) as container:
        stream = next(stream for stream in XLS_STREAMS if container.exists(stream))
        if container.get_size(stream) > UNPACKED_LIMIT_BYTES:
            raise refused("sheet_too_large", name)
        return bytes(container.openstream(stream).read())


def _records(data: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """Give the type, the place and the length of each record of one part of the stream."""
    depth = 0
    while place + 4 <= len(data):
        kind, length = data[place] | data[place + 1] << 8, data[place + 2] | data[place + 3] << 8
        yield kind, place + 4, length
        depth += (kind == BEGIN) - (kind == END)
        place += 4 + length
        if depth <= 0:
            return


def _book(data: bytes, name: str) -> tuple[list[int], bool]:
    """Return where each sheet starts, and whether days are counted from 1904."""
    offsets, epoch_1904 = [], False
    for kind, place, _ in _records(data, 0):
        if kind == PASSWORD:
            raise refused("file_encrypted", name)
        if kind == DATE_MODE:
            epoch_1904 = data[place] == 1
        elif kind == SHEET_OF_BOOK:
            offsets.append(int.from_bytes(data[place : place + 4], "little"))
    return offsets, epoch_1904


def _units(data: bytes, currency: str) -> dict[int, str]:
    """Return what the styles of cells show that matters, by the place of the style."""
    codes, formats, code_of = {}, [], _old_format_code if data[4:6] == BIFF5 else _format_code
    for kind, place, length in _records(data, 0):
        if kind == FORMAT:
            codes[data[place] | data[place + 1] << 8] = code_of(data[place + 2 : place + length])
        elif kind == STYLE:
            formats.append(data[place + 2] | data[place + 3] << 8)
    return units_of(codes, formats, currency)


def _format_code(text: bytes) -> str:
    """Return a text that follows its length, in one or two bytes a letter as a flag says."""
    return text[3:].decode("utf-16-le" if text[2] & 1 else "latin-1", errors="replace")


def _old_format_code(text: bytes) -> str:
    """Return a text that follows its length in one byte, as books of Excel 5 and 95 write it."""
    return text[1:].decode("cp1252", errors="replace")


def _scan(data: bytes, offset: int, units: dict[int, str]) -> SheetScan:
    scan = SheetScan()
    for kind, place, length in _records(data, offset):
        if kind in CELLS:
            row, column = (int.from_bytes(data[at : at + 2], "little") + 1 for at in (place, place + 2))
            scan.reach(row, column)
            if error := _error(data[place : place + length], kind):
                scan.errors[row, column] = error
            elif units:
                _show_units(data[place : place + length], kind, units, scan)
        elif kind in {ROW, COLUMNS, MERGED_CELLS}:
            _note_looks(data[place : place + length], kind, scan)
        elif kind == PIVOT:
            scan.has_pivot = True
    return scan


def _note_uncalculated(data: bytes, offset: int, scan: SheetScan) -> None:
    for kind, place, _ in _records(data, offset):
        if kind == FORMULA and data[place + 6 : place + 6 + len(NO_RESULT)] == NO_RESULT:
            row, column = (int.from_bytes(data[at : at + 2], "little") + 1 for at in (place, place + 2))
            scan.errors[row, column] = UNCALCULATED


def _note_looks(facts: bytes, kind: int, scan: SheetScan) -> None:
    """Note what is hidden or merged."""
    numbers = [int.from_bytes(facts[at : at + 2], "little") + 1 for at in range(0, len(facts) - 1, 2)]
    if kind == ROW and facts[ROW_FLAGS] & ROW_HIDDEN:
        scan.hidden_rows.add(numbers[0])
    elif kind == COLUMNS and facts[COLUMN_FLAGS] & COLUMN_HIDDEN:
        scan.hide_columns(numbers[0], numbers[1])
    elif kind == MERGED_CELLS:
        for at in range(1, len(numbers) - 3, 4):
            scan.merge(*numbers[at : at + 4])


def _show_units(cells: bytes, kind: int, units: dict[int, str], scan: SheetScan) -> None:
    """Note what one cell, or many numbers side by side, show; each begins with its style."""
    row, column = (int.from_bytes(cells[at : at + 2], "little") + 1 for at in (0, 2))
    places = range(4, len(cells) - 2, MANY_BYTES) if kind == MANY_NUMBERS else (4,)
    for number, place in enumerate(places):
        if unit := units.get(cells[place] | cells[place + 1] << 8):
            scan.show_unit(row, column + number, unit)


def _error(cell: bytes, kind: int) -> str | None:
    """Return the error that a cell holds, given what follows its row and column."""
    if kind == BOOLEAN_OR_ERROR and cell[7]:
        return error_name(cell[6])
    is_error = kind == FORMULA and cell[12:FORMULA_BYTES] == b"\xff\xff" and cell[6] == ERROR_RESULT
    return error_name(cell[8]) if is_error else None
