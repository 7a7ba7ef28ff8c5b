"""The fast way through text whose quoting leaves no doubt, which nearly all is.

A million rows take well under a second here and six cell by cell. Text takes this way only where each line is proven
to be one well-formed row; what comes out is then the same, and a test holds both ways to it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

CELL_LIMIT_BYTES: Final = 16 << 20  # as large as a message may be
SPECIAL_IN_REGEX: Final = frozenset("|")


def read_regular(text: str, delimiter: str, width: int, rows_before: int, header_row: int) -> pl.DataFrame | None:
    """Return the non-blank rows below the header, as columns "0", "1", … and `row`; None where there is any doubt.

    Args:
        text: whole lines.
        delimiter: what separates cells.
        width: how many headers there are.
        rows_before: how many rows of the file stand above the text.
        header_row: the number of the row of headers, which may be above the text or in it.
    """
    if text.count("\r") != text.count("\r\n"):
        return None
    data = text.encode()
    lines = pl.Series([text]).str.strip_suffix("\n").str.split("\n").explode()
    if len(data) > CELL_LIMIT_BYTES and lines.str.len_bytes().max() > CELL_LIMIT_BYTES:  # type: ignore[operator]
        return None
    if '"' in text and not _all_well_formed(lines, delimiter):
        return None
    below = lines.slice(max(0, header_row - rows_before))
    try:
        frame = pl.read_csv(
            data,
            separator=delimiter,
            has_header=False,
            skip_lines=max(0, header_row - rows_before),
            schema={str(position): pl.String for position in range(width)},
            missing_columns="insert",
        )
    except pl.exceptions.PolarsError:
        return None  # a row longer than the headers, most often; the other way names it
    first_row = max(header_row, rows_before) + 1
    return _numbered(frame, below, delimiter, first_row) if len(frame) == len(below) else None


def _all_well_formed(lines: pl.Series, delimiter: str) -> bool:
    """Tell whether quotes only enclose whole cells within a line, doubled inside."""
    mark = f"\\{delimiter}" if delimiter in SPECIAL_IN_REGEX else delimiter
    cell = rf'(?:[^"{mark}]*|"(?:[^"]|"")*")'
    quoting = lines.filter(lines.str.contains('"', literal=True))
    return bool(quoting.str.contains(rf"^{cell}(?:{mark}{cell})*\r?$").all())


def _numbered(frame: pl.DataFrame, lines: pl.Series, delimiter: str, first_row: int) -> pl.DataFrame:
    numbers = pl.int_range(first_row, first_row + len(frame), eager=True, dtype=pl.Int64).alias("row")
    numbered = frame.with_columns(numbers)
    perhaps_blank = ~lines.str.contains(rf'[^\s"{delimiter}]')
    if not perhaps_blank.any():
        return numbered
    filled = pl.any_horizontal(pl.exclude("row").str.strip_chars() != "").fill_null(value=False)
    return numbered.filter(~perhaps_blank | numbered.select(filled).to_series())
