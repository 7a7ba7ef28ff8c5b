"""Reads JSON lines: one object a line, its keys as headers, its numbers to the last digit."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.encodings import detect_encoding
from comptoir.reading.headers import find_header, unique_headers
from comptoir.reading.sheets import Sheet
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from comptoir.reading.guide import Guide

KEYS_LIMIT: Final = 10_000
EXPONENT_LIMIT: Final = 30
TIME_TYPES: Final = frozenset({ColumnType.DAY, ColumnType.TIMESTAMP})

Cell = tuple[str | None, bool]  # the text, and whether it is a number


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _RepeatedKeyError(ValueError):
    """An object has a key twice; which value holds is anybody's guess."""


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
            raise RejectedFileError([Problem("json_line_broken", row=row, params={"name": name})])
        rows.append(row)
        cells.append([_cell(document.get(key)) for key in keys])
    header = find_header([(1, list(keys))], None, name, guide)
    dates = {c.position for c in header.match.claims if header.match.kind.column(c.column).type in TIME_TYPES}
    return Sheet(
        name=None,
        headers=unique_headers(header.cells),
        match=header.match,
        texts=_frame(cells, len(keys), 0, pl.String),
        # A number in a column of dates is no spreadsheet's serial.
        numeric=_frame(cells, len(keys), 1, pl.Boolean).with_columns(
            pl.lit(value=False).alias(str(position)) for position in sorted(dates)
        ),
        rows=pl.Series("row", rows, dtype=pl.Int64),
    )


def _documents(path: Path, encoding: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding=encoding, newline="\n") as file:
        for row, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                document = _decoder.decode(line.strip())
            except (ValueError, RecursionError) as error:
                raise RejectedFileError([Problem("json_line_broken", row=row, params={"name": name})]) from error
            if not isinstance(document, dict):
                raise RejectedFileError([Problem("json_line_broken", row=row, params={"name": name})])
            yield row, document


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    pairs = list(pairs)
    document = dict(pairs)
    if len(document) != len(pairs):
        raise _RepeatedKeyError
    return document


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=_Number, parse_float=_Number, parse_constant=str)


def _cell(value: Any) -> Cell:
    if value is None or value == "":
        return None, False
    if isinstance(value, _Number):
        return _plain(value), True
    if isinstance(value, str):
        return value, False
    if isinstance(value, bool):
        return str(value).upper(), False
    return _written(value), False


def _plain(number: str) -> str:
    """Write a number without its exponent, where that is no novel."""
    try:
        exact = Decimal(number)
    except InvalidOperation:
        return str(number)
    return format(exact, "f") if abs(exact.adjusted()) < EXPONENT_LIMIT else str(number)


def _written(value: Any) -> str:
    """Write what is nested as JSON again, numbers as they were."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {_written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return str(value) if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


def _frame(cells: list[list[Cell]], width: int, place: int, dtype: type[pl.DataType]) -> pl.DataFrame:
    schema = dict.fromkeys(map(str, range(width)), dtype)
    missing: Cell = (None, False)
    values = [[cell[place] for cell in [*row, *[missing] * (width - len(row))]] for row in cells]
    return pl.DataFrame(values, schema=schema, orient="row")
