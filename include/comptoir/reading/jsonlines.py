"""Reads JSON lines: one object a line, its keys as headers, its numbers to the last digit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.encodings import detect_encoding
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


def read_json_lines(path: Path, name: str, guide: Guide) -> Sheet:
    """Read a file of JSON objects as one sheet.

    Raises:
        RejectedFileError: a line is no JSON object, or their keys make no kind.
    """
    encoding = detect_encoding(path, name)
    keys: dict[str, int] = {}
    rows: list[int] = []
    cells: list[list[Cell]] = []
    for row, document in _documents(path, encoding, name):
        for key in document:
            keys.setdefault(key, len(keys))
        if len(keys) > KEYS_LIMIT:
            params = {"name": name, "limit": str(KEYS_LIMIT)}
            raise RejectedFileError([Problem("columns_too_many", row=row, params=params)])
        rows.append(row)
        cells.append([cell_of(document.get(key)) for key in keys])
    located = locate_header([(1, list(keys))], None, name, guide)
    header = located.header
    width = len(header.cells)
    dates = {c.position for c in header.match.claims if header.match.kind.column(c.column).type in TIME_TYPES}
    return Sheet(
        name=None,
        headers=located.headers,
        match=header.match,
        texts=_frame(cells, width, 0, pl.String),
        # A number in a column of dates is no spreadsheet's serial.
        numeric=_frame(cells, width, 1, pl.Boolean).with_columns(
            pl.lit(value=False).alias(str(position)) for position in sorted(dates)
        ),
        rows=pl.Series("row", rows, dtype=pl.Int64),
        items=located.items,
    )


def _documents(path: Path, encoding: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
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
            yield row, document


def _frame(cells: list[list[Cell]], width: int, place: int, dtype: type[pl.DataType]) -> pl.DataFrame:
    schema = dict.fromkeys(map(str, range(width)), dtype)
    missing: Cell = (None, False)
    values = [[cell[place] for cell in [*row, *[missing] * (width - len(row))]] for row in cells]
    return pl.DataFrame(values, schema=schema, orient="row")
