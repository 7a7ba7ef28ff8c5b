"""The cells of a raw file as texts, sheet by sheet: csv, openpyxl, calamine and json, and nothing of the platform's.

A cell that a spreadsheet or JSON typed begins with `TYPED`: it is not read by the locale of the texts around it.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZipFile, is_zipfile

import openpyxl
import python_calamine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

TYPED: Final = "\x01"
SAMPLE_ROWS: Final = 300  # headers may stand below a banner of 100 rows, with blank ones between
DELIMITERS: Final = (";", ",", "\t", "|")
ENCODINGS: Final = ("utf-8", "cp1252", "cp850", "mac_roman", "latin-1")
MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
GZIP: Final = b"\x1f\x8b"
FILLED_UP: Final = re.compile(r'(?P<before>(?:"[^"]*")?)(?P<zeros>0+)')
OF_LIST: Final = "[,] \t\r\n"  # around objects that have a line each
OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"

Texts = Sequence[str | None]


@dataclass(frozen=True)
class RawSheet:
    """A sheet's name, None in a text file, and a way to go through its numbered rows, any number of times."""

    name: str | None
    rows: Callable[[], Iterable[tuple[int, Texts]]]

    @property
    def sample(self) -> list[tuple[int, Texts]]:
        """The first rows."""
        return list(islice(self.rows(), SAMPLE_ROWS))


def readings_of(path: Path) -> Iterator[list[RawSheet]]:
    """Give each way in which a file may be cut into sheets and cells; the one that has the known headers is right.

    Args:
        path: the raw bytes; what a gzip or zip holds is unpacked beside them.
    """
    unpacked = _unpacked(path)
    start = _start(unpacked)
    if is_zipfile(unpacked) or start == OLD_WORKBOOK:
        yield list(_sheets_of_workbook(unpacked))
        return
    for encoding in _encodings(unpacked, start):
        yield [RawSheet(None, partial(_json_rows, unpacked, encoding))]
        for delimiter in DELIMITERS:
            yield [RawSheet(None, partial(_text_rows, unpacked, encoding, delimiter))]


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(OLD_WORKBOOK))


def _unpacked(path: Path) -> Path:
    """Return the one file inside a gzip or a plain zip; a workbook is a zip, too, and stays as it is."""
    target = path.with_name(f"{path.name}.unpacked")
    if _start(path).startswith(GZIP):
        with gzip.open(path) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file)
        return target
    if not is_zipfile(path):
        return path
    with ZipFile(path) as archive:
        names = [each for each in archive.namelist() if not each.endswith("/")]
        if "[Content_Types].xml" in names or "mimetype" in names:
            return path
        with archive.open(names[0]) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file)
    return target


def _encodings(path: Path, start: bytes) -> Iterator[str]:
    marked = [encoding for mark, encoding in MARKS.items() if start.startswith(mark)]
    for encoding in marked or ENCODINGS:
        try:
            with path.open(encoding=encoding) as file:
                while file.read(1 << 20):
                    pass
        except UnicodeError:
            continue
        yield encoding


def _text_rows(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, Texts]]:
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding=encoding, newline="") as file:
        yield from enumerate(csv.reader(file, delimiter=delimiter), start=1)


def _json_rows(path: Path, encoding: str) -> Iterator[tuple[int, Texts]]:
    """Give the keys of all objects as a row 0 before the objects, each by the number of its line."""
    keys = list(dict.fromkeys(key for _, found in _objects(path, encoding) for key in found))
    if keys:
        yield 0, keys
    for line, found in _objects(path, encoding):
        yield line, [_json_text(found.get(key)) for key in keys]


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding=encoding) as file:
        for number, line in enumerate(file, start=1):
            text = line.strip(OF_LIST)
            if not text:
                continue
            try:
                found = json.loads(text, parse_float=_typed, parse_int=_typed)
            except ValueError:
                return
            if not isinstance(found, dict):
                return
            yield number, found


def _typed(value: str) -> str:
    return TYPED + value


def _json_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False).replace(json.dumps(TYPED)[1:-1], "")


def _sheets_of_workbook(path: Path) -> Iterator[RawSheet]:
    with path.open("rb") as file:
        is_openxml = is_zipfile(file) and "xl/workbook.xml" in ZipFile(file).namelist()
    if is_openxml:
        with path.open("rb") as file:  # of a path openpyxl judges by its ending
            names = openpyxl.load_workbook(file, read_only=True).sheetnames
        for name in names:
            yield RawSheet(name, partial(_openxml_rows, path, name))
        return
    for name in python_calamine.CalamineWorkbook.from_path(path).sheet_names:
        yield RawSheet(name, partial(_calamine_rows, path, name))


def _openxml_rows(path: Path, name: str) -> Iterator[tuple[int, Texts]]:
    with path.open("rb") as file:
        sheet = openpyxl.load_workbook(file, read_only=True, data_only=True)[name]
        if hasattr(sheet, "reset_dimensions"):  # a chart's sheet has none
            sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(), start=1):
            yield number, [_shown(cell.value, getattr(cell, "number_format", "")) for cell in row]


def _shown(value: Any, number_format: str) -> str | None:
    """Return a cell's text; a whole number with the zeros and the words that its format shows in front of it."""
    form = FILLED_UP.fullmatch(number_format or "")
    if form and isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
        return TYPED + form["before"].replace('"', "") + str(int(value)).zfill(len(form["zeros"]))
    return _workbook_text(value)


def _calamine_rows(path: Path, name: str) -> Iterator[tuple[int, Texts]]:
    sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name(name)
    for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        yield number, [_workbook_text(value) for value in row]


def _workbook_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, datetime):
        nearest = value + timedelta(microseconds=500_000)  # spreadsheet times go to the nearest second
        return TYPED + nearest.replace(microsecond=0).isoformat(sep=" ")
    if isinstance(value, date):
        return TYPED + value.isoformat()
    return TYPED + (repr(value) if isinstance(value, float) else str(value))
