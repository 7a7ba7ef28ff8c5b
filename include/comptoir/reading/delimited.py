"""Reads text files: finds the delimiter by what it makes of the headers, then lays the rows out in columns."""

from __future__ import annotations

import csv
from contextlib import suppress
from itertools import dropwhile, islice
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.encodings import detect_encoding
from comptoir.reading.formats import refused
from comptoir.reading.headers import HEADER_SEARCH_ROWS, best_score
from comptoir.reading.notices import above_header
from comptoir.reading.regular import CELL_LIMIT_BYTES, read_regular
from comptoir.reading.sheets import Sheet
from comptoir.reading.structure import locate_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from comptoir.reading.guide import Guide
    from comptoir.reading.headers import HeaderRow

DELIMITERS: Final = (";", ",", "\t", "|")
CHUNK_ROWS: Final = 20_000
COLUMNS_LIMIT: Final = 2_000  # a table has tens; matching the headers of a million takes minutes
SEPARATOR_HINT: Final = "sep="  # Excel's own first line, which names the delimiter

NumberedRow = tuple[int, list[str]]

csv.field_size_limit(CELL_LIMIT_BYTES)


def read_delimited(path: Path, name: str, guide: Guide) -> Sheet:
    """Read a text file as one sheet.

    Raises:
        RejectedFileError: its encoding, its headers or its structure can't be trusted.
    """
    encoding = detect_encoding(path, name)
    delimiter = _find_delimiter(path, encoding, name)
    sample = _sample(path, encoding, delimiter, name)
    _refuse_too_many_columns(sample, name)
    located = locate_header(sample, None, name, guide)
    header = located.header
    cells = read_regular(path, encoding, delimiter, header)
    if cells is None:
        cells = read_row_by_row(path, encoding, delimiter, header, name)
    return Sheet(
        name=None,
        headers=located.headers,
        match=header.match,
        texts=cells.drop("row").with_columns(pl.when(pl.all() != "").then(pl.all())),
        numeric=None,
        rows=cells["row"],
        notices=above_header(located.above, None),
        items=located.items,
        delimiter=delimiter,
        encoding=encoding,
    )


def read_row_by_row(path: Path, encoding: str, delimiter: str, header: HeaderRow, name: str) -> pl.DataFrame:
    """Return the non-blank rows below the header, as columns "0", "1", … and `row`, however cells are quoted.

    Raises:
        RejectedFileError: quotes don't match, or a row has more cells than there are headers.
    """
    width = len(header.cells)
    schema = {"row": pl.Int64} | {str(position): pl.String for position in range(width)}
    frames = [pl.DataFrame(schema=schema)]
    with path.open(encoding=encoding, newline="") as file:
        rows = dropwhile(lambda numbered: numbered[0] <= header.row, _numbered_rows(file, delimiter, name))
        while chunk := list(islice(rows, CHUNK_ROWS)):
            cells = [[row, *_fitted(row, cells, width, name)] for row, cells in chunk]
            frames.append(pl.DataFrame(cells, schema=schema, orient="row"))
    return pl.concat(frames)


def _find_delimiter(path: Path, encoding: str, name: str) -> str:
    samples = {delimiter: _sample(path, encoding, delimiter, name) for delimiter in DELIMITERS}
    if not any(samples.values()):
        raise _why_unread(path, encoding, name)

    def worth(delimiter: str) -> tuple[int, int]:
        return best_score(samples[delimiter]), max((len(cells) for _, cells in samples[delimiter]), default=0)

    return max(DELIMITERS, key=worth)


def _why_unread(path: Path, encoding: str, name: str) -> RejectedFileError:
    with path.open(encoding=encoding, newline="") as file:
        try:
            next(_numbered_rows(file, DELIMITERS[0], name), None)
        except RejectedFileError as refusal:
            return refusal
    return refused("file_empty", name)


def _sample(path: Path, encoding: str, delimiter: str, name: str) -> list[NumberedRow]:
    sample: list[NumberedRow] = []
    with path.open(encoding=encoding, newline="") as file, suppress(RejectedFileError):
        # Quotes may not match for a delimiter that is not the file's; the rows before still count.
        for numbered in islice(_numbered_rows(file, delimiter, name), HEADER_SEARCH_ROWS):
            sample.append(_cut(numbered))  # noqa: PERF401 - keeps the rows before an error
    return sample


def _cut(numbered: NumberedRow) -> NumberedRow:
    """Leave out the empty cells behind, and all but one of too many others."""
    row, cells = numbered
    if len(cells) <= COLUMNS_LIMIT:
        return numbered
    filled = next((place for place in range(len(cells), 0, -1) if cells[place - 1].strip()), 0)
    return row, cells[: min(filled, COLUMNS_LIMIT + 1)]


def _refuse_too_many_columns(sample: list[NumberedRow], name: str) -> None:
    for row, cells in sample:
        if len(cells) > COLUMNS_LIMIT:
            params = {"name": name, "limit": str(COLUMNS_LIMIT)}
            raise RejectedFileError([Problem("columns_too_many", row=row, params=params)])


def _numbered_rows(lines: Iterable[str], delimiter: str, name: str) -> Iterator[NumberedRow]:
    """Give the non-blank rows with the numbers that a spreadsheet would show them under."""
    row = 0
    try:
        for row, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=1):
            hint = row == 1 and "".join(cells).lower().startswith(SEPARATOR_HINT)
            if not hint and any(map(str.strip, cells)):
                yield row, cells
    except csv.Error as error:
        # The one other fault that the reader of rows knows.
        code = "cell_too_large" if "limit" in str(error) else "quotes_unbalanced"
        params = {"name": name, "limit": str(CELL_LIMIT_BYTES >> 20)}
        raise RejectedFileError([Problem(code, row=row + 1, params=params)]) from error


def _fitted(row: int, cells: list[str], width: int, name: str) -> list[str]:
    if len(cells) == width:
        return cells
    # Exporters leave out empty cells at the end of a row, or end each row with a delimiter; a value beyond the
    # headers means that cells have moved, and nobody knows which.
    if any(map(str.strip, cells[width:])):
        params = {"name": name, "cells": str(len(cells)), "width": str(width)}
        raise RejectedFileError([Problem("row_too_long", row=row, params=params)])
    return (cells + [""] * width)[:width]
