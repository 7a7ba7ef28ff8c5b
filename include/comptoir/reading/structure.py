"""What stands between the rows of a table and is none: repeated headers, totals, another table.

A row is left aside only where it is proven to be no data, and it is named; a second table refuses the file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.headers import HEADER_SEARCH_ROWS, HeaderRow, find_header, match_kind, unique_headers
from comptoir.reading.items import FIELDS, with_fields_of_items
from comptoir.reading.notices import rows_left_aside
from comptoir.reading.numbers import NUMBER_TYPES
from comptoir.records import ALL_KINDS, ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comptoir.reading.guide import Guide
    from comptoir.reading.sheets import Sheet
    from comptoir.records import Kind

WITH_DIGITS: Final = NUMBER_TYPES | {ColumnType.DAY, ColumnType.TIMESTAMP}
DIGITS: Final = re.compile(r"\d+")
TOTAL: Final = re.compile(r"(?:(?:sous|sub|grand|general)[\s_-]*)?tot(?:als?|aux)\b.*|(?:somme|sum)\b.*", re.DOTALL)


@dataclass(frozen=True)
class LocatedHeader:
    """Where the headers of a table are, and what stands above them.

    Attributes:
        header: the header row; of two, the lower one with the joined headers.
        above: the rows above all headers.
        items: the position of a column that holds all lines of an invoice, or None; see `items.py`.
    """

    header: HeaderRow
    above: list[tuple[int, Sequence[str]]]
    items: int | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers as sent, made unique; those of an item's fields are that of the items."""
        if self.items is None:
            return unique_headers(self.header.cells)
        sent = unique_headers(self.header.cells[: -len(FIELDS)])
        return (*sent, *[sent[self.items]] * len(FIELDS))


def locate_header(
    sample: Sequence[tuple[int, Sequence[str]]], sheet: str | None, name: str, guide: Guide
) -> LocatedHeader:
    """Find the header row, which may be two: groups above, such as “Price” over “buying” and “selling”.

    Raises:
        RejectedFileError: no row, and no two rows together, name the columns of a kind; or one row names those of
            two tables.
    """
    _refuse_second_table_beside(sample, sheet, name)
    try:
        header = find_header(sample, sheet, name, guide)
    except RejectedFileError:
        located = _header_of_two_rows(sample, sheet, name, guide) or _header_with_items(sample, sheet, name, guide)
        if located is None:
            raise
        return located
    return LocatedHeader(header, list(sample[: header.index]))


def _header_of_two_rows(
    sample: Sequence[tuple[int, Sequence[str]]], sheet: str | None, name: str, guide: Guide
) -> LocatedHeader | None:
    for upper, (first, second) in enumerate(pairwise(sample[:HEADER_SEARCH_ROWS])):
        for cells in _joined(first[1], second[1]):
            if _is_header(cells):
                found = find_header([(second[0], cells)], sheet, name, guide)
                return LocatedHeader(replace(found, index=upper + 1), list(sample[:upper]))
    return None


def _header_with_items(
    sample: Sequence[tuple[int, Sequence[str]]], sheet: str | None, name: str, guide: Guide
) -> LocatedHeader | None:
    for index, (row, cells) in enumerate(sample[:HEADER_SEARCH_ROWS]):
        if extended := with_fields_of_items(cells):
            found = find_header([(row, extended[0])], sheet, name, guide)
            return LocatedHeader(replace(found, index=index), list(sample[:index]), extended[1])
    return None


def settle_structure(sheet: Sheet, name: str) -> Sheet:
    """Return a sheet without the rows that are proven to be no data, each of them named in a notice.

    Raises:
        RejectedFileError: there is a second table below the first.
    """
    repeated = _refuse_second_table_below(sheet, name)
    totals = _total_rows(sheet)
    if not repeated and not totals:
        return sheet
    kept = ~sheet.rows.is_in(repeated + totals)
    notices = [
        *rows_left_aside("headers_repeated", repeated, sheet.name),
        *rows_left_aside("totals_left_aside", totals, sheet.name),
    ]
    return replace(
        sheet,
        texts=sheet.texts.filter(kept),
        numeric=None if sheet.numeric is None else sheet.numeric.filter(kept),
        rows=sheet.rows.filter(kept),
        notices=sheet.notices + notices,
    )


def _joined(upper: Sequence[str], lower: Sequence[str]) -> Iterator[list[str]]:
    """Give two rows of headers as one: groups spread over the columns below, left out, or either by the column."""
    width = max(len(upper), len(lower))
    upper, lower = ([*cells, *[""] * (width - len(cells))] for cells in (upper, lower))
    joined = [" ".join(filter(str.strip, pair)) for pair in zip(_spread(upper, lower), lower, strict=True)]
    yield joined
    yield [below if below.strip() else above for above, below in zip(upper, lower, strict=True)]
    for kind in ALL_KINDS:
        # A header of the lower row may stand beside a group, not under it: joined it means nothing, alone a column.
        if alone := _named(kind, lower) - _named(kind, joined):
            yield [lower[place] if place in alone else cell for place, cell in enumerate(joined)]


def _spread(upper: Sequence[str], lower: Sequence[str]) -> Iterator[str]:
    """Give what stands above each column: its own header, or the group that began to its left."""
    group = ""
    for above, below in zip(upper, lower, strict=True):
        if above.strip() or not below.strip():
            group = above if below.strip() else ""  # without anything below it, it is no group
        yield above if above.strip() else group


def _named(kind: Kind, cells: Sequence[str]) -> set[int]:
    return {claim.position for claim in match_kind(kind, cells).claims}


def _refuse_second_table_beside(sample: Sequence[tuple[int, Sequence[str]]], sheet: str | None, name: str) -> None:
    """Refuse headers that make two tables with an empty column between them."""
    for row, cells in sample[:HEADER_SEARCH_ROWS]:
        if sum(_is_header(block) for block in _blocks(cells)) > 1:
            raise RejectedFileError([Problem("two_tables", sheet=sheet, row=row, params={"name": name})])


def _blocks(cells: Sequence[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for cell in [*cells, ""]:
        if cell.strip():
            block.append(cell)
        elif block:
            yield block
            block = []


def _is_header(cells: Sequence[str]) -> bool:
    return any(not match_kind(kind, cells).missing for kind in ALL_KINDS)


def _refuse_second_table_below(sheet: Sheet, name: str) -> list[int]:
    """Return the rows that repeat the headers; refuse where one has headers of another table."""
    # A header may hold a digit ("Price 2026"), but does not begin with one.
    without = [~pl.col(place).str.contains(r"^\W*\d").fill_null(value=False) for place in _places(sheet, WITH_DIGITS)]
    headers = tuple(header.strip() for header in sheet.headers)
    repeated = []
    for row, cells in _rows_where(sheet, *without):
        texts = [cell.strip() for cell in cells]
        if all(text in {header, ""} for text, header in zip(texts, headers, strict=True)) and _is_header(texts):
            repeated.append(row)
        elif _is_header([DIGITS.sub("", text) for text in texts]):
            raise RejectedFileError([Problem("two_tables", sheet=sheet.name, row=row, params={"name": name})])
    return repeated


def _total_rows(sheet: Sheet) -> list[int]:
    """Return the rows that are totals: labelled so, and without all else that a row of the kind must have."""
    groups = _required_groups(sheet)
    if len(groups) < 2:  # noqa: PLR2004 - a label, and something that is missing
        return []
    filled = [pl.any_horizontal(pl.col(group).str.strip_chars().fill_null("") != "") for group in groups]
    rows = []
    for row, cells in _rows_where(sheet, ~(filled[0] & filled[1]), pl.sum_horizontal(filled) <= 1):
        required = [cells[int(place)] for group in groups for place in group if cells[int(place)].strip()]
        if any(map(_is_total, cells)) and all(map(_is_total, required)):
            rows.append(row)
    return rows


def _required_groups(sheet: Sheet) -> list[list[str]]:
    """Return the places of each required column that holds no number, those of its alternative included."""
    kind = sheet.match.kind
    groups = []
    for column in kind.columns:
        if column.required and column.type not in NUMBER_TYPES:
            names = {column.name, column.alternative}
            groups.append([str(claim.position) for claim in sheet.match.claims if claim.column in names])
    return [group for group in groups if group]


def _is_total(cell: str) -> bool:
    plain = "".join(c for c in unicodedata.normalize("NFKD", cell.strip()) if not unicodedata.combining(c))
    return TOTAL.fullmatch(plain.lower()) is not None


def _places(sheet: Sheet, types: frozenset[ColumnType]) -> list[str]:
    kind = sheet.match.kind
    return sorted({str(c.position) for c in sheet.match.claims if kind.column(c.column).type in types})


def _rows_where(sheet: Sheet, *conditions: pl.Expr) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give the rows that meet all conditions, the first of which leaves few rows to look at."""
    chosen = sheet.texts.with_columns(sheet.rows.alias("row"))
    for condition in conditions:
        chosen = chosen.filter(condition)
    for *cells, row in chosen.iter_rows():
        yield row, tuple(cell or "" for cell in cells)
