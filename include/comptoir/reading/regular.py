"""The fast way through text whose quoting leaves no doubt, which nearly all is.

A million rows take well under a second here and six cell by cell. Text takes this way only where each line is proven
to be one well-formed row; what comes out is then the same, and a test holds both ways to it.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

CELL_LIMIT_BYTES: Final = 16 << 20  # as large as a message may be
SPECIAL_IN_REGEX: Final = frozenset("|")
LONE_RETURN: Final = re.compile(rb"\r(?!\n)")


def read_regular(data: bytes, delimiter: str, width: int, rows_before: int, header_row: int) -> pl.DataFrame | None:
    """Return the non-blank rows below the header, as columns "0", "1", … and `row`; None where there is any doubt.

    Args:
        data: whole lines in UTF-8.
        delimiter: what separates cells.
        width: how many headers there are.
        rows_before: how many rows of the file stand above the lines.
        header_row: the number of the row of headers, which may be above the lines or among them.
    """
    if LONE_RETURN.search(data):
        return None
    has_quotes = b'"' in data
    if has_quotes and not _all_well_formed(data, delimiter):
        return None
    skipped = max(0, header_row - rows_before)
    try:
        frame = pl.read_csv(
            data,
            separator=delimiter,
            quote_char='"' if has_quotes else None,
            has_header=False,
            skip_lines=skipped,
            schema={str(position): pl.String for position in range(width)},
            missing_columns="insert",
        )
    except pl.exceptions.PolarsError:
        return None  # a row longer than the headers, most often; the other way names it
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if len(frame) != lines - skipped or _has_long_cells(frame, len(data)):
        return None
    return _numbered(frame, max(header_row, rows_before) + 1)


def _all_well_formed(data: bytes, delimiter: str) -> bool:
    """Tell whether quotes only enclose whole cells within a line, doubled inside."""
    # No text holds a zero: files that do are refused, or are UTF-16.
    lines = pl.read_csv(data, separator="\0", quote_char=None, has_header=False, schema={"line": pl.String})["line"]
    mark = f"\\{delimiter}" if delimiter in SPECIAL_IN_REGEX else delimiter
    cell = rf'(?:[^"{mark}]*|"(?:[^"]|"")*")'
    quoting = lines.filter(lines.str.contains('"', literal=True))
    return bool(quoting.str.contains(rf"^{cell}(?:{mark}{cell})*$").all())


def _has_long_cells(frame: pl.DataFrame, size: int) -> bool:
    if size <= CELL_LIMIT_BYTES:
        return False
    longest = frame.select(pl.max_horizontal(pl.all().str.len_bytes().max())).item()
    return bool(longest > CELL_LIMIT_BYTES)


def _numbered(frame: pl.DataFrame, first_row: int) -> pl.DataFrame:
    """Add the numbers of the rows, and leave out the blank ones."""
    numbers = pl.int_range(first_row, first_row + len(frame), eager=True, dtype=pl.Int64).alias("row")
    numbered = frame.with_columns(numbers)
    # Few rows begin with an empty cell, or with anything but a sign of ASCII: only of these all others are looked at.
    begun = frame.select(pl.col("0").is_between(pl.lit("!"), pl.lit("\x7f")).fill_null(value=False)).to_series()
    if begun.all():
        return numbered
    filled = pl.any_horizontal(pl.exclude("row").str.strip_chars() != "").fill_null(value=False)
    return numbered.filter(begun | numbered.select(filled).to_series())
