"""Reads JSON lines: one object a line, its keys as headers, its numbers to the last digit."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.encodings import detect_encoding
from comptoir.reading.guide import are_added, is_added
from comptoir.reading.headers import HEADER_SEARCH_ROWS
from comptoir.reading.jsontexts import Cell, cell_of, decode
from comptoir.reading.sheets import Sheet
from comptoir.reading.structure import locate_header
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from comptoir.reading.guide import Guide

KEYS_LIMIT: Final = 10_000
TIME_TYPES: Final = frozenset({ColumnType.DAY, ColumnType.TIMESTAMP})
DOCUMENTS: Final = {"row": pl.Int64(), "text": pl.String()}


def read_json_lines(path: Path, name: str, guide: Guide) -> Sheet:
    """Read a file of JSON objects as one sheet.

    Raises:
        RejectedFileError: a line is no JSON object, or their keys make no kind.
    """
    encoding = detect_encoding(path, name)
    keys: dict[str, int] = {}
    rows: list[int] = []
    texts: list[str] = []
    cells: list[list[Cell]] = []
    for row, text, document in _documents(path, encoding, name):
        for key in document:
            keys.setdefault(key, len(keys))
        if len(keys) > KEYS_LIMIT:
            params = {"name": name, "limit": str(KEYS_LIMIT)}
            raise RejectedFileError([Problem("columns_too_many", row=row, params=params)])
        rows.append(row)
        texts.append(text)
        cells.append([cell_of(document.get(key)) for key in keys])
    order = _own_first(list(keys))
    places = [keys[key] for key in order]
    located = locate_header([(1, order)], None, name, guide, _texts(cells[:HEADER_SEARCH_ROWS], places))
    header = located.header
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
        documents=pl.DataFrame({"row": rows, "text": texts}, schema=DOCUMENTS),
    )


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
    with path.open(encoding=encoding, newline="\n") as file:
        for row, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                document = decode(line.strip())
            except (ValueError, RecursionError) as error:
                raise RejectedFileError([Problem("json_line_broken", row=row, params={"name": name})]) from error
            if not isinstance(document, dict):
                raise RejectedFileError([Problem("json_line_broken", row=row, params={"name": name})])
            yield row, line.strip(), document


def _frame(cells: list[list[Cell]], places: list[int], part: int, dtype: type[pl.DataType]) -> pl.DataFrame:
    """Return one part of all cells, a column for each place in the order given; rows may be shorter."""
    missing: Cell = (None, False)
    values = [[(row[place] if place < len(row) else missing)[part] for place in places] for row in cells]
    return pl.DataFrame(values, schema=dict.fromkeys(map(str, range(len(places))), dtype), orient="row")
