"""Reads JSON lines: one object a line, its keys as headers, its numbers to the last digit.

A list of which each line holds one whole object is such lines, with commas between and brackets around them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.encodings import detect_encoding
from comptoir.reading.formats import refused
from comptoir.reading.guide import are_added, is_added
from comptoir.reading.headers import HEADER_SEARCH_ROWS, match_kind
from comptoir.reading.items import with_fields_of_items
from comptoir.reading.jsontexts import Cell, cell_of, decode
from comptoir.reading.sheets import Sheet
from comptoir.reading.structure import locate_header
from comptoir.records import ALL_KINDS, SALES, ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from comptoir.reading.guide import Guide
    from comptoir.records import Kind

KEYS_LIMIT: Final = 10_000
TIME_TYPES: Final = frozenset({ColumnType.DAY, ColumnType.TIMESTAMP})
ENOUGH_NAMED: Final = 2  # columns that may stand beside any record
LINE_OF_LIST: Final = re.compile(r"(,?)\s*+(?:({).*})?\s*+(,?)\s*+(\]?)")
# What may follow each mark of a list; an object stands for itself by its brace.
FOLLOWING: Final = {"[": "{]", "{": ",]", ",": "{", "]": ""}
DOCUMENTS: Final = {"row": pl.Int64(), "text": pl.String()}


@dataclass
class _Gathered:
    """The objects of a file, as rows: their keys in the order in which they came, and in which row each shape did."""

    keys: dict[str, int] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    cells: list[list[Cell]] = field(default_factory=list)
    shapes: dict[tuple[str, ...], int] = field(default_factory=dict)

    def add(self, row: int, text: str, document: dict[str, Any], name: str) -> None:
        self.shapes.setdefault(tuple(filter(_is_named, document)), row)
        for key in document:
            self.keys.setdefault(key, len(self.keys))
        if len(self.keys) > KEYS_LIMIT:
            params = {"name": name, "limit": str(KEYS_LIMIT)}
            raise RejectedFileError([Problem("columns_too_many", row=row, params=params)])
        self.rows.append(row)
        self.texts.append(text)
        self.cells.append([cell_of(document.get(key)) for key in self.keys])


def read_json_lines(path: Path, name: str, guide: Guide) -> Sheet:
    """Read a file of JSON objects as one sheet.

    Raises:
        RejectedFileError: a line is no JSON object, or their keys make no kind.
    """
    found = _Gathered()
    for row, text, document in _documents(path, detect_encoding(path, name), name):
        found.add(row, text, document, name)
    keys, rows, cells = found.keys, found.rows, found.cells
    if not rows:
        raise refused("file_empty", name)
    order = _own_first(list(keys))
    places = [keys[key] for key in order]
    if len(rows) == 1:
        _refuse_wrapping(document, name)
    located = locate_header([(1, order)], None, name, guide, _texts(cells[:HEADER_SEARCH_ROWS], places))
    header = located.header
    _refuse_other_records(found.shapes, header.match.kind, name)
    places += range(len(order), len(header.cells))
    dates = {c.position for c in header.match.claims if header.match.kind.column(c.column).type in TIME_TYPES}
    return Sheet(
        name=None,
        headers=located.headers,
        match=header.match,
        texts=_frame(cells, places, 0, pl.String),
        # A number in a column of dates is no spreadsheet's serial.
        numeric=_frame(cells, places, 1, pl.Boolean).with_columns(
            pl.lit(value=False).alias(str(position)) for position in sorted(dates)
        ),
        rows=pl.Series("row", rows, dtype=pl.Int64),
        header_row=None,
        items=located.items,
        documents=pl.DataFrame({"row": rows, "text": found.texts}, schema=DOCUMENTS),
    )


@lru_cache(KEYS_LIMIT)
def _is_named(key: str) -> bool:
    """Tell whether a key names a column of any kind; others, which may be there or not, make no shape."""
    return any(match_kind(kind, [key]).claims for kind in ALL_KINDS)


def _refuse_wrapping(document: dict[str, Any], name: str) -> None:
    """Refuse a single object that is no record, but holds records of a kind in a list."""
    lists = [value for value in document.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    if not _kinds(document) and any(_kinds(records[0]) for records in lists):
        raise RejectedFileError([Problem("json_document", row=1, params={"name": name})])


def _refuse_other_records(shapes: Mapping[tuple[str, ...], int], kind: Kind, name: str) -> None:
    """Refuse a file of which some objects are records of another kind than all of them together.

    They have no more than a reference in common with those of the file's kind; one that only lacks a key has more.
    """
    for keys, row in shapes.items():
        own, *others = (match_kind(each, keys) for each in (kind, *ALL_KINDS))
        closest = max(others, key=lambda match: match.score)
        needed = {claim.column for claim in own.claims if kind.column(claim.column).required}
        if closest.score > max(own.score, ENOUGH_NAMED) and own.missing and len(needed) <= 1:
            raise RejectedFileError([Problem("two_tables", row=row, params={"name": name})])


def _kinds(keys: Iterable[str]) -> list[Kind]:
    """Return the kinds of which keys name all that is needed, lines of invoices left to their items."""
    headers = list(keys)
    return [
        kind
        for kind in ALL_KINDS
        if not match_kind(kind, headers).missing or (kind is SALES and with_fields_of_items(headers, ()))
    ]


def _texts(cells: list[list[Cell]], places: list[int]) -> list[list[str]]:
    """Return the texts of cells in the order of places; rows may be shorter."""
    return [[row[place][0] or "" if place < len(row) else "" for place in places] for row in cells]


def _own_first(keys: list[str]) -> list[str]:
    """Put the keys that a reject file added last, as its columns are: objects may differ in the keys before them."""
    perhaps = [key for key in keys if is_added(key)]
    pairs = [pair for pair in pairwise(perhaps) if are_added(pair)]
    added = pairs[-1] if pairs else ()
    return [*(key for key in keys if key not in added), *added]


def _documents(path: Path, encoding: str, name: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    found = False
    with path.open(encoding=encoding, newline="\n") as file:
        is_list, lines = _without_list(file, name)
        for row, line in lines:
            try:
                document = decode(line)
            except (ValueError, RecursionError) as error:
                is_line = found or (not is_list and line.endswith(("}", "},")))
                raise _refusal("json_line_broken" if is_line else "json_document", row, name) from error
            found = True
            if not isinstance(document, dict):
                raise _refusal("json_line_broken", row, name)
            yield row, line, document


def _refusal(code: str, row: int, name: str) -> RejectedFileError:
    return RejectedFileError([Problem(code, row=row, params={"name": name})])


def _without_list(file: Iterable[str], name: str) -> tuple[bool, Iterator[tuple[int, str]]]:
    """Return whether lines make one list, and those that hold anything, with their numbers, without what is of it."""
    filled = ((row, line.strip()) for row, line in enumerate(file, start=1) if line.strip())
    row, first = next(filled)  # of nothing but blanks the file would be empty
    if not first.startswith("["):
        return False, chain([(row, first)], filled)
    return True, _of_list(chain([(row, first[1:])], filled), name)


def _of_list(lines: Iterable[tuple[int, str]], name: str) -> Iterator[tuple[int, str]]:
    """Give the objects of a list by lines.

    Raises:
        RejectedFileError: a line has a part of one or more than one, or the list has no end.
    """
    last, is_of_lines = "[", False
    for row, line in lines:
        found = LINE_OF_LIST.fullmatch(line)
        for mark in filter(None, found.groups() if found else "?"):
            if mark not in FOLLOWING[last]:
                raise _refusal("json_line_broken" if is_of_lines and last != "]" else "json_document", row, name)
            last = mark
        if text := line.strip(", \t]"):
            yield row, text
            is_of_lines = True
    if last != "]":
        raise refused("file_damaged", name)


def _frame(cells: list[list[Cell]], places: list[int], part: int, dtype: type[pl.DataType]) -> pl.DataFrame:
    """Return one part of all cells, a column for each place in the order given; rows may be shorter."""
    missing: Cell = (None, False)
    values = [[(row[place] if place < len(row) else missing)[part] for place in places] for row in cells]
    return pl.DataFrame(values, schema=dict.fromkeys(map(str, range(len(places))), dtype), orient="row")
