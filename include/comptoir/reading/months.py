"""Dates whose month is a word: `3 mars 2026`, `03-Mar-2026`, `March 3rd, 2026`."""

from __future__ import annotations

from typing import Final

import polars as pl

NAMES: Final = (
    ("janvier", "janv", "january", "jan"),
    ("février", "fevrier", "févr", "fevr", "fév", "fev", "february", "feb"),
    ("mars", "march", "mar"),
    ("avril", "avr", "april", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "juil", "july", "jul"),
    ("août", "aout", "august", "aug"),
    ("septembre", "sept", "september", "sep"),
    ("octobre", "oct", "october"),
    ("novembre", "nov", "november"),
    ("décembre", "decembre", "déc", "dec", "december"),
)
NUMBERS: Final = {name: f"{number:02}" for number, names in enumerate(NAMES, start=1) for name in names}
WEEKDAY_NAMES: Final = (
    ("lundi", "lun", "monday", "mon"),
    ("mardi", "tuesday", "tues", "tue"),
    ("mercredi", "mer", "wednesday", "wed"),
    ("jeudi", "jeu", "thursday", "thurs", "thu"),
    ("vendredi", "ven", "friday", "fri"),
    ("samedi", "sam", "saturday", "sat"),
    ("dimanche", "dim", "sunday", "sun"),
)
WEEKDAYS: Final = {name: number for number, names in enumerate(WEEKDAY_NAMES, start=1) for name in names}
WEEKDAY: Final = rf"(?i)^(?<weekday>{'|'.join(WEEKDAYS)})\.?,?\s+(?<date>.*)$"
# “mar. 3 mars 2026” is a Tuesday, “Mar 3 2026” a day of March.
TUESDAY: Final = r"(?i)^mar\.?,?\s+(?<date>\d{1,2}(?:er)?(?:\s+\p{L}|[/.-]).*)$"
ORDINAL: Final = "(?:er|st|nd|rd|th)?"
DAY_FIRST: Final = (
    rf"(?i)^(?<day>[0-9]{{1,2}}){ORDINAL}[\s./-]*(?<name>\p{{L}}{{3,9}})\.?[\s./,-]*"
    r"(?<year>[0-9]{4}|[0-9]{2})(?<rest>(?:[^0-9].*)?)$"
)
MONTH_FIRST: Final = (
    rf"(?i)^(?<name>\p{{L}}{{3,9}})\.?\s+(?<day>[0-9]{{1,2}}){ORDINAL},?\s+(?<year>[0-9]{{4}})(?<rest>(?:[^0-9].*)?)$"
)
AT: Final = r"(?i)^(?:\s*,)?\s*(?:à|at)\s+"


def without_weekdays(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return dates without the days of the week before them, and these days, from 1 for Monday; null where none is."""
    if not texts.str.contains(r"^\p{L}").any():
        return texts, pl.repeat(None, len(texts), dtype=pl.Int8, eager=True)
    named = texts.str.extract_groups(WEEKDAY).struct
    tuesday = texts.str.extract_groups(TUESDAY).struct.field("date")
    numbers = named.field("weekday").str.to_lowercase().replace_strict(WEEKDAYS, default=None, return_dtype=pl.Int8)
    frame = pl.DataFrame({"text": texts, "named": named.field("date"), "number": numbers, "tuesday": tuesday})
    weekday = pl.coalesce("number", pl.when(pl.col("tuesday").is_not_null()).then(pl.lit(2, pl.Int8)))
    found = frame.select(date=pl.coalesce("named", "tuesday", "text"), weekday=weekday)
    return found["date"], found["weekday"]


def numbered_months(texts: pl.Series) -> pl.Series:
    """Return dates with a word for the month as year-month-day, and all else as it is."""
    worded = texts.str.contains(r"\p{L}{3}").fill_null(value=False)
    if not worded.any():
        return texts
    bare = pl.col("text").str.normalize("NFC")
    day_first, month_first = (bare.str.extract_groups(pattern).struct for pattern in (DAY_FIRST, MONTH_FIRST))
    parts = texts.to_frame("text").select(
        "text",
        *(
            pl.coalesce(day_first.field(part), month_first.field(part)).alias(part)
            for part in ("day", "name", "year", "rest")
        ),
    )
    number = pl.col("name").str.to_lowercase().replace_strict(NUMBERS, default=None, return_dtype=pl.String)
    rest = pl.col("rest").str.replace(AT, " ")
    # A year of two digits stays one, for the reading of dates to refuse by that name.
    short = pl.format("{}/{}/{}", number, number, "year")
    long = pl.format("{}-{}-{}{}", "year", number, pl.col("day").str.zfill(2), rest)
    dated = pl.when(pl.col("year").str.len_chars() == 2).then(short).otherwise(long)  # noqa: PLR2004 - two digits
    return parts.select(pl.coalesce(dated, "text")).to_series()
