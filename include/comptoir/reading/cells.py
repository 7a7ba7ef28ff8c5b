"""Types the cells of a recognised sheet: every column in one go, every cell that can't be read as a problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.problems import Problem, Severity
from comptoir.reading.guide import TIME_TYPES, Guide
from comptoir.reading.headers import Claim, choose_columns
from comptoir.reading.items import FIELDS
from comptoir.reading.locales import Doubts, Locale, settle_locale
from comptoir.reading.numbers import MONEY, NUMBER_TYPES, describe_numbers, parse_numbers
from comptoir.reading.scans import UNCALCULATED
from comptoir.reading.tables import Mapped, Table
from comptoir.reading.times import describe_times, parse_times
from comptoir.reading.words import parse_codes, parse_texts, parse_tiers, parse_uuids, uuid_share
from comptoir.records import MONEY_PLACES, Column, ColumnType, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptoir.reading.sheets import Sheet
    from comptoir.settings import Settings

WORD_PARSERS: Final = {
    ColumnType.CODE: parse_codes,
    ColumnType.UUID: parse_uuids,
    ColumnType.TEXT: parse_texts,
    ColumnType.TIER: parse_tiers,
}
DTYPES: Final[dict[ColumnType, pl.DataType]] = {
    ColumnType.CODE: pl.String(),
    ColumnType.UUID: pl.String(),
    ColumnType.TEXT: pl.String(),
    ColumnType.TIER: pl.String(),
    ColumnType.MONEY: MONEY,
    ColumnType.RATIO: pl.Float64(),
    ColumnType.INTEGER: pl.Int64(),
    ColumnType.DAY: pl.Date(),
    ColumnType.TIMESTAMP: pl.Datetime("us", "UTC"),
}
ERROR_VALUES: Final = (
    "#N/A",
    "#REF!",
    "#DIV/0!",
    "#VALUE!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#VALEUR!",
    "#NOM?",
    "#SPILL!",
    UNCALCULATED,
)


@dataclass(frozen=True)
class SentColumn:
    """A column of the contract with its cells as sent: `text` (stripped, null where empty) and `numeric`."""

    column: Column
    claim: Claim
    header: str
    cells: pl.DataFrame

    @property
    def distinct(self) -> pl.DataFrame:
        """The different cells; parsing these alone makes a million rows cheap."""
        return self.cells.unique().drop_nulls("text")


def build_table(sheet: Sheet, settings: Settings, guide: Guide) -> Table:
    """Type a sheet's cells under the contract's columns.

    Raises:
        AmbiguousFileError: headers, decimal marks or the order of dates can be read in two ways that differ.
        RejectedFileError: an answer is impossible, or the cells prove another one.
    """
    sent = _sent_columns(sheet)
    headers = {name: column.header for name, column in sent.items()}
    parsed, locale = _parse_columns(sent, sheet, Doubts(sheet.name, headers, guide, settings))
    kind = sheet.match.kind
    return Table(
        kind=kind,
        sheet=sheet.name,
        frame=_frame(kind, parsed, sheet.rows),
        originals=_originals(sheet),
        headers=headers,
        problems=sheet.notices + _problems(sent, parsed, sheet, settings),
        mapping=tuple(
            Mapped(name, column.header, column.claim.source, column.claim.confidence, locale.read_as(name))
            for name, column in sent.items()
        ),
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
    )


def _sent_columns(sheet: Sheet) -> dict[str, SentColumn]:
    claimed = {claim.position for claim in sheet.match.claims}
    texts = {position: _shown(sheet.texts[str(position)]) for position in claimed}
    shares = {position: uuid_share(series) for position, series in texts.items()}
    chosen = choose_columns(sheet.match, sheet.headers, shares, sheet.name)
    return {
        name: SentColumn(
            sheet.match.kind.column(name),
            claim,
            sheet.headers[claim.position],
            pl.DataFrame({"text": texts[claim.position], "numeric": _numeric(sheet, claim.position)}),
        )
        for name, claim in chosen.items()
    }


def _shown(cells: pl.Series) -> pl.Series:
    """Return cells stripped, null where empty, and without the ="…" in which Excel's own users wrap codes."""
    return cells.str.strip_chars().str.replace(r'^="([^"]*)"$', "$1").replace("", None)


def _numeric(sheet: Sheet, position: int) -> pl.Series:
    if sheet.numeric is None:
        return pl.repeat(value=False, n=len(sheet.rows), eager=True)
    return sheet.numeric[str(position)]


def _parse_columns(
    sent: Mapping[str, SentColumn], sheet: Sheet, doubts: Doubts
) -> tuple[dict[str, pl.DataFrame], Locale]:
    """Return one row per cell of each column (`value`, `fault` and, for money, `rounded`), and how they were read."""
    of_type = {name: column.column.type for name, column in sent.items()}
    settings = doubts.settings
    numbers = {
        n: describe_numbers(sent[n].distinct, settings.currency) for n, t in of_type.items() if t in NUMBER_TYPES
    }
    times = {n: describe_times(sent[n].distinct) for n, t in of_type.items() if t in TIME_TYPES}
    locale = settle_locale(numbers, times, doubts)
    parsed = {n: WORD_PARSERS[t](sent[n].cells) for n, t in of_type.items() if t in WORD_PARSERS}
    for name, described in numbers.items():
        parsed[name] = _spread(sent[name], parse_numbers(described, of_type[name], locale.marks[name]))
    for name, described in times.items():
        moments = parse_times(described, locale.orders[name], settings.timezone, epoch_1904=sheet.epoch_1904)
        value = "day" if of_type[name] == ColumnType.DAY else "moment"
        parsed[name] = _spread(sent[name], moments.rename({value: "value"}))
    return {name: _with_error_cells(sent[name], frame) for name, frame in parsed.items()}, locale


def _spread(column: SentColumn, parsed: pl.DataFrame) -> pl.DataFrame:
    """Give every cell what its text was found to mean."""
    return column.cells.join(parsed, on=["text", "numeric"], how="left", maintain_order="left")


def _with_error_cells(column: SentColumn, parsed: pl.DataFrame) -> pl.DataFrame:
    is_error = column.cells["text"].is_in(ERROR_VALUES).fill_null(value=False)
    if not is_error.any():
        return parsed
    error = pl.when(column.cells["text"] == UNCALCULATED).then(pl.lit("formula_uncalculated"))
    return parsed.with_columns(
        value=pl.when(~is_error).then("value"),
        fault=pl.when(is_error).then(error.otherwise(pl.lit("error_cell"))).otherwise("fault"),
    )


def _frame(kind: Kind, parsed: Mapping[str, pl.DataFrame], rows: pl.Series) -> pl.DataFrame:
    columns = [
        parsed[c.name]["value"].alias(c.name).cast(DTYPES[c.type])
        if c.name in parsed
        else pl.repeat(None, len(rows), dtype=DTYPES[c.type], eager=True).alias(c.name)
        for c in kind.columns
    ]
    return pl.DataFrame([*columns, rows.alias("row")])


def _originals(sheet: Sheet) -> pl.DataFrame:
    sent = sheet.texts if sheet.items is None else sheet.texts[:, : -len(FIELDS)]
    named = sent.rename(dict(zip(sent.columns, sheet.headers, strict=False)))
    numbered = named.with_columns(sheet.rows.alias("row"))
    return numbered if sheet.items is None else numbered.unique("row", keep="first", maintain_order=True)


def _problems(
    sent: Mapping[str, SentColumn], parsed: Mapping[str, pl.DataFrame], sheet: Sheet, settings: Settings
) -> list[Problem]:
    problems = []
    for name, frame in parsed.items():
        problems += _guess_notice(sent[name], sheet)
        problems += _faults(sent[name], frame["fault"], sheet, settings)
        if "rounded" in frame.columns:
            problems += _rounding_notice(sent[name], frame["rounded"], sheet)
    return problems


def _faults(column: SentColumn, faults: pl.Series, sheet: Sheet, settings: Settings) -> list[Problem]:
    bad = pl.DataFrame({"row": sheet.rows, "code": faults, "text": column.cells["text"]}).drop_nulls("code")
    # One dictionary for all: a whole column of a million cells may be wrong.
    params = {"field": column.column.name, "currency": settings.currency}
    return [
        Problem(code, sheet=sheet.name, row=row, column=column.header, value=text, params=params)
        for row, code, text in bad.iter_rows()
    ]


def _guess_notice(column: SentColumn, sheet: Sheet) -> list[Problem]:
    if column.claim.source != "similarity":
        return []
    params = {"field": column.column.name, "field_fr": column.column.french}
    return [Problem("column_guessed", Severity.NOTICE, sheet.name, column=column.header, params=params)]


def _rounding_notice(column: SentColumn, rounded: pl.Series, sheet: Sheet) -> list[Problem]:
    rows = sheet.rows.filter(rounded.fill_null(value=False))
    if not len(rows):
        return []
    first = column.cells["text"].filter(rounded.fill_null(value=False))[0]
    params = {"field": column.column.name, "count": str(len(rows)), "places": str(MONEY_PLACES)}
    return [
        Problem("money_rounded", Severity.NOTICE, sheet.name, rows[0], column.header, first, params),
    ]
