"""Values of rejected rows whose meaning other rows of their file proved, written so that they prove themselves.

A reject file holds some rows only. Read alone, `03/04/2026` or `1,234` could be asked about, or mean something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.reading.apart import read_apart
from comptoir.reading.guide import signature_of
from comptoir.reading.items import FIELDS, items_header, with_values
from comptoir.reading.line_prices import as_sent
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comptoir.quality.verdicts import Verdict
    from comptoir.reading.guide import Mappings
    from comptoir.reading.tables import Table
    from comptoir.records import Column
    from comptoir.settings import Settings

NUMBERS: Final = frozenset({ColumnType.MONEY, ColumnType.RATIO, ColumnType.INTEGER})
DAYS: Final = frozenset({ColumnType.DAY, ColumnType.TIMESTAMP})
SPELLED: Final = NUMBERS | DAYS  # what a locale may read in several ways


def spelling(column: Column, settings: Settings) -> pl.Expr:
    """Return a column's values as texts that are read as these values, whatever else the file holds."""
    value = pl.col(column.name)
    if column.type is ColumnType.TIMESTAMP:
        return value.dt.convert_time_zone(settings.timezone).dt.strftime("%Y-%m-%d %H:%M:%S%.f%:z")
    if column.type is ColumnType.RATIO:
        return pl.concat_str(value.cast(pl.String).cast(pl.Decimal(38, 10)) * 100, pl.lit(" %"))
    return value.cast(pl.String)


def _spelled(field: str, table: Table, settings: Settings) -> pl.Expr:
    """Return the spelling of a field's values in the style of its file, which its sender's corrections will have, too.

    A workbook's are numbers again, which have no mark.
    """
    column = table.kind.column(field)
    text = spelling(column, settings)
    read_as = {mapped.column: mapped.read_as for mapped in table.mapping}
    if column.type not in NUMBERS or table.sheet is not None or read_as.get(field) != "comma":
        return text
    # As `1234`, thousands fit any mark; what is less keeps its four places, which prove the comma.
    return text.str.replace(r"^(-?[0-9]{4,})\.0+$", "${1}").str.replace(".", ",", literal=True).alias(field)


def rejected_rows(frame: pl.DataFrame, verdict: Verdict) -> pl.DataFrame:
    """Return what a frame has of the rejected rows, in the order of the file."""
    rejected = pl.Series("row", verdict.rejected_rows, dtype=pl.Int64).to_frame()
    return frame.join(rejected, on="row", how="semi", maintain_order="left")


def misunderstood(path: Path, verdicts: Sequence[Verdict], settings: Settings) -> list[set[str]]:
    """Read a reject file back; return the fields of each verdict that are not read as they were from the source."""
    try:
        again = read_apart(path, settings, mappings=_mappings([verdict.table for verdict in verdicts]))
    except AmbiguousFileError as doubt:
        asked = {problem.params.get("field", "") for problem in doubt.problems}
        return [asked & _spellable(verdict.table) for verdict in verdicts]
    except RejectedFileError:
        return [set() for _ in verdicts]  # spelling helps nothing here; its sender is told when it comes
    sheets = [again.tables] if again.in_pieces else [[table] for table in again.tables]
    return [_changed(verdict, tables) for verdict, tables in zip(verdicts, sheets, strict=False)]


def _mappings(tables: Sequence[Table]) -> Mappings:
    """Return which column is which, so that a question about headers hides no other; it has an answer already."""
    return {
        signature_of(table.sent_headers): {column.name: table.headers.get(column.name) for column in table.kind.columns}
        for table in tables
        if items_header(table.headers) is None
    }


def _spellable(table: Table) -> set[str]:
    return {column.name for column in table.kind.columns if column.type in SPELLED and column.name in table.headers}


def _changed(verdict: Verdict, again: Sequence[Table]) -> set[str]:
    """Return the fields of which a value that was understood in the source is another one now, in any piece."""
    understood = rejected_rows(verdict.table.frame, verdict)
    heights = [table.frame.height if table.kind == verdict.table.kind else 0 for table in again]
    if sum(heights) != understood.height:
        return set()  # rows that are not read as rows again can't be compared
    parts = (understood.slice(sum(heights[:place]), height) for place, height in enumerate(heights))
    return {
        field
        for part, table in zip(parts, again, strict=True)
        for field in _spellable(verdict.table)
        if (part[field].is_not_null() & part[field].ne_missing(table.frame[field])).any()
    }


def spell_out(kept: pl.DataFrame, verdict: Verdict, settings: Settings, fields: set[str]) -> pl.DataFrame:
    """Write the values of some fields in a form that every locale reads alike; what was not understood stays.

    Args:
        kept: the original cells of the rejected rows, and `row`.
        verdict: whose rows.
        settings: for the trader's time zone.
        fields: which columns of the contract.
    """
    table = verdict.table
    texts = (_spelled(field, table, settings) for field in sorted(fields))
    values = rejected_rows(as_sent(table), verdict).select("row", *texts)
    items = items_header(table.headers)
    in_items = fields.intersection(FIELDS) if items else set()
    if items and in_items:
        kept = _with_items(kept, items, values.select("row", *sorted(in_items)))
    # Of a row that holds a whole invoice there are several typed lines; all else is the same in them.
    once = values.unique("row", keep="first", maintain_order=True)
    headers = {field: table.headers[field] for field in fields - in_items}
    return kept.with_columns(
        pl.coalesce(once[field], kept[header]).alias(header) for field, header in sorted(headers.items())
    )


def _with_items(kept: pl.DataFrame, header: str, values: pl.DataFrame) -> pl.DataFrame:
    lines = values.partition_by("row", as_dict=True, include_key=False)
    texts = [_items(text, lines[(row,)].to_dicts()) for row, text in kept.select("row", header).iter_rows()]
    return kept.with_columns(pl.Series(header, texts, dtype=pl.String))


def _items(text: str | None, lines: list[dict[str, str | None]]) -> str | None:
    """Return a cell of items with other values; one that was not understood, which has none, stays."""
    is_understood = any(value is not None for line in lines for value in line.values())
    return with_values(text, lines) if text and is_understood else text
