"""The frame that expectations look at: the typed rows of all tables of a kind, plus computed columns.

What concerns more than one cell (an invoice's total, twins of a key, days from today) becomes a column here,
so that a suite can state the rule on it. The computed columns are listed in `docs/rules-of-files.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.problems import Severity
from comptoir.quality.expectations import Expectation, load_suite
from comptoir.quality.identities import (
    ID_AND_CODE,
    OTHER_SPELLING,
    day_of_known,
    is_among,
    with_identity,
    with_key,
    with_lot,
)
from comptoir.quality.invoices import invoice_days, with_invoices, with_resumed, with_sheets
from comptoir.quality.places import with_depots, with_shops

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from comptoir.problems import Problem
    from comptoir.quality.known import Known
    from comptoir.reading.tables import Table
    from comptoir.records import Column, Kind
    from comptoir.settings import Settings

# A code may be there under its UUID: what is required is the entity that both stand for.
ENTITY_OF_CODE: Final = {code: entity for entity, (_, code) in ID_AND_CODE.items()}
NAMED_ROWS: Final = 5  # a sentence names at most so many rows
HELD: Final = "invoice_held"
# Rows of which nothing else is wrong are kept for an administrator, who may release them.
HOLDING: Final = frozenset({HELD, "invoice_number_reused", "invoice_days_apart", "invoice_of_shops", "invoice_resumed"})
# What makes two rows of a file versions of the same record.
KEYS: Final = {"products": ("product", "valid_from"), "clients": ("client",), "stock": ("lot",)}
# Whom and what rows speak of, besides lots.
ENTITIES: Final = {
    "products": ("product",),
    "clients": ("client",),
    "stock": (),
    "sales": ("product", "client", "invoice"),
}
# Two spellings of one identity are no difference in content.
SPELLINGS: Final = ("product_id", "product_code", "client_id", "client_code", "stock_id")
DAYS_AHEAD: Final = {"stock": ("last_movement",), "clients": ("as_of",), "sales": ("timestamp",)}


@dataclass(frozen=True)
class Checked:
    """Tables of one kind, judged together: keys and invoices may run over several sheets.

    `frame` has the rows of all tables in order, `table` (index into `tables`), and the computed columns.
    """

    kind: Kind
    tables: tuple[Table, ...]
    frame: pl.DataFrame

    @property
    def suite(self) -> tuple[Expectation, ...]:
        """What is expected of the frame."""
        return load_suite(self.kind.name)


def check(tables: Sequence[Table], known: Known, settings: Settings, *, today: date) -> Checked:
    """Compute every column that the suite of the tables' kind looks at.

    Args:
        tables: tables of one and the same kind, at least one.
        known: what the platform knows already.
        settings: for the trader's time zone.
        today: the day on which the file is judged, in the trader's zone.
    """
    kind = tables[0].kind
    rows = [_with_days(_with_unreadable(t, index), t, settings.timezone, today) for index, t in enumerate(tables)]
    frame = _with_identities(pl.concat(rows), kind, known)
    if kind.name == "sales":
        sheeted = with_sheets(frame, [table.sheet or "" for table in tables])
        shopped = with_shops(sheeted, [] if known.allows_redating else tables)
        dated = with_resumed(_with_registered(with_invoices(shopped), settings.timezone, known))
        closed = _with_closing(dated, settings.timezone, known)
        frame = _with_held(_with_given(closed, tables), load_suite("sales"), tables)
    else:
        twins = _with_twins(_with_place(frame, tables), KEYS[kind.name])
        frame = _with_given(_with_lots(twins, tables) if kind.name == "stock" else twins, tables)
    return Checked(kind, tuple(tables), frame)


def _with_unreadable(table: Table, index: int) -> pl.DataFrame:
    """Count the cells of each row that reading could not understand."""
    place = pl.lit(index, dtype=pl.UInt32).alias("table")
    rows = [problem.row for problem in unread_cells(table)]
    if not rows:
        return table.frame.with_columns(pl.lit(0, dtype=pl.Int64).alias("unreadable_cells"), place)
    counts = pl.Series("row", rows, dtype=pl.Int64).value_counts(name="unreadable_cells")
    counted = table.frame.join(counts, on="row", how="left", maintain_order="left")
    return counted.with_columns(pl.col("unreadable_cells").fill_null(0).cast(pl.Int64), place)


def required_of(column: Column) -> str:
    """Return the column of the frame that has a value where a row has what the contract's column stands for."""
    return ENTITY_OF_CODE[column.name] if column.alternative else column.name


def given(column: str) -> str:
    """Return the column of the frame that has 1 where something was sent for a required column, else null."""
    return f"{column}_given"


def unread_cells(table: Table) -> list[Problem]:
    """Return what reading could not understand on the rows of a table."""
    return [problem for problem in table.problems if problem.severity is Severity.ERROR and problem.row]


def row_of(problem: Problem) -> int:
    """Return the row that a problem is about; 0 where it is about none."""
    return problem.row or 0


def unread_rows(table: Table, field: str) -> set[int]:
    """Return the rows whose cell of a field has no value because reading could not understand it, and said so."""
    fields, header = {field, OTHER_SPELLING.get(field, field)}, header_of(table, field)
    cells = unread_cells(table)
    return {row_of(cell) for cell in cells if cell.params.get("field") in fields or cell.column == header}


def header_of(table: Table, field: str) -> str | None:
    """Return the header in the file of a contract's column; a code may be there under its UUID."""
    return table.headers.get(field) or table.headers.get(OTHER_SPELLING.get(field, ""))


def _with_given(frame: pl.DataFrame, tables: Sequence[Table]) -> pl.DataFrame:
    """Tell of each required column where something was sent: what could not be understood is not missing."""
    return frame.with_columns(
        pl.when(pl.any_horizontal(pl.col(looked_at).is_not_null(), *_unread(tables, field)))
        .then(pl.lit(1, dtype=pl.Int8))
        .alias(given(looked_at))
        for looked_at, field in ((required_of(each), each.name) for each in tables[0].kind.columns if each.required)
    )


def _unread(tables: Sequence[Table], field: str) -> list[pl.Expr]:
    rows = {index: unread_rows(table, field) for index, table in enumerate(tables) if table.problems}
    return [(pl.col("table") == index) & pl.col("row").is_in(list(of_table)) for index, of_table in rows.items()]


def _with_place(frame: pl.DataFrame, tables: Sequence[Table]) -> pl.DataFrame:
    """Add `place`, how sentences name a row: its number, after its sheet where there are several."""
    row = pl.col("row").cast(pl.String)
    if len(tables) == 1:
        return frame.with_columns(row.alias("place"))
    sheets = pl.col("table").replace_strict({i: table.sheet or "" for i, table in enumerate(tables)})
    return frame.with_columns(pl.format("{}!{}", sheets, row).alias("place"))


def _with_days(frame: pl.DataFrame, table: Table, timezone: str, today: date) -> pl.DataFrame:
    """Add how many days from today each date is, days being cut in the trader's zone."""

    def days_ahead(moments: pl.Series) -> pl.Series:
        named = moments.to_frame("moment")
        return named.select(_days_from(today, _local_day(named, "moment", timezone))).to_series()

    columns = DAYS_AHEAD.get(table.kind.name, ())
    ahead = [table.typed.meaning(column, days_ahead).alias(f"{column}_days_ahead") for column in columns]
    frame = frame.with_columns(ahead)
    if table.kind.name == "stock":
        frame = frame.with_columns(_days_from(today, pl.col("expiry_date")).alias("days_to_expiry"))
    return frame


def _local_day(frame: pl.DataFrame, column: str, timezone: str) -> pl.Expr:
    if frame.schema[column] == pl.Date:
        return pl.col(column)
    return pl.col(column).dt.convert_time_zone(timezone).dt.date()


def _days_from(today: date, day: pl.Expr) -> pl.Expr:
    return (day - pl.lit(today)).dt.total_days()


def _with_identities(frame: pl.DataFrame, kind: Kind, known: Known) -> pl.DataFrame:
    """Add who and what a row speaks of, and whether that is known."""
    if kind.name == "stock":
        frame = with_lot(with_identity(frame, "product"))
    for entity in ENTITIES[kind.name]:
        frame = with_key(frame, entity)
    if "product" in frame.columns and kind.name != "products":
        frame = frame.with_columns(is_among(frame, "product", known.products).alias("product_known"))
    if kind.name == "sales":
        frame = frame.with_columns(is_among(frame, "client", known.clients).alias("client_known"))
    return frame


def _with_closing(frame: pl.DataFrame, timezone: str, known: Known) -> pl.DataFrame:
    """Add `closing_day`, how far before it each sale lies, and whether its invoice is registered before it."""
    closing = pl.lit(known.closing, dtype=pl.Date)
    before = pl.lit(None, dtype=pl.Int64)
    if known.closing is not None:
        before = (closing - _local_day(frame, "timestamp", timezone)).dt.total_days()
    return frame.with_columns(
        closing.alias("closing_day"),
        before.alias("days_before_closing"),
        (pl.col("registered_day") < closing).fill_null(value=False).alias("invoice_closed"),
    )


def _with_registered(frame: pl.DataFrame, timezone: str, known: Known) -> pl.DataFrame:
    """Add `registered_day` of each invoice, how many days after it the invoice is dated now, and its `invoice_days`."""
    dated = frame.with_columns(day_of_known(frame, "invoice", known.invoice_days).alias("registered_day"))
    unknown = pl.lit(None, dtype=pl.Int64)
    if known.allows_redating:
        return dated.with_columns(unknown.alias("days_from_registered"), unknown.alias("invoice_days"))
    day = _local_day(frame, "timestamp", timezone)
    moved = (day.min().over("invoice") - pl.col("registered_day")).dt.total_days() if known.invoice_days else unknown
    days = invoice_days(frame.select("table", "invoice", day=day))
    return dated.with_columns(moved.alias("days_from_registered"), days.alias("invoice_days"))


def _with_twins(frame: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """Add `key_conflict` (same key, other content), `repeated` (same content) and `twins` (the rows' places)."""
    technical = {"row", "table", "place", "unreadable_cells"}
    content = [name for name in frame.columns if name not in technical and name not in SPELLINGS]
    grouped = (
        frame.filter(pl.col(key[0]).is_not_null())
        .group_by(*key)
        .agg(
            (pl.struct(content).n_unique() > 1).alias("key_conflict"),
            ((pl.struct(content).n_unique() == 1) & (pl.len() > 1)).alias("repeated"),
            _first_places().alias("twins"),
        )
    )
    joined = frame.join(grouped, on=list(key), how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(pl.col("key_conflict", "repeated").fill_null(value=False))


def _with_lots(frame: pl.DataFrame, tables: Sequence[Table]) -> pl.DataFrame:
    """Tell rows of a lot in several depots as these, not as rows that contradict or repeat each other."""
    is_of_one = ~pl.col("lot_of_depots")
    return with_depots(frame, tables).with_columns(pl.col("key_conflict", "repeated") & is_of_one)


def _with_held(frame: pl.DataFrame, suite: Sequence[Expectation], tables: Sequence[Table]) -> pl.DataFrame:
    """Add `invoice_held` to sound rows whose invoice has a bad one, and `bad_rows`, the places of the bad ones.

    `invoice_incomplete` tells the rows whose invoice can't come in whole, also by a release.
    """
    errors = [rule for rule in suite if rule.severity is Severity.ERROR and rule.code != HELD]
    wrong = pl.any_horizontal(rule.broken for rule in errors if rule.code not in HOLDING)
    waiting = pl.any_horizontal(rule.broken for rule in errors if rule.code in HOLDING)
    marked = frame.with_columns(wrong.alias("wrong")).with_columns((pl.col("wrong") | waiting).alias("bad"))
    with_above = marked.with_columns(pl.coalesce("invoice", _invoice_above()))
    bad = with_above.filter(pl.col("bad") & pl.col("invoice").is_not_null())
    bad_invoices = (
        _with_place(bad.select("invoice", "table", "row", "wrong"), tables)
        # A row that holds a whole invoice stands here once per line.
        .unique(["invoice", "place"], keep="first", maintain_order=True)
        .group_by("invoice", maintain_order=True)
        .agg(_first_places().alias("bad_rows"), pl.col("wrong").any().alias("invoice_incomplete"))
    )
    joined = marked.join(bad_invoices, on="invoice", how="left", maintain_order="left")
    held = (pl.col("bad_rows").is_not_null() & ~pl.col("bad")).alias(HELD)
    return joined.with_columns(held, pl.col("invoice_incomplete").fill_null(value=False)).drop("wrong", "bad")


def _invoice_above() -> pl.Expr:
    """Return the invoice of the row above, to which a line without one most likely belongs."""
    is_next = pl.col("row") - pl.col("row").shift(1) == 1
    return pl.when(is_next & pl.col("product").is_not_null()).then(pl.col("invoice").shift(1))


def _first_places() -> pl.Expr:
    named = pl.col("place").head(NAMED_ROWS).str.join(", ")
    return pl.when(pl.len() > NAMED_ROWS).then(named + " …").otherwise(named)
