"""Reads text files: finds the delimiter by what it makes of the headers, then lays the rows out in columns."""

from __future__ import annotations

import csv
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.formats import detect_encoding
from comptoir.reading.headers import HEADER_SEARCH_ROWS, HeaderRow, best_score, find_header, unique_headers
from comptoir.reading.notices import above_header
from comptoir.reading.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

DELIMITERS: Final = (";", ",", "\t", "|")
CHUNK_ROWS: Final = 20_000
SEPARATOR_HINT: Final = "sep="  # Excel's own first line, which names the delimiter

NumberedRow = tuple[int, list[str]]


def read_delimited(path: Path, name: str) -> Sheet:
    """Read a text file as one sheet.

    Raises:
        RejectedFileError: its encoding, its headers or its structure can't be trusted.
    """
    encoding = detect_encoding(path, name)
    delimiter = _find_delimiter(path, encoding, name)
    with path.open(encoding=encoding, newline="") as file:
        rows = _numbered_rows(file, delimiter, name)
        sample = list(islice(rows, HEADER_SEARCH_ROWS))
        header = find_header(sample, None, name)
        return _lay_out(header, chain(sample[header.index + 1 :], rows), sample[: header.index], name)


def _find_delimiter(path: Path, encoding: str, name: str) -> str:
    samples = {delimiter: _sample(path, encoding, delimiter, name) for delimiter in DELIMITERS}
    if not any(samples.values()):
        raise RejectedFileError([Problem("quotes_unbalanced", row=1, params={"name": name})])

    def worth(delimiter: str) -> tuple[int, int]:
        return best_score(samples[delimiter]), max((len(cells) for _, cells in samples[delimiter]), default=0)

    return max(DELIMITERS, key=worth)


def _sample(path: Path, encoding: str, delimiter: str, name: str) -> list[NumberedRow]:
    sample: list[NumberedRow] = []
    with path.open(encoding=encoding, newline="") as file:
        try:
            sample.extend(islice(_numbered_rows(file, delimiter, name), HEADER_SEARCH_ROWS))
        except RejectedFileError:
            return []  # wrongly quoted for this delimiter; another may fit
    return sample


def _numbered_rows(lines: Iterable[str], delimiter: str, name: str) -> Iterator[NumberedRow]:
    """Give the non-blank rows with the numbers that a spreadsheet would show them under."""
    row = 0
    try:
        for row, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=1):
            hint = row == 1 and "".join(cells).lower().startswith(SEPARATOR_HINT)
            if not hint and any(map(str.strip, cells)):
                yield row, cells
    except csv.Error as error:
        raise RejectedFileError([Problem("quotes_unbalanced", row=row + 1, params={"name": name})]) from error


def _lay_out(header: HeaderRow, rows: Iterator[NumberedRow], above: list[NumberedRow], name: str) -> Sheet:
    width = len(header.cells)
    schema = {str(position): pl.String for position in range(width)}
    numbers: list[int] = []
    frames = [pl.DataFrame(schema=schema)]
    while chunk := list(islice(rows, CHUNK_ROWS)):
        numbers.extend(row for row, _ in chunk)
        cells = [cells if len(cells) == width else _fitted(row, cells, width, name) for row, cells in chunk]
        frames.append(pl.DataFrame(cells, schema=schema, orient="row"))
    texts = pl.concat(frames).with_columns(pl.all().replace("", None))
    return Sheet(
        name=None,
        headers=unique_headers(header.cells),
        match=header.match,
        texts=texts,
        numeric=None,
        rows=pl.Series("row", numbers, dtype=pl.Int64),
        notices=above_header(above, None),
    )


def _fitted(row: int, cells: list[str], width: int, name: str) -> list[str]:
    # Exporters leave out empty cells at the end of a row, or end each row with a delimiter; a value beyond the
    # headers means that cells have moved, and nobody knows which.
    if any(map(str.strip, cells[width:])):
        params = {"name": name, "cells": str(len(cells)), "width": str(width)}
        raise RejectedFileError([Problem("row_too_long", row=row, params=params)])
    return (cells + [""] * width)[:width]
