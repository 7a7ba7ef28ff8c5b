"""Reads days and times; the order of day and month is proven by the column, or asked for, never guessed."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import polars as pl

from comptoir.reading.columns import coded
from comptoir.reading.digits import plain_text
from comptoir.reading.months import NUMBERS as MONTH_NUMBERS
from comptoir.reading.months import numbered_months, without_weekdays

DATE_PARTS: Final = (
    r"(?:(?<year>[0-9]{4})[-/.](?<month>[0-9]{1,2})[-/.](?<day>[0-9]{1,2})"
    r"|(?<packed_year>(?:19|20)[0-9]{2})(?<packed_month>[0-9]{2})(?<packed_day>[0-9]{2})"
    r"|(?<first>[0-9]{1,2})[-/.](?<second>[0-9]{1,2})[-/.](?<local_year>[0-9]{4}|[0-9]{2}))"
)
TIME_PARTS: Final = (
    r"(?:(?:[T,]|[T,]?\s+(?:(?:à|at|-)\s+)?)(?<hour>[0-9]{1,2})[:hH](?<minute>[0-9]{2})(?::(?<seconds>[0-9]{2})(?:[.,](?<fraction>[0-9]{1,9}))?)?"
    r"\s*(?<half>[AaPp]\.?[Mm]\.?)?\s*(?<offset>Z|z|UTC|[+\-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
# No date holds what a time begins with, so that each part may be read by itself.
DATE: Final = r"^[^T,\s]*"

SERIAL_MAX: Final = 2_958_465  # 9999-12-31 in a spreadsheet
SERIAL_TEXT: Final = r"^[345][0-9]{4}(?:[.,][0-9]+)?$"  # 1982 to 2064, where a text has lost the format of a date
# mai-05, 5-May: a spreadsheet shows a day without its year, or a month with it, so.
MONTH_NAME: Final = rf"(?:{'|'.join(MONTH_NUMBERS)})\.?"
TWO_PARTS: Final = rf"(?i)^\s*(?:{MONTH_NAME}[\s/-]*[0-9]{{1,2}}|[0-9]{{1,2}}[\s/-]*{MONTH_NAME})\s*$"
SECONDS_A_DAY: Final = 86_400
FIRST_YEAR: Final = 1900
# A typed number that as a day lies outside these years is a year (2026 is a day of 1905), a count or a day written
# without separators, unless it is the last day of all, by which people say “never”.
FIRST_SERIAL_YEAR: Final = 1990
LAST_SERIAL_YEAR: Final = 2099
MONTHS: Final = 12
MUCH_MORE_PROOF: Final = 10  # a few slips of the pen among many dates don't make them unclear
# So many dates, of which either sort has some, are hardly ever so by chance.
ENOUGH_DATES: Final = 6
FEWEST_DATES: Final = 2  # of either sort
MOST_OFFSET_HOURS: Final = 14  # Kiribati's


KNOWN_PARTS: Final = ("year", "month", "day")
LOCAL_PARTS: Final = ("first", "second", "local_year")


# What people and programs write where a lot never expires: words, no date at all, or the first day that a database or
# a language knows, as SQL Server's 1753 and 1900, OLE's 1899, .NET's 1 and Unix's 1970.
NEVER: Final = (
    r"(?i)^(?:-+|n/?a|sans(?: (?:dlc|dluo|ddm|date|limite))?|aucune?|illimit[ée]e?|jamais|none|never|unlimited"
    r"|0000-00-00|00[/.-]00[/.-]0000|(?:1753|1900|1970|0001)-?01-?01|0?1[/.-]0?1[/.-](?:1753|1900|1970|0001)"
    r"|1899-?12-?3[01]|(?:3[01][/.-]12|12[/.-]3[01])[/.-]1899)(?:[ T]00:00(?::00)?)?$"
)


class Order(StrEnum):
    """Which part of a local date comes first."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


# Days, months and years as headers spell the form of their dates: JJ/MM/AAAA, mm-dd-yyyy.
FORMS: Final = (
    (Order.DAY_FIRST, re.compile(r"(?i)\b(?:jj?|dd?)\W?mm?\W?(?:aa|yy)(?:aa|yy)?\b")),
    (Order.MONTH_FIRST, re.compile(r"(?i)\bmm?\W?(?:jj?|dd?)\W?(?:aa|yy)(?:aa|yy)?\b")),
)


class UnprovenOrderError(Exception):
    """Neither order of day and month is proven; `example` is a cell that fits both."""

    def __init__(self, example: str) -> None:
        """Keep the cell that fits both orders."""
        super().__init__(example)
        self.example = example


def describe_times(cells: pl.DataFrame) -> pl.DataFrame:
    """Take distinct cells (`text`, `numeric`) apart into the parts of a date and a time; null where there are none.

    `date` and `time` number the different ones of either: there are far fewer of them than of cells.
    """
    bare, weekdays = without_weekdays(plain_text(cells["text"]))
    plain = numbered_months(bare)
    dates = plain.str.extract(DATE, 0).alias("date")
    times = pl.select(plain.str.strip_prefix(dates).alias("time")).to_series()
    parts = pl.concat([_parts(dates, DATE_PARTS), _parts(times, TIME_PARTS)], how="horizontal")
    is_whole = parts["date"].is_not_null() & parts["time"].is_not_null()
    parts = parts if is_whole.all() else parts.select(pl.when(is_whole).then(pl.all()).name.keep())
    return cells.hstack(parts).with_columns(weekday=weekdays)


def _parts(texts: pl.Series, pattern: str) -> pl.DataFrame:
    """Take dates or times apart, each different one once; their numbers are null where they are none."""
    different, whole = coded(texts), f"^{pattern}$"
    parts = different.values.str.extract_groups(whole).struct.unnest()
    numbers = pl.int_range(len(parts), dtype=pl.UInt32, eager=True)
    known = parts.with_columns(pl.when(different.values.str.contains(whole)).then(numbers).alias(texts.name))
    return known.select(pl.all().gather(different.places))


def decide_order(described: pl.DataFrame) -> Order | None:
    """Return the order of day and month of a column's local dates; where both occur, the one with far more proof.

    None where it can make no date another one: there is no local date that exists under both orders and differs, and
    as many as exist under the one exist under the other.

    Raises:
        UnprovenOrderError: no cell, or as many cells either way, prove the order, and it matters.
    """
    first, second = pl.col("first").cast(pl.Int32), pl.col("second").cast(pl.Int32)
    local = described.filter(first.is_not_null() & (first != second))
    if not len(local):
        return None
    proofs = [len(local.filter(_proves(order))) for order in Order]
    fits_both = local.filter(first.is_between(1, MONTHS) & second.is_between(1, MONTHS))
    more, less = max(proofs), min(proofs)
    if len(fits_both) and (more == less or more < less * MUCH_MORE_PROOF):
        raise UnprovenOrderError(fits_both["text"][0])
    return None if more == less else list(Order)[proofs.index(more)]


def stated_order(header: str) -> Order | None:
    """Return the order of day and month that a header gives for its dates.

    Examples:
        >>> stated_order("Date (JJ/MM/AAAA)"), stated_order("Date mm/dd/yyyy"), stated_order("Date")
        (<Order.DAY_FIRST: 'day_first'>, <Order.MONTH_FIRST: 'month_first'>, None)
    """
    return next((order for order, form in FORMS if form.search(header)), None)


def proof_of(order: Order, described: pl.DataFrame) -> str:
    """Return the first cell that is a date under this order of day and month, and none under the other."""
    return str(described.filter(_proves(order))["text"][0])


def are_half_converted(described: pl.DataFrame) -> bool:
    """Tell whether a spreadsheet seems to have swapped day and month of those of a column's dates that allow it.

    It takes 3/4/2026 of the other order for a day of its own, and leaves 3/25/2026 a text: then all days that it knows
    are up to the 12th, and all texts are beyond.
    """
    first, second, day = (pl.col(name).cast(pl.Int32) for name in ("first", "second", "day"))
    known, texts = described.filter(day.is_not_null()), described.filter(first.is_not_null())
    early, late = day.max() <= MONTHS, pl.max_horizontal(first, second).min() > MONTHS
    if not (known.select(early).item() and texts.select(late).item()):
        return False
    # Of a single month all swapped dates have the same day, so that dates are counted and not days.
    dates = [known.select(*KNOWN_PARTS).n_unique(), texts.select(*LOCAL_PARTS).n_unique()]
    return _fit_swapped(known, texts) if min(dates) < FEWEST_DATES or sum(dates) < ENOUGH_DATES else True


def _fit_swapped(known: pl.DataFrame, texts: pl.DataFrame) -> bool:
    """Tell whether a workbook's own days are in the months of its texts only once day and month are swapped.

    Other files say in writing what a day is, as those of rejected rows do beside dates that can't be read.
    """
    month = pl.min_horizontal(pl.col("first", "second").cast(pl.Int32))
    months = set(texts.select("local_year", month).rows())
    as_read, swapped = (set(known.select("year", pl.col(name).cast(pl.Int32)).rows()) for name in ("month", "day"))
    return bool(known["numeric"].all()) and swapped <= months and not as_read <= months


def _proves(order: Order) -> pl.Expr:
    """Tell which local dates are a day of a month under this order, and none under the other."""
    day, month = ("first", "second") if order == Order.DAY_FIRST else ("second", "first")
    return _is_day(pl.col(day).cast(pl.Int32), pl.col(month).cast(pl.Int32)) | _is_weekday_of(order)


def _is_weekday_of(order: Order) -> pl.Expr:
    """Tell where the day of the week beside a date is that of the date under this order, and not under the other."""
    agreeing = {each: _midnight(each).dt.weekday() == pl.col("weekday") for each in Order}
    (other,) = set(Order) - {order}
    return (agreeing[order] & ~agreeing[other].fill_null(value=False)).fill_null(value=False)


def _is_day(day: pl.Expr, month: pl.Expr) -> pl.Expr:
    """Tell whether two numbers are a day of a month, and not one the other way round."""
    # A leap year's: 29 February proves as much as any other day.
    written = pl.format("2000-{}-{}", month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2))
    return (day > MONTHS) & written.str.to_date("%Y-%m-%d", strict=False).is_not_null()


def days_of(text: str) -> dict[str, str]:
    """Return the day that a local date stands for under each order, as year-month-day.

    Examples:
        >>> days_of("3/4/2026 10:00")
        {'day_first': '2026-04-03', 'month_first': '2026-03-04'}
    """
    first, second, year = re.findall(r"\d+", text)[:3]
    day_first, month_first = f"{year}-{second:0>2}-{first:0>2}", f"{year}-{first:0>2}-{second:0>2}"
    return {Order.DAY_FIRST.value: day_first, Order.MONTH_FIRST.value: month_first}


def parse_times(described: pl.DataFrame, order: Order | None, zone: str, *, epoch_1904: bool) -> pl.DataFrame:
    """Turn described cells into `moment` (UTC), `day` (as written) and `fault` (a problem code or null).

    Naive times are in the trader's zone: of a repeated hour the first, and an hour that the clocks skip moves on by
    as much as they do.
    """
    naive = _once_each(described, "date", _midnight(order)) + _once_each(described, "time", _since_midnight())
    typed = described.with_columns(naive=naive, serial=_serial(epoch_1904=epoch_1904)).with_columns(
        local=pl.coalesce("serial", "naive")
    )
    parsed = typed.with_columns(
        moment=pl.when(pl.col("offset").is_null()).then(_from_zone(typed["local"], zone)).otherwise(_from_offset()),
        day=pl.col("local").dt.date(),
    )
    short_year = pl.col("local_year").str.len_chars() == 2  # noqa: PLR2004 - two digits
    fault = (
        pl.when(short_year)
        .then(pl.lit("year_two_digits"))
        .when(pl.col("weekday") != pl.col("day").dt.weekday())
        .then(pl.lit("weekday_differs"))
        .when(_is_unlikely())
        .then(pl.lit("day_unlikely"))
        .when(~pl.col("numeric") & pl.col("text").str.contains(SERIAL_TEXT))
        .then(pl.lit("day_as_number"))
        .when(pl.col("text").str.contains(TWO_PARTS))
        .then(pl.lit("date_in_part"))
        .when(pl.col("moment").is_null() | (pl.col("local").dt.year() < FIRST_YEAR))
        .then(pl.lit("not_a_date"))
    )
    sound = pl.col("fault").is_null()
    return parsed.with_columns(fault=fault).select(
        "text", "numeric", "fault", moment=pl.when(sound).then("moment"), day=pl.when(sound).then("day")
    )


def with_never(parsed: pl.DataFrame) -> pl.DataFrame:
    """Return parsed days of expiry in which what says that there is none is neither a day nor a fault."""
    is_never = ~pl.col("numeric") & pl.col("text").str.contains(NEVER)
    return parsed.with_columns(pl.when(~is_never).then(name).alias(name) for name in ("value", "fault"))


def with_oldest(parsed: pl.DataFrame, timezone: str, *, may_be_ever: bool) -> pl.DataFrame:
    """Return parsed days (`value`, `fault`) in which those before 1990, however they are written, are faults.

    Args:
        parsed: days or moments.
        timezone: in which moments have their day.
        may_be_ever: whether the first of a January may say that something always was, or never.
    """
    value = pl.col("value")
    day = (value if parsed.schema["value"] == pl.Date else value.dt.convert_time_zone(timezone)).dt
    is_old = (day.year() < FIRST_SERIAL_YEAR) & ~(pl.lit(may_be_ever) & (day.ordinal_day() == 1))
    old = pl.col("fault").is_null() & is_old.fill_null(value=False)
    return parsed.with_columns(
        value=pl.when(~old).then("value"), fault=pl.when(old).then(pl.lit("day_too_old")).otherwise("fault")
    )


def _is_unlikely() -> pl.Expr:
    """Tell where a spreadsheet's number is hardly meant as the day that it gives; too late ones, where it is bare."""
    year = pl.col("local").dt.year()
    too_late = pl.col("serial").is_not_null() & (year > LAST_SERIAL_YEAR) & (pl.col("day") != pl.date(9999, 12, 31))
    return pl.col("numeric") & ((year < FIRST_SERIAL_YEAR) | too_late)


def _once_each(described: pl.DataFrame, number: str, meaning: pl.Expr) -> pl.Series:
    """Give every cell what its date or its time means, which is found out once for each different one."""
    different = described.filter(pl.col(number).is_first_distinct() & pl.col(number).is_not_null())
    meanings = different.select(number, meaning=meaning)
    return described.join(meanings, on=number, how="left", maintain_order="left")["meaning"]


def _midnight(order: Order | None) -> pl.Expr:
    day, month = ("second", "first") if order == Order.MONTH_FIRST else ("first", "second")
    written = pl.format(
        "{}-{}-{}",
        pl.coalesce("year", "packed_year", "local_year"),
        pl.coalesce("month", "packed_month", month).str.zfill(2),
        pl.coalesce("day", "packed_day", day).str.zfill(2),
    )
    return written.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))


def _since_midnight() -> pl.Expr:
    written = pl.format(
        "2000-01-01 {}:{}:{}.{}",
        _hour(),
        pl.col("minute").fill_null("00"),
        pl.col("seconds").fill_null("00"),
        pl.col("fraction").fill_null("0"),
    )
    moment = written.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    return moment - pl.datetime(2000, 1, 1)


def _hour() -> pl.Expr:
    hour, half = pl.col("hour").cast(pl.Int32).fill_null(0), pl.col("half").str.to_lowercase().str.head(1)
    possible = half.is_null() | hour.is_between(1, 12)
    shown = pl.when(half.is_null()).then(hour).otherwise(hour % 12 + pl.when(half == "p").then(12).otherwise(0))
    return pl.when(possible).then(shown).cast(pl.String).str.zfill(2)


def _serial(*, epoch_1904: bool) -> pl.Expr:
    """Read a spreadsheet's day number."""
    number = pl.when("numeric").then(pl.col("text").cast(pl.Float64, strict=False))
    plausible = number.is_between(1, SERIAL_MAX + 1, closed="left")
    seconds = (number * SECONDS_A_DAY).round().cast(pl.Int64) * 1_000_000
    start = pl.datetime(1904, 1, 1) if epoch_1904 else pl.datetime(1899, 12, 30)
    return pl.when(plausible).then(start + seconds.cast(pl.Duration("us"))).cast(pl.Datetime("us"))


def _from_zone(local: pl.Series, zone: str) -> pl.Series:
    def to_utc(naive: pl.Series) -> pl.Series:
        placed = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        return placed.dt.convert_time_zone("UTC")

    found = to_utc(local)
    if found.null_count() == local.null_count():
        return found
    # A skipped time has no UTC of its own: it is counted on from three hours before, when the clocks were still right.
    return pl.select(pl.coalesce(found, to_utc(local.dt.offset_by("-3h")).dt.offset_by("3h"))).to_series()


def _from_offset() -> pl.Expr:
    offset = pl.col("offset")
    sign = pl.when(offset.str.starts_with("-")).then(-1).otherwise(1)
    hours = offset.str.extract(r"^[+-]([0-9]{2})").cast(pl.Int64).fill_null(0)
    minutes = offset.str.extract(r"^[+-][0-9]{2}:?([0-9]{2})$").cast(pl.Int64).fill_null(0)
    shift = pl.duration(minutes=sign * (hours * 60 + minutes))
    exists = (hours <= MOST_OFFSET_HOURS) & (minutes < 60)  # noqa: PLR2004 - of an hour
    return pl.when(exists).then((pl.col("local") - shift).dt.replace_time_zone("UTC"))
