"""Looks into a workbook's zip before anything opens it: bounds, damage, DTDs, and the cells that hold an error.

A workbook is a zip of XML files, and its readers trust it: half a megabyte can unfold into gigabytes. So every
member is inflated once here, in small pieces, and counted.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from operator import ge
from typing import TYPE_CHECKING, Any, Final

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.scans import DIGITS_LIMIT, UNNAMED_ERROR, SheetScan, check_extents, column_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MEMBERS_LIMIT: Final = 5_000
UNPACKED_LIMIT_BYTES: Final = 300 << 20
# Sheets of blank formatted rows pack about 100 to 1; deflate's worst case, of which bombs are made, is 1032 to 1.
RATIO_LIMIT: Final = 400
RATIO_FLOOR_BYTES: Final = 10 << 20
PIECE_BYTES: Final = 4 << 20

DTD_MARKS: Final = tuple(
    mark.encode(encoding) for mark in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
TWO_LETTERS = re.compile(rb"""=\s*["'][A-Z]{2}""")
ERROR_TYPE = re.compile(rb"""\st\s*=\s*["']e["']""")
FORMULA = re.compile(rb"<(?:\w+:)?f[ >]")
# A cell that ends with a formula or with an empty value.
NO_VALUE = re.compile(rb"/(?:(?:\w+:)?f)?>\s*(?:<(?:\w+:)?v(?:\s[^<>]*)?>\s*</(?:\w+:)?v>\s*)?</(?:\w+:)?c>")


class Tag:
    """What is looked for in the tags of one name, and behind them.

    Tags with a prefix are searched apart: a search for what begins with the same letters is many times faster.
    """

    def __init__(self, name: bytes, rest: bytes) -> None:
        """Look for tags of this name and the pattern that goes on behind it."""
        self._prefixed_name = b":" + name
        self._plain, self._prefixed = (re.compile(start + name + rest, re.DOTALL) for start in (b"<", rb"<\w+:"))

    def find_all(self, piece: bytes) -> list[Any]:
        """Return the groups of each match: a text where there is one group, a tuple where there are more."""
        found = self._plain.findall(piece)
        return found + self._prefixed.findall(piece) if self._prefixed_name in piece else found


# No tag holds a "<", and what a tag says of its place stands among its first letters: without either bound, a search
# through tags that never end takes time in the square of their length.
START: Final = rb"\s[^<>]{0,200}?\b"
PLACED: Final = START + rb"""r\s*=\s*["']([A-Z]{1,3})(\d+)["'][^<>]*+"""
ROW: Final = Tag(b"row", rb"""\b(?:[^<>]{0,200}?\sr\s*=\s*["'](\d+))?""")
PLACE: Final = Tag(b"c", START + rb"""r\s*=\s*["']([A-Z]{1,3}[0-9]+)["']""")
UNPLACED: Final = Tag(b"c", rb"""(?:\s(?![^<>]{0,200}?\br\s*=\s*["'][A-Z]{1,3}[0-9]+["'])[^<>]*)?>""")
MERGED_CELLS: Final = Tag(b"mergeCell", START + rb"""ref\s*=\s*["']([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)["']""")
WIDE_CELL: Final = Tag(b"c", START + rb"""r\s*=\s*["']([A-Z]{2,3})\d+["'][^<>]*+(?<!/)>""")
IS_HIDDEN: Final = rb"""(?=[^<>]*\shidden\s*=\s*["'](?:1|true)["'])"""
HIDDEN_ROW: Final = Tag(b"row", rb"(?=\s)" + IS_HIDDEN + START + rb"""r\s*=\s*["'](\d+)""")
HIDDEN_COLUMNS: Final = Tag(
    b"col", rb"\s" + IS_HIDDEN + rb"""(?=[^<>]*\bmin\s*=\s*["'](\d+))(?=[^<>]*\bmax\s*=\s*["'](\d+))"""
)
IS_ERROR: Final = rb"""(?=\s[^<>]*\bt\s*=\s*["']e["'])"""
ERROR_CELL: Final = Tag(
    b"c",
    IS_ERROR + PLACED + rb""">(?:(?:[^<]++|<(?!/?(?:\w+:)?[cv][\s/>]))*+<(?:\w+:)?v(?:\s[^<>]*)?>([^<]{1,16})<)?""",
)
IS_TEXT: Final = rb"""\s[^<>]*\bt\s*=\s*["']str["']"""
# A formula, and of one of many cells which they are.
ITS_FORMULA: Final = (
    rb"""\s*<(?:\w+:)?f(?=[\s/>])(?:(?=[^<>]*\bt\s*=\s*["']array["'])"""
    rb"""(?=[^<>]*\bref\s*=\s*["']([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)["'])|)"""
    rb"""[^<>]*(?:(?<=/)>|>(?:[^<]++|<(?!/?(?:\w+:)?[cfv][\s/>]))*+</(?:\w+:)?f>)\s*"""
)
# A formula without a value: that of a text may be empty, but is there.
UNCALCULATED_CELLS: Final = (
    Tag(
        b"c",
        rb"(?!"
        + IS_TEXT
        + rb")(?!"
        + IS_ERROR
        + rb")"
        + PLACED
        + rb"(?<!/)>"
        + ITS_FORMULA
        + rb"""(?:<(?:\w+:)?v(?:\s[^<>]*)?(?:(?<=/)>|>\s*</(?:\w+:)?v>))?\s*</(?:\w+:)?c>""",
    ),
    Tag(b"c", rb"(?=" + IS_TEXT + rb")" + PLACED + rb"(?<!/)>" + ITS_FORMULA + rb"</(?:\w+:)?c>"),
)
# As a writer writes every formula that calculates none.
ZERO: Final = b"</f><v>0</v>"
ZERO_CELL: Final = Tag(b"c", PLACED + rb"><f[^<>]*>[^<]*" + ZERO)


def scan_archive(path: Path, name: str) -> dict[str, SheetScan]:
    """Inflate every member within bounds and return what the sheets hold, by member name.

    Raises:
        RejectedFileError: the archive is damaged, encrypted, too large when unpacked, or declares a DTD.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_declared(members, name)
            return {member.filename: _scan_member(archive, member, name) for member in members}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise _refused("file_damaged", name) from error


def _check_declared(members: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if any(member.flag_bits & 0x1 for member in members):
        raise _refused("file_encrypted", name)
    if len({member.filename for member in members}) != len(members) or len(members) > MEMBERS_LIMIT:
        raise _refused("archive_unsafe", name)
    if unpacked > UNPACKED_LIMIT_BYTES:
        raise _refused("archive_too_large", name)
    if unpacked > RATIO_FLOOR_BYTES and unpacked > packed * RATIO_LIMIT:
        raise _refused("archive_unsafe", name)


def _scan_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> SheetScan:
    # zipfile never gives more than the declared size, and a wrong checksum at its end is damage: so the declared
    # sizes, bounded above, are the real ones.
    # Any member may be named as a sheet, so all are looked at.
    scan = SheetScan()
    for piece in pieces(archive, member):
        if any(mark in piece for mark in DTD_MARKS):
            raise _refused("archive_unsafe", name)
        _scan_piece(piece, scan)
    check_extents([scan], name)
    return scan


def pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give a member in pieces that end where a row of a sheet does, or at least between two tags."""
    kept = b""
    with archive.open(member) as stream:
        while fresh := stream.read(PIECE_BYTES):
            kept += fresh
            cut = kept.rfind(b"<row")
            cut = cut if cut > 0 else max(kept.rfind(b"<"), 0) or len(kept)
            yield kept[:cut]
            kept = kept[cut:]
    yield kept


def _scan_piece(piece: bytes, scan: SheetScan) -> None:
    rows = ROW.find_all(piece)
    scan.rows += len(rows)
    numbers = list(map(row_number, filter(None, rows)))
    places = PLACE.find_all(piece)
    scan.is_repeated |= _is_repeated(places, [scan.last_row, *numbers])
    scan.last_row = max(scan.last_row, max(numbers, default=0))
    scan.is_unplaced |= _has_unplaced(piece, len(places))
    _scan_width(piece, scan)
    _scan_merged(piece, scan)
    if b"hidden" in piece:
        _scan_hidden(piece, scan)
    if _holds(piece, b'"e"', b"'e'") and ERROR_TYPE.search(piece):
        for letters, row, value in ERROR_CELL.find_all(piece):
            shown = value.decode(errors="replace").strip()
            scan.errors[row_number(row), column_number(letters.decode())] = shown or UNNAMED_ERROR
    if _holds(piece, b"f>", b"f ") and FORMULA.search(piece) and NO_VALUE.search(piece):
        note_uncalculated(piece, scan, UNCALCULATED_CELLS)
    scan.has_zeros |= ZERO in piece


def note_uncalculated(piece: bytes, scan: SheetScan, tags: Sequence[Tag]) -> None:
    """Note the formulas that tags find, each with all cells over which it spreads, as not calculated."""
    for tag in tags:
        for letters, row, *ends in tag.find_all(piece):
            scan.lack_values(*_corners(ends if ends and all(ends) else [letters, row] * 2))


def _corners(ends: Sequence[bytes]) -> tuple[int, int, int, int]:
    """Return the first and the last row and column of cells between two that are given as letters and digits."""
    left, top, right, bottom = ends
    return row_number(top), row_number(bottom), column_number(left.decode()), column_number(right.decode())


def _scan_width(piece: bytes, scan: SheetScan) -> None:
    if TWO_LETTERS.search(piece):
        for letters in set(WIDE_CELL.find_all(piece)):
            scan.last_column = max(scan.last_column, column_number(letters.decode()))


def _scan_merged(piece: bytes, scan: SheetScan) -> None:
    for ends in MERGED_CELLS.find_all(piece) if b"mergeCell" in piece else ():
        scan.merge(*_corners(ends))


def _is_repeated(places: list[bytes], rows: list[int]) -> bool:
    """Tell whether a row comes after one that should follow it, or a cell twice in its row."""
    return len(set(places)) < len(places) or any(map(ge, rows, rows[1:]))


def _has_unplaced(piece: bytes, placed: int) -> bool:
    """Tell whether a cell says not where it is, or not as nearly all files do; these are quick to count."""
    counted = piece.count(b"<c ") + piece.count(b"<c>") + piece.count(b":c ") + piece.count(b":c>")
    return counted != placed and bool(UNPLACED.find_all(piece))


def _scan_hidden(piece: bytes, scan: SheetScan) -> None:
    scan.hidden_rows.update(map(row_number, HIDDEN_ROW.find_all(piece)))
    for first, last in HIDDEN_COLUMNS.find_all(piece):
        scan.hide_columns(row_number(first), row_number(last))


def _holds(piece: bytes, *parts: bytes) -> bool:
    """Tell whether there is anything to search for, many times faster than the search."""
    return any(part in piece for part in parts)


def row_number(digits: bytes) -> int:
    """Return the number of a row, of which so many digits count that it may be too large."""
    return int(digits[:DIGITS_LIMIT])


def _refused(code: str, name: str) -> RejectedFileError:
    limit = str(UNPACKED_LIMIT_BYTES >> 20)
    return RejectedFileError([Problem(code, params={"name": name, "limit": limit})])
