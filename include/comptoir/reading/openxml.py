"""Looks into XLSX and XLSM workbooks: which part is which sheet, and what their XML tells of each."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from typing import TYPE_CHECKING, Final

from comptoir.reading.archives import PLACED, ZERO_CELL, Tag, note_uncalculated, pieces, row_number, scan_archive
from comptoir.reading.cell_formats import units_of
from comptoir.reading.formats import XLSX_MEMBER, refused
from comptoir.reading.scans import BookScan, SheetScan, column_number
from comptoir.reading.unplaced import scan_unplaced

if TYPE_CHECKING:
    from pathlib import Path

MAIN: Final = "{*}"  # whichever: strict workbooks have namespaces of their own
RELATION_IDS: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
PIVOT: Final = "/pivotTable"
STYLES: Final = "/styles"


def scan_openxml(path: Path, name: str, currency: str) -> BookScan:
    """Scan an XLSX or XLSM workbook within bounds; macros are never looked at.

    Args:
        path: the workbook.
        name: what sentences call it.
        currency: the trader's, of which cells may show others.

    Raises:
        RejectedFileError: it is damaged or beyond bounds.
    """
    scans = scan_archive(path, name)
    with zipfile.ZipFile(path) as archive:
        book = _parsed(archive.read(XLSX_MEMBER))
        targets = relation_targets(archive, XLSX_MEMBER)
        properties = book.find(f"{MAIN}workbookPr")
        units, is_uncalculated = _units(archive, currency), _is_uncalculated(book)
        sheets = {}
        for sheet in book.iterfind(f".//{MAIN}sheet"):
            member = next((targets[sheet.get(key, "")] for key in RELATION_IDS if sheet.get(key) in targets), "")
            scanned = scans.get(member) or SheetScan()
            if scanned.is_repeated:
                raise refused("archive_unsafe", name)
            scan = _with_units(archive, member, units, scanned, name)
            if is_uncalculated and scanned.has_zeros:
                _scan_zeros(archive, member, scan)
            scan.has_pivot, scan.merged = has_pivot(archive, member), scanned.merged
            sheets[sheet.get("name", "")] = scan
    return BookScan(sheets, properties is not None and properties.get("date1904") in {"1", "true"})


def _is_uncalculated(book: ET.Element) -> bool:
    """Tell whether the book is to be calculated when it is opened: writers that don't calculate say so."""
    settings = book.find(f"{MAIN}calcPr")
    return settings is not None and settings.get("fullCalcOnLoad") in {"1", "true"}


def _scan_zeros(archive: zipfile.ZipFile, member: str, scan: SheetScan) -> None:
    """Note the formulas whose value is 0 in a book that was not calculated: other values were given to its writer."""
    for piece in pieces(archive, archive.getinfo(member)):
        note_uncalculated(piece, scan, [ZERO_CELL])


def _units(archive: zipfile.ZipFile, currency: str) -> dict[int, str]:
    """Return what the styles of cells show that matters, by the place of the style; most workbooks have none such."""
    member = target_of_type(archive, XLSX_MEMBER, STYLES)
    if member not in archive.namelist():
        return {}
    styles = _parsed(archive.read(member))
    codes = {_number(each, "numFmtId"): each.get("formatCode", "") for each in styles.iterfind(f".//{MAIN}numFmt")}
    of_cells = styles.find(f"{MAIN}cellXfs")
    formats = [] if of_cells is None else [_number(each, "numFmtId") for each in of_cells]
    return units_of(codes, formats, currency)


def _number(element: ET.Element, attribute: str) -> int:
    digits = element.get(attribute, "")
    return int(digits) if digits.isdecimal() else 0


def _with_units(archive: zipfile.ZipFile, member: str, units: dict[int, str], scan: SheetScan, name: str) -> SheetScan:
    """Go through a sheet once more where that is needed: for the cells of some styles, or those without a place."""
    if scan.is_unplaced:
        return scan_unplaced(pieces(archive, archive.getinfo(member)), units, name)
    if units and member in archive.namelist():
        _scan_units(archive, member, units, scan)
    return scan


def _scan_units(archive: zipfile.ZipFile, member: str, units: dict[int, str], scan: SheetScan) -> None:
    styles = b"|".join(b"%d" % style for style in units)
    pattern = rb"""(?=\s[^<>]*\bs\s*=\s*["'](%b)["'])%b(?<!/)>""" % (styles, PLACED)
    cell, any_of_it = Tag(b"c", pattern), re.compile(rb"""\ss\s*=\s*["'](?:%b)["']""" % styles)
    for piece in pieces(archive, archive.getinfo(member)):
        if any_of_it.search(piece):
            for style, letters, row in cell.find_all(piece):
                scan.show_unit(row_number(row), column_number(letters.decode()), units[int(style)])


def target_of_type(archive: zipfile.ZipFile, member: str, kind: str) -> str:
    """Return the part that a part refers to by a relation whose type ends so; an empty name where there is none."""
    wanted = (each.get("Id", "") for each in _relations(archive, member) if each.get("Type", "").endswith(kind))
    return relation_targets(archive, member).get(next(wanted, ""), "")


def relation_targets(archive: zipfile.ZipFile, member: str) -> dict[str, str]:
    """Return the parts that a part refers to, by the id of the relation."""
    folder = posixpath.dirname(member)
    return {
        relation.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))[1:]
        for relation in _relations(archive, member)
    }


def has_pivot(archive: zipfile.ZipFile, member: str) -> bool:
    """Tell whether a sheet's part refers to a pivot table."""
    return any(relation.get("Type", "").endswith(PIVOT) for relation in _relations(archive, member))


def _relations(archive: zipfile.ZipFile, member: str) -> list[ET.Element]:
    folder, part = posixpath.split(member)
    relations = f"{folder}/_rels/{part}.rels"
    if relations not in archive.namelist():
        return []
    return list(_parsed(archive.read(relations)))


def _parsed(data: bytes) -> ET.Element:
    try:
        return ET.fromstring(data)  # noqa: S314 - members with a DTD were refused
    except (LookupError, ValueError) as error:  # an encoding that nobody knows, or that expat can't read
        raise ET.ParseError(str(error)) from error
