"""Types the cells of a recognised sheet: every column in one go, every cell that can't be read as a problem."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.lazy import Spool
from comptoir.problems import Problem, Severity
from comptoir.reading.balances import balance_day
from comptoir.reading.columns import Coded, Columns, nothing
from comptoir.reading.discounts import net_prices
from comptoir.reading.distinct import Cells, cells_of
from comptoir.reading.guide import TIME_TYPES, Guide
from comptoir.reading.headers import Claim, Contents, choose_columns, undisputed_columns
from comptoir.reading.items import FIELDS
from comptoir.reading.leftover import Leftover
from comptoir.reading.line_amounts import problems_of_amounts, problems_of_signs
from comptoir.reading.line_prices import DIVIDED, amounts_in_doubt, divided
from comptoir.reading.line_totals import has_line_totals
from comptoir.reading.locales import Doubts, Locale, settle_locale
from comptoir.reading.notices import named_rows
from comptoir.reading.numbers import MONEY, NUMBER_TYPES, describe_numbers, parse_numbers
from comptoir.reading.outlines import outline_of
from comptoir.reading.perhaps import columns_in_doubt
from comptoir.reading.proven import refuse_unit_of_amounts
from comptoir.reading.qualified import Telling, problems_of_drafts, problems_of_others, tellings_of
from comptoir.reading.rivals import (
    Comparison,
    compared,
    readings_of_codes,
    readings_of_days,
    readings_of_numbers,
)
from comptoir.reading.scans import MERGED, UNCALCULATED
from comptoir.reading.tables import Mapped, Table
from comptoir.reading.times import KNOWN_PARTS, LOCAL_PARTS, describe_times, parse_times, with_never, with_oldest
from comptoir.reading.totals import IDENTITIES, labels_among
from comptoir.reading.totals_of_more import totals_of_more
from comptoir.reading.units import changing_unit
from comptoir.reading.words import are_garbled, are_uuids, parse_codes, parse_texts, parse_tiers, parse_uuids
from comptoir.records import MONEY_PLACES, Column, ColumnType, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from comptoir.questions import Question
    from comptoir.reading.sheets import Sheet
    from comptoir.reading.tables import Outline
    from comptoir.settings import Settings

WORD_PARSERS: Final = {
    ColumnType.CODE: parse_codes,
    ColumnType.UUID: parse_uuids,
    ColumnType.TEXT: parse_texts,
    ColumnType.TIER: parse_tiers,
}
# As programs fill prices that always held and lots that never moved: 01/01/1900.
MAY_BE_EVER: Final = frozenset({"valid_from", "last_movement"})
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
WRITTEN: Final = frozenset({ColumnType.TEXT, ColumnType.CODE})
COUNTED: Final = frozenset({ColumnType.MONEY, ColumnType.INTEGER})  # what a unit in the header multiplies
PROOFS: Final = ("proof", "numeric")  # cells that agree in these prove the same of a column's decimal mark
DAY_PARTS: Final = (*KNOWN_PARTS, *LOCAL_PARTS, "weekday")  # and in these of its order of day and month
# Errors as spreadsheets show them, in English, French and German; some programs put a space before the mark.
ERROR_VALUE: Final = (
    r"^\s*(?:Err:\d{3}|#(?:N/A|N/D|NV|GETTING_DATA|(?:NULL|NUL|NUM|NOMBRE|ZAHL|DIV/0|VALUE|VALEUR|WERT|REF|BEZUG|SPILL|EPARS"
    r"|PROPAGATION|ÜBERLAUF|CALC|CALCUL|KALK|FIELD|CHAMP|FE(?:LD|HLER)|CONNECT|BLOCKED|BUSY|UNKNOWN|ERROR|ERREUR"
    rf"|{UNCALCULATED[1:-1]}|{MERGED[1:-1]})\s?!|(?:NAME|NOM)\s?\?))\s*$"
)


@dataclass(frozen=True)
class SentColumn:
    """A column of the contract with its header and its cells as sent."""

    column: Column
    claim: Claim
    header: str
    cells: Cells


@dataclass(frozen=True)
class Surveyed:
    """A piece of a sheet, and its cells by position, the different numbers and times among them taken apart."""

    sheet: Sheet
    cells: dict[int, Cells]
    numbers: dict[int, pl.DataFrame]
    times: dict[int, pl.DataFrame]


class Survey:
    """What the pieces of a sheet prove together, so that all of them are read in one way."""

    def __init__(self) -> None:
        """Start with no piece."""
        self._pieces: Spool[Surveyed] = Spool()
        self._first: Sheet | None = None
        self.rows = 0
        self._uuids: Counter[int] = Counter()
        self._values: Counter[int] = Counter()
        self._numbers: dict[int, pl.DataFrame] = {}
        self._times: dict[int, pl.DataFrame] = {}
        self._leftover = Leftover()

    def add(self, sheet: Sheet, currency: str) -> None:
        """Take the next piece; one without rows counts for what it says of those that were left aside."""
        if self._first is not None and not len(sheet.rows) and not sheet.notices:
            return
        self.rows += len(sheet.rows)
        surveyed = _surveyed(sheet, currency)
        for position, cells in surveyed.cells.items():
            self._values[position] += cells.filled
            self._uuids[position] += len(cells.rows_where(are_uuids(cells.distinct["text"])))
        _gather(self._numbers, surveyed.numbers, PROOFS)
        _gather(self._times, surveyed.times, DAY_PARTS)
        self._leftover.add(sheet)
        self._pieces.append(surveyed)
        self._first = self._first or replace(sheet, texts=sheet.texts.clear(), numeric=None, rows=sheet.rows.clear())

    @property
    def sheet(self) -> Sheet:
        """The sheet without its rows."""
        assert self._first is not None  # noqa: S101 - no sheet is without a piece
        return self._first

    @property
    def _contents(self) -> Contents:
        shares = {place: self._uuids[place] / count if count else None for place, count in self._values.items()}
        return Contents(shares, self._compared)

    def _compared(self, first: int, second: int) -> Comparison:
        of_pieces = [compared(_readings(piece, first), _readings(piece, second)) for piece in self._pieces]
        return Comparison(any(each.differ for each in of_pieces), all(each.is_filled for each in of_pieces))

    def outline(self) -> Outline:
        """Return what is known of the sheet where its columns or its way of writing can't be settled."""
        chosen = undisputed_columns(self.sheet.match, self.sheet.headers, self._contents)
        return outline_of(chosen, (piece.sheet for piece in self._pieces))

    def settle(self, settings: Settings, guide: Guide) -> Settled:
        """Settle which column is which and how cells are read.

        Raises:
            AmbiguousFileError: headers, decimal marks or the order of dates can be read in two ways that differ.
            RejectedFileError: an answer is impossible, or the cells prove another one.
        """
        sheet = self.sheet
        chosen = choose_columns(sheet.match, sheet.headers, self._contents, sheet.name)
        headers = {name: sheet.headers[claim.position] for name, claim in chosen.items()}
        _refuse_units(headers, sheet, settings.currency)
        taken = {name: claim.position for name, claim in chosen.items()}
        refuse_unit_of_amounts(sheet, taken, self._leftover, settings.currency)
        tellings, questions = tellings_of(sheet, taken, self._leftover, guide, settings.currency)
        named = {name: place for name, place in taken.items() if chosen[name].source != DIVIDED}
        questions = columns_in_doubt(sheet, named, self._leftover, guide) + questions
        questions += amounts_in_doubt(sheet, chosen, (piece.sheet for piece in self._pieces), guide)
        doubts = Doubts(sheet.name, headers, guide, settings)
        return Settled(
            chosen, self._locale(chosen, doubts, questions), tellings, self._pieces, balance_day(guide, sheet.name)
        )

    def _locale(self, chosen: Mapping[str, Claim], doubts: Doubts, questions: Sequence[Question]) -> Locale:
        """Settle how cells are read; raise these questions and those of its own together."""
        kind = self.sheet.match.kind
        numbers = _of_types(kind, chosen, self._numbers, NUMBER_TYPES)
        times = _of_types(kind, chosen, self._times, TIME_TYPES)
        try:
            locale = settle_locale(numbers, times, doubts)
        except AmbiguousFileError as doubt:
            raise AmbiguousFileError([*questions, *doubt.questions]) from None
        if questions:
            raise AmbiguousFileError(questions)
        return locale


@dataclass(frozen=True)
class Settled:
    """A sheet whose columns and whose way of writing are settled.

    Attributes:
        chosen: the header of each column that it has.
        locale: how its cells are written.
        pieces: its rows.
        balance_day: the day up to which the totals of clients hold sales, where its owner had to say it.
    """

    chosen: dict[str, Claim]
    locale: Locale
    tellings: list[Telling]
    pieces: Spool[Surveyed]
    balance_day: date | None

    def outline(self) -> Outline:
        """Return what the sheet is, as it is written."""
        return outline_of(self.chosen, (piece.sheet for piece in self.pieces))

    def tables(self, settings: Settings) -> Iterator[Table]:
        """Give the typed rows of each piece, in the order of the file."""
        for piece in self.pieces:
            table = _table(piece, self, settings)
            yield table if self.balance_day is None else _with_balance_day(table, self.balance_day)


def _with_balance_day(table: Table, day: date) -> Table:
    days = table.typed.of_rows("as_of").fill_null(day)
    return replace(table, typed=Columns({**table.typed.by_name, "as_of": days}))


def _refuse_units(headers: Mapping[str, str], sheet: Sheet, currency: str) -> None:
    of_numbers = [(c, headers[c.name]) for c in sheet.match.kind.columns if c.name in headers and c.type in COUNTED]
    problems = [
        Problem(
            "header_unit",
            sheet=sheet.name,
            column=header,
            value=unit,
            params={"field": column.name, "currency": currency},
        )
        for column, header in of_numbers
        if (unit := changing_unit(header, currency, is_count=column.type == ColumnType.INTEGER))
    ]
    if problems:
        raise RejectedFileError(problems)


def _surveyed(sheet: Sheet, currency: str) -> Surveyed:
    types = {claim.position: sheet.match.kind.column(claim.column).type for claim in sheet.match.claims}
    cells = {
        place: cells_of(sheet.coded(str(place)), None if sheet.numeric is None else sheet.numeric[str(place)])
        for place in types
    }
    of_numbers = [place for place, column_type in types.items() if column_type in NUMBER_TYPES]
    of_times = [place for place, column_type in types.items() if column_type in TIME_TYPES]
    return Surveyed(
        sheet,
        cells,
        {place: describe_numbers(cells[place].distinct, currency) for place in of_numbers},
        {place: describe_times(cells[place].distinct) for place in of_times},
    )


def _readings(piece: Surveyed, place: int) -> pl.DataFrame:
    """Return what each row's number, day or code may be."""
    cells = piece.cells[place]
    if place in piece.times:
        return readings_of_days(cells, piece.times[place])
    return readings_of_numbers(cells) if place in piece.numbers else readings_of_codes(cells)


def _gather(gathered: dict[int, pl.DataFrame], described: Mapping[int, pl.DataFrame], by: Sequence[str]) -> None:
    """Keep the first cell of each that proves something of its own."""
    for position, cells in described.items():
        before = [gathered[position]] if position in gathered else []
        gathered[position] = pl.concat([*before, cells]).unique(by, keep="first", maintain_order=True)


def _of_types(
    kind: Kind, chosen: Mapping[str, Claim], by_position: Mapping[int, pl.DataFrame], types: Collection[ColumnType]
) -> dict[str, pl.DataFrame]:
    return {name: by_position[claim.position] for name, claim in chosen.items() if kind.column(name).type in types}


def _table(piece: Surveyed, settled: Settled, settings: Settings) -> Table:
    sheet, kind = piece.sheet, piece.sheet.match.kind
    chosen, locale = settled.chosen, settled.locale
    sent = {
        name: SentColumn(kind.column(name), claim, sheet.headers[claim.position], piece.cells[claim.position])
        for name, claim in chosen.items()
    }
    parsed = _parse_columns(sent, piece, locale, settings.timezone)
    typed = _typed(sent, parsed, kind, sheet.rows)
    understood, told = _with_amounts_meant(typed, sheet, sent, settled)
    others = _told_by_others(understood, sheet, sent, settled, settings.currency)
    return Table(
        kind=kind,
        sheet=sheet.name,
        typed=understood.typed,
        sent=_sent(piece),
        headers={name: column.header for name, column in sent.items()},
        problems=[*sheet.notices, *_problems(sent, parsed, sheet, settings), *told, *others],
        mapping=tuple(
            Mapped(name, column.header, column.claim.source, column.claim.confidence, locale.read_as(name))
            for name, column in sent.items()
        ),
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        documents=sheet.documents,
    )


@dataclass(frozen=True)
class Understood:
    """Typed columns whose amounts are what they mean, and of which lines the price is shown to be that after discount.

    Attributes:
        typed: the columns.
        priced: those lines; None where there are none.
    """

    typed: Columns
    priced: pl.Series | None = None

    def having(self, name: str, column: Coded | pl.Series) -> Understood:
        """Return the columns with another one in the place of one."""
        return replace(self, typed=Columns({**self.typed.by_name, name: column}))


def _with_amounts_meant(
    typed: Columns, sheet: Sheet, sent: Mapping[str, SentColumn], settled: Settled
) -> tuple[Understood, list[Problem]]:
    """Return the columns with prices of pieces after discount and totals of lines, and what is to be said of it."""
    understood = Understood(typed)
    problems: list[Problem] = []
    taken = {claim.position for claim in settled.chosen.values()}
    if "unit_price" in sent and sent["unit_price"].claim.source == DIVIDED:
        prices, problems = divided(typed, sheet, sent["unit_price"].header)
        understood = understood.having("unit_price", prices)
    net = net_prices(understood.typed, sheet, settled.tellings, taken)
    if net is not None:
        understood = replace(understood, priced=net.settled).having("unit_price", net.prices)
        problems = problems + net.notices(sheet)
    if "total_amount" in sent:
        totals, about = _declared_totals(understood.typed, sheet, taken, sent["total_amount"].header)
        understood, problems = understood.having("total_amount", totals), problems + about
    return understood, problems


def _told_by_others(
    understood: Understood, sheet: Sheet, sent: Mapping[str, SentColumn], settled: Settled, currency: str
) -> Iterator[Problem]:
    """Yield what columns beside those of the contract say against rows, and names of drafts."""
    typed, chosen = understood.typed, settled.chosen
    yield from problems_of_others(sheet, settled.tellings, typed, currency, understood.priced)
    if sheet.match.kind.name == "sales" and "invoice_no" in sent:
        yield from problems_of_drafts(sheet, chosen["invoice_no"].position, sent["invoice_no"].cells, typed)
    taken = {claim.position for claim in chosen.values()}
    yield from problems_of_amounts(sheet, taken, typed)
    yield from problems_of_signs(sheet, taken, typed)


def _parse_columns(
    sent: Mapping[str, SentColumn], piece: Surveyed, locale: Locale, timezone: str
) -> dict[str, pl.DataFrame]:
    """Return `value`, `fault` and, for money, `rounded` of each different cell of each column."""
    parsed = {}
    for name, column in sent.items():
        place, column_type = column.claim.position, column.column.type
        if column_type in WORD_PARSERS:
            frame = WORD_PARSERS[column_type](column.cells.distinct)
            frame = _without_labels(frame) if name in IDENTITIES else frame
        elif column_type in NUMBER_TYPES:
            percent = "%" in column.header
            frame = parse_numbers(piece.numbers[place], column_type, locale.marks[name], percent=percent)
        else:
            epoch_1904 = piece.sheet.epoch_1904
            moments = parse_times(piece.times[place], locale.orders[name], timezone, epoch_1904=epoch_1904)
            frame = moments.rename({"day" if column_type == ColumnType.DAY else "moment": "value"})
            frame = with_oldest(frame, timezone, may_be_ever=name in MAY_BE_EVER)
            frame = with_never(frame) if name == "expiry_date" else frame
        parsed[name] = _with_error_cells(column.cells.distinct["text"], frame)
    return parsed


def _without_labels(codes: pl.DataFrame) -> pl.DataFrame:
    """Take no label of a total for a code: the row would be counted beside those that it sums up."""
    is_label = labels_among(codes["value"])
    if not is_label.any():
        return codes
    fault = pl.when(is_label).then(pl.lit("code_is_total")).otherwise("fault")
    return codes.with_columns(value=pl.when(~is_label).then("value"), fault=fault)


def _with_error_cells(texts: pl.Series, parsed: pl.DataFrame) -> pl.DataFrame:
    is_error = texts.str.contains(ERROR_VALUE).fill_null(value=False)
    if not is_error.any():
        return parsed
    uncalculated = pl.when(texts == UNCALCULATED).then(pl.lit("formula_uncalculated"))
    error = uncalculated.when(texts == MERGED).then(pl.lit("cell_merged"))
    return parsed.with_columns(
        value=pl.when(~is_error).then("value"),
        fault=pl.when(is_error).then(error.otherwise(pl.lit("error_cell"))).otherwise("fault"),
    )


def _typed(sent: Mapping[str, SentColumn], parsed: Mapping[str, pl.DataFrame], kind: Kind, rows: pl.Series) -> Columns:
    columns = {
        c.name: Coded(parsed[c.name]["value"].cast(DTYPES[c.type]), sent[c.name].cells.places)
        if c.name in parsed
        else nothing(DTYPES[c.type], len(rows))
        for c in kind.columns
    }
    return Columns({**columns, "row": rows})


def _sent(piece: Surveyed) -> Columns:
    sheet = piece.sheet
    shown = range(sheet.texts.width - (0 if sheet.items is None else len(FIELDS)))
    cells = {place: piece.cells[place].sent if place in piece.cells else sheet.texts[str(place)] for place in shown}
    columns = Columns({sheet.headers[place]: column for place, column in cells.items()} | {"row": sheet.rows})
    return columns if sheet.items is None else columns.filter(sheet.rows.is_first_distinct())


def _problems(
    sent: Mapping[str, SentColumn], parsed: Mapping[str, pl.DataFrame], sheet: Sheet, settings: Settings
) -> list[Problem]:
    problems = []
    for name, frame in parsed.items():
        problems += _guess_notice(sent[name], sheet)
        problems += _faults(sent[name], frame["fault"], sheet, settings)
        problems += _garbled_warning(sent[name], sheet)
        if "rounded" in frame.columns:
            problems += _rounding_notice(sent[name], frame["rounded"], sheet)
    return problems


def _faults(column: SentColumn, faults: pl.Series, sheet: Sheet, settings: Settings) -> list[Problem]:
    bad = column.cells.rows_where(faults.is_not_null())
    places = column.cells.places.gather(bad)
    found = (sheet.rows.gather(bad), faults.gather(places), column.cells.distinct["text"].gather(places))
    # One dictionary for all: a whole column of a million cells may be wrong.
    params = {"field": column.column.name, "currency": settings.currency}
    return [
        Problem(code, sheet=sheet.name, row=row, column=column.header, value=text, params=params)
        for row, code, text in zip(*found, strict=True)
    ]


def _guess_notice(column: SentColumn, sheet: Sheet) -> list[Problem]:
    if column.claim.source != "similarity":
        return []
    params = {"field": column.column.name, "field_fr": column.column.french}
    return [Problem("column_guessed", Severity.NOTICE, sheet.name, column=column.header, params=params)]


def _garbled_warning(column: SentColumn, sheet: Sheet) -> list[Problem]:
    if column.column.type not in WRITTEN:
        return []
    rows = column.cells.rows_where(are_garbled(column.cells.distinct["text"]))
    if not len(rows):
        return []
    first = column.cells.distinct["text"][column.cells.places[rows[0]]]
    numbers = sheet.rows.gather(rows)
    params = {"field": column.column.name, "count": str(len(rows)), "rows": named_rows(numbers.to_list())}
    return [Problem("letters_garbled", Severity.WARNING, sheet.name, numbers[0], column.header, first, params)]


def _declared_totals(
    typed: Columns, sheet: Sheet, taken: Collection[int], header: str
) -> tuple[pl.Series | Coded, list[Problem]]:
    """Return the totals that are those of whole invoices and of their lines alone; the others are compared here."""
    own = typed.by_name["total_amount"]
    if has_line_totals(typed.frame):
        nowhere = nothing(MONEY, len(sheet.rows))
        return nowhere, [Problem("line_totals", Severity.NOTICE, sheet.name, column=header)]
    of_more, beside = totals_of_more(typed.frame, sheet, taken)
    if not beside:
        return own, []
    params = {"columns": ", ".join(beside)}
    notice = Problem("totals_of_more", Severity.NOTICE, sheet.name, column=header, params=params)
    of_lines = pl.select(pl.when(~of_more).then(typed.of_rows("total_amount"))).to_series()
    return of_lines.alias("total_amount"), [notice]


def _rounding_notice(column: SentColumn, rounded: pl.Series, sheet: Sheet) -> list[Problem]:
    rows = column.cells.rows_where(rounded)
    if not len(rows):
        return []
    first = column.cells.distinct["text"][column.cells.places[rows[0]]]
    params = {"field": column.column.name, "count": str(len(rows)), "places": str(MONEY_PLACES)}
    return [
        Problem("money_rounded", Severity.NOTICE, sheet.name, sheet.rows[rows[0]], column.header, first, params),
    ]
