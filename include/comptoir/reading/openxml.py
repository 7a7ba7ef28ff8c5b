"""Looks into XLSX and XLSM workbooks: which part is which sheet, and what their XML tells of each."""

from __future__ import annotations

import posixpath
import xml.etree.ElementTree as ET
import zipfile
from typing import TYPE_CHECKING, Final

from comptoir.reading.archives import scan_archive
from comptoir.reading.formats import XLSX_MEMBER
from comptoir.reading.scans import BookScan, SheetScan

if TYPE_CHECKING:
    from pathlib import Path

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PIVOT: Final = "/pivotTable"


def scan_openxml(path: Path, name: str) -> BookScan:
    """Scan an XLSX or XLSM workbook within bounds; macros are never looked at.

    Raises:
        RejectedFileError: it is damaged or beyond bounds.
    """
    scans = scan_archive(path, name)
    with zipfile.ZipFile(path) as archive:
        book = _parsed(archive.read(XLSX_MEMBER))
        targets = relation_targets(archive, XLSX_MEMBER)
        properties = book.find(f"{MAIN}workbookPr")
        sheets = {}
        for sheet in book.iter(f"{MAIN}sheet"):
            member = targets.get(sheet.get(RELATION_ID, ""), "")
            scan = scans.get(member) or SheetScan()
            scan.has_pivot = has_pivot(archive, member)
            sheets[sheet.get("name", "")] = scan
    return BookScan(sheets, properties is not None and properties.get("date1904") in {"1", "true"})


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
