"""Reads text files: finds the delimiter by what it makes of the headers, then lays the rows out in columns."""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.encodings import UTF8, detect_encoding
from comptoir.reading.formats import refused
from comptoir.reading.headers import BANNER_ROWS, HEADER_SEARCH_ROWS, best_score
from comptoir.reading.notices import above_header
from comptoir.reading.regular import CELL_LIMIT_BYTES, read_regular
from comptoir.reading.sheets import Sheet
from comptoir.reading.structure import locate_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from comptoir.reading.guide import Guide
    from comptoir.reading.headers import HeaderRow

DELIMITERS: Final = (";", ",", "\t", "|")
PIECE_CHARACTERS: Final = 16 << 20  # some 300,000 rows; of UTF-8, the bytes are counted
WHOLE_PIECES: Final = 3  # a file of no more is sooner read, judged and checked whole, within the same memory
NARROW_COLUMNS: Final = 10  # pieces of a wider table are shorter: each of its cells takes memory, an empty one, too
CHUNK_ROWS: Final = 100_000
COLUMNS_LIMIT: Final = 2_000  # a table has tens; matching the headers of a million takes minutes
SEPARATOR_HINT: Final = "sep="  # Excel's own first line, which names the delimiter

END_OF_FILE = re.compile(rb"\x1a\s*\Z")  # DOS programs end texts with Ctrl-Z
# Possessive, since a search that may go back keeps a mark for each letter: of a long cell, a gigabyte.
IN_QUOTES: Final = r'[^"]*+(?:""[^"]*+)*+'
QUOTED_LINE = re.compile(rf'[ \t]*"({IN_QUOTES})"[ \t]*(\r?\n|\r|)')
SINGLE_QUOTED = re.compile("'.*'")
LINE_END = re.compile(r"\r\n?|\n")

NumberedRow = tuple[int, list[str]]


def read_delimited(path: Path, name: str, guide: Guide) -> Iterator[Sheet]:
    """Read a text file as one sheet, of which a long one comes in pieces, each with the next rows.

    A sheet whose invoices have their lines in a cell comes as one piece.

    Raises:
        RejectedFileError: its encoding, its headers or its structure can't be trusted.
    """
    encoding = detect_encoding(path, name)
    if not _are_lines_quoted(path, encoding):
        yield from _read_table(path, encoding, name, guide)
        return
    with TemporaryDirectory(prefix="comptoir-") as folder:
        bare = Path(folder) / "bare"
        _write_bare_lines(path, bare, encoding, name)
        yield from _read_table(bare, encoding, name, guide)


def _read_table(path: Path, encoding: str, name: str, guide: Guide) -> Iterator[Sheet]:
    delimiter = _find_delimiter(path, encoding, name)
    sample = _sample(path, encoding, delimiter, name)
    _refuse_too_many_columns(sample, name)
    located = locate_header(sample, None, name, guide)
    _refuse_single_quotes(located.header, name)
    pieces = read_cells(path, encoding, delimiter, located.header, name)
    if located.items is not None:
        pieces = iter([pl.concat(pieces)])
    for place, cells in enumerate(pieces):
        texts = _null_where_empty(cells.drop("row"))
        _refuse_other_delimiters(texts, cells["row"], located.header, delimiter, name)
        yield Sheet(
            name=None,
            headers=located.headers,
            match=located.header.match,
            texts=texts,
            numeric=None,
            rows=cells["row"],
            header_row=located.header.row,
            notices=above_header(located.above, None) if place == 0 else [],
            above=located.above if place == 0 else (),
            items=located.items,
            delimiter=delimiter,
            encoding=encoding,
        )


def _refuse_single_quotes(header: HeaderRow, name: str) -> None:
    """Refuse headers that all stand in single quotes: so do the codes, whose own these aren't."""
    headers = [cell.strip() for cell in header.cells if cell.strip()]
    if all(SINGLE_QUOTED.fullmatch(cell) for cell in headers):
        raise RejectedFileError([Problem("quotes_single", row=header.row, params={"name": name})])


def _are_lines_quoted(path: Path, encoding: str) -> bool:
    """Tell whether each of the first lines is one quoted cell that holds several: `"a;b;c"`."""
    with path.open(encoding=encoding, newline="") as file:
        starts = [file.readline(CELL_LIMIT_BYTES) for _ in range(HEADER_SEARCH_ROWS)]
    lines = [found and found[1] for found in map(QUOTED_LINE.fullmatch, filter(str.strip, starts))]
    return bool(lines) and all(line and any(delimiter in line for delimiter in DELIMITERS) for line in lines)


def _write_bare_lines(path: Path, bare: Path, encoding: str, name: str) -> None:
    """Write a text whose lines are quoted as wholes without these quotes.

    Raises:
        RejectedFileError: a line is not quoted.
    """
    with (
        path.open(encoding=encoding, newline="") as source,
        bare.open("w", encoding=encoding, newline="") as target,
    ):
        for row, line in enumerate(source, start=1):
            found = QUOTED_LINE.fullmatch(line)
            if found is None and line.strip():
                raise RejectedFileError([Problem("quotes_unbalanced", row=row, params={"name": name})])
            target.write(found[1].replace('""', '"') + found[2] if found else line)


def _null_where_empty(cells: pl.DataFrame) -> pl.DataFrame:
    empty = cells.select((pl.all() == "").any()).row(0)
    some = [column for column, is_some in zip(cells.columns, empty, strict=True) if is_some]
    return cells.with_columns(pl.when(pl.col(some) != "").then(pl.col(some))) if some else cells


def read_cells(path: Path, encoding: str, delimiter: str, header: HeaderRow, name: str) -> Iterator[pl.DataFrame]:
    """Give the non-blank rows below the header, as columns "0", "1", … and `row`: pieces of the file, at least one.

    Raises:
        RejectedFileError: quotes don't match, or a row has more cells than there are headers.
    """
    rows_before, data, width = 0, b"", len(header.cells)
    characters = PIECE_CHARACTERS // max(1, width // NARROW_COLUMNS)
    if path.stat().st_size <= characters * WHOLE_PIECES:
        characters *= WHOLE_PIECES
    pieces = _pieces(path, encoding, characters)
    for piece in pieces:
        rows_before, data = rows_before + data.count(b"\n"), piece
        cells = read_regular(data, delimiter, width, rows_before, header.row)
        if cells is None:
            yield from read_row_by_row(_lines(chain([data], pieces)), delimiter, header, name, rows_before)
            return
        yield cells


def _pieces(path: Path, encoding: str, characters: int) -> Iterator[bytes]:
    """Give a text in pieces of whole lines, as UTF-8, which is not decoded for it."""
    for piece in _whole_lines(path, encoding, characters):
        # Only the last piece is shorter.
        if text := END_OF_FILE.sub(b"", piece) if len(piece) < characters else piece:
            yield text


def _whole_lines(path: Path, encoding: str, characters: int) -> Iterator[bytes]:
    if encoding not in UTF8:
        with path.open(encoding=encoding, newline="") as file:
            while text := file.read(characters) + file.readline():
                yield text.encode()
        return
    with path.open("rb") as data:
        if data.read(len(BOM_UTF8)) != BOM_UTF8:
            data.seek(0)
        while piece := data.read(characters) + data.readline():
            yield piece


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    return (line for piece in pieces for line in io.StringIO(piece.decode(), ""))


def read_row_by_row(
    lines: Iterable[str], delimiter: str, header: HeaderRow, name: str, rows_before: int = 0
) -> Iterator[pl.DataFrame]:
    """Do as `read_cells` does, however cells are quoted.

    Args:
        lines: the lines of a text.
        delimiter: what separates cells.
        header: the row of headers.
        name: the file's name, for sentences.
        rows_before: how many rows of the file stand above the lines.
    """
    width = len(header.cells)
    schema = {str(position): pl.String for position in range(width)} | {"row": pl.Int64}
    numbered = _numbered_rows(lines, delimiter, name, rows_before)
    rows = ([*_fitted(row, cells, width, delimiter, name), row] for row, cells in numbered if row > header.row)
    yield pl.DataFrame(list(islice(rows, CHUNK_ROWS)), schema=schema, orient="row")
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield pl.DataFrame(chunk, schema=schema, orient="row")


def _find_delimiter(path: Path, encoding: str, name: str) -> str:
    samples = {delimiter: _sample(path, encoding, delimiter, name) for delimiter in DELIMITERS}
    if not any(samples.values()):
        raise _why_unread(path, encoding, name)

    def worth(delimiter: str) -> tuple[int, int, int]:
        first, further = samples[delimiter][:HEADER_SEARCH_ROWS], samples[delimiter][HEADER_SEARCH_ROWS:]
        return best_score(first), best_score(further), max((len(cells) for _, cells in first), default=0)

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
        for numbered in islice(_numbered_rows(file, delimiter, name), BANNER_ROWS):
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


def _numbered_rows(lines: Iterable[str], delimiter: str, name: str, rows_before: int = 0) -> Iterator[NumberedRow]:
    """Give the non-blank rows with the numbers that a spreadsheet would show them under."""
    csv.field_size_limit(CELL_LIMIT_BYTES)  # of the whole process: what else reads text in it may have set another
    row = rows_before
    read = _without_spaces_before_quotes(lines, delimiter)
    try:
        for row, cells in enumerate(csv.reader(read, delimiter=delimiter, strict=True), start=rows_before + 1):
            hint = row == 1 and "".join(cells).lower().startswith(SEPARATOR_HINT)
            if not hint and any(map(str.strip, cells)):
                yield row, cells
    except csv.Error as error:
        # The one other fault that the reader of rows knows.
        code = "cell_too_large" if "limit" in str(error) else "quotes_unbalanced"
        params = {"name": name, "limit": str(CELL_LIMIT_BYTES >> 20)}
        raise RejectedFileError([Problem(code, row=row + 1, params=params)]) from error


def _without_spaces_before_quotes(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """Give lines with `a; "b;c"` as `a;"b;c"`, where all else of the line is well-formed."""
    quoted = f'"{IN_QUOTES}"'
    mark = re.escape(delimiter)
    cell = rf'(?: *{quoted} *|[^"{mark}\r\n]*+)'
    row, spaced = re.compile(rf"{cell}(?:{mark}{cell})*+[\r\n]*"), re.compile(rf"(^|{mark}) *({quoted}) *")
    for line in lines:
        yield spaced.sub(r"\1\2", line) if ' "' in line and row.fullmatch(line) else line


def _refuse_other_delimiters(
    texts: pl.DataFrame, rows: pl.Series, header: HeaderRow, delimiter: str, name: str
) -> None:
    """Refuse a row that stands in its first cell, between delimiters of another sort or in quotes as a whole."""
    if any(not column.null_count() for column in texts[:, 1:]):
        return
    needed = max(2, header.match.score - 1)
    others = pl.exclude("0", "row").is_null()
    alone = texts.with_columns(rows).filter(pl.all_horizontal(others)).select("row", pl.col("0").fill_null(""))
    for row, text in alone.iter_rows():
        for other in DELIMITERS:
            if text.count(other) >= needed:
                code = "quotes_unbalanced" if other == delimiter else "row_delimiter"
                params = {"name": name, "row": str(row), "other": repr(other)[1:-1], "usual": repr(delimiter)[1:-1]}
                raise RejectedFileError([Problem(code, row=row, params=params)])


def _fitted(row: int, cells: list[str], width: int, delimiter: str, name: str) -> list[str]:
    if _holds_rows(cells, width, delimiter):
        raise RejectedFileError([Problem("quotes_unbalanced", row=row, params={"name": name})])
    if len(cells) == width:
        return cells
    # Exporters leave out empty cells at the end of a row, or end each row with a delimiter; a value beyond the
    # headers means that cells have moved, and nobody knows which.
    if any(map(str.strip, cells[width:])):
        params = {"name": name, "cells": str(len(cells)), "width": str(width)}
        raise RejectedFileError([Problem("row_too_long", row=row, params=params)])
    return (cells + [""] * width)[:width]


def _holds_rows(cells: list[str], width: int, delimiter: str) -> bool:
    """Tell whether a cell of several lines holds the end of its row, the rows below and the beginning of another."""
    parts = (LINE_END.split(cell) if LINE_END.search(cell) else () for cell in cells)
    return any(lines and _are_parts_of_rows(lines, place, width, delimiter) for place, lines in enumerate(parts))


def _are_parts_of_rows(lines: list[str], place: int, width: int, delimiter: str) -> bool:
    """Tell whether a missing quotation mark ran up to the next one; in what people write, a space follows a comma."""
    first, *between, last = (line.count(delimiter) for line in lines)
    are_ends = (first, last) == (width - 1 - place, place)
    are_rows = all(width // 2 <= count <= width for count in between)
    return are_ends and are_rows and not any(f"{delimiter} " in line for line in lines)
