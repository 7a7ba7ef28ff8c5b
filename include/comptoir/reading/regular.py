"""The fast way through text files whose quoting leaves no doubt, which nearly all are.

A million rows take about one second here and six cell by cell. A file takes this way only where each line is proven
to be one well-formed row; what comes out is then the same, and a test holds both ways to it.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.reading.headers import HeaderRow

# The whole text is held in memory here; a larger file is read in pieces.
SIZE_LIMIT_BYTES: Final = 512 << 20
CELL_LIMIT_BYTES: Final = 16 << 20  # as large as a message may be
SPECIAL_IN_REGEX: Final = frozenset("|")


def read_regular(path: Path, encoding: str, delimiter: str, header: HeaderRow) -> pl.DataFrame | None:
    """Return the non-blank rows below the header, as columns "0", "1", … and `row`; None where there is any doubt."""
    if path.stat().st_size > SIZE_LIMIT_BYTES:
        return None
    data = _as_utf8(path, encoding)
    if data.count(b"\r") != data.count(b"\r\n"):
        return None
    lines = pl.Series([data.decode()]).str.split("\n").explode()
    lines = lines.head(len(lines) - 1) if data.endswith(b"\n") else lines
    if lines.str.len_bytes().max() > CELL_LIMIT_BYTES or not _all_well_formed(lines, delimiter):  # type: ignore[operator]
        return None
    schema = {str(position): pl.String for position in range(len(header.cells))}
    try:
        frame = pl.read_csv(
            data,
            separator=delimiter,
            has_header=False,
            skip_lines=header.row,
            schema=schema,
            missing_columns="insert",
        )
    except pl.exceptions.PolarsError:
        return None  # a row longer than the headers, most often; the other way names it
    below = lines.slice(header.row)
    return _numbered(frame, below, delimiter, header.row) if len(frame) == len(below) else None


def _as_utf8(path: Path, encoding: str) -> bytes:
    data = path.read_bytes()
    if encoding == "utf-8-sig":
        return data.removeprefix(codecs.BOM_UTF8)
    return data.decode(encoding).encode()


def _all_well_formed(lines: pl.Series, delimiter: str) -> bool:
    """Tell whether quotes only enclose whole cells within a line, doubled inside."""
    mark = f"\\{delimiter}" if delimiter in SPECIAL_IN_REGEX else delimiter
    cell = rf'(?:[^"{mark}]*|"(?:[^"]|"")*")'
    quoting = lines.filter(lines.str.contains('"', literal=True))
    return bool(quoting.str.contains(rf"^{cell}(?:{mark}{cell})*\r?$").all())


def _numbered(frame: pl.DataFrame, lines: pl.Series, delimiter: str, header_row: int) -> pl.DataFrame:
    numbers = pl.int_range(header_row + 1, header_row + 1 + len(frame), eager=True, dtype=pl.Int64).alias("row")
    numbered = frame.with_columns(numbers)
    perhaps_blank = ~lines.str.contains(rf'[^\s"{delimiter}]')
    if not perhaps_blank.any():
        return numbered
    filled = pl.any_horizontal(pl.exclude("row").str.strip_chars() != "").fill_null(value=False)
    return numbered.filter(~perhaps_blank | numbered.select(filled).to_series())
