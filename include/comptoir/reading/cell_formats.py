"""What the number formats of a spreadsheet's cells show beside a number, where that changes what the number is.

0.2 in a cell of the format `0%` is shown as 20 %, 12.5 in one of `[$USD] 0.00` as USD 12.5, the code 123 in one of
`00000` as 00123, 7 in one of `"FA-"0000` as FA-0007: none of these is in the cell. Nor are the last digits of a number
of more than fifteen.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.numbers import NUMBER_TYPES
from comptoir.reading.units import SIGNS, changing_unit, says_nothing
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from comptoir.reading.scans import SheetScan
    from comptoir.reading.sheets import Sheet

PERCENT: Final = "100%"  # the number is shown multiplied
PERCENT_SIGN: Final = "%"  # as a word that is quoted, the sign multiplies nothing
PADDED = re.compile("0{2,}|0+(?:[-/: ()+]+0+)+")  # a code's zeros in front, and what parts its digits
GROUP = re.compile("0+|[^0]+")
OF_COUNT: Final = "\t"  # before a unit that matters to a count alone: the trader's own currency
OF_CODE: Final = "\n"  # between the words and zeros of a code, and before the unit that they are to a number
SEEN: Final = frozenset("-+/():. ")  # shown as they are without quotes
OF_CODES: Final = frozenset({ColumnType.CODE, ColumnType.UUID})  # a column of UUIDs may hold codes
# A code of more digits than a spreadsheet keeps of a number: the last ones are gone, and different codes become one.
TOO_LONG: Final = r"^-?[1-9]\d{15,}"
# A quoted word or character, a currency with its country, a condition, colour, space or filling, all else.
TOKEN = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|(\[[^\]]*\]|_.|\*.)|(.)', re.DOTALL)
# What stands before a number that is shown, its digits, and what stands behind them.
NUMBER_SEEN = re.compile(r"([^\d]*?)(\d(?:[\d\s.,'\u2019]*\d)?)([^\d]*)")
# Formats that need no code, in all spreadsheets; those of currencies follow the reader's country and say nothing.
BUILT_IN: Final = {9: "0%", 10: "0.00%"}


def units_of(codes: Mapping[int, str], formats: Iterable[int], currency: str) -> dict[int, str]:
    """Return what matters of the formats of cells, by the place of the format.

    Args:
        codes: the codes that a workbook gives to its formats' numbers.
        formats: those numbers, as cells refer to them.
        currency: the trader's.
    """
    known = BUILT_IN | dict(codes)
    units = {place: _unit(known.get(number, ""), currency) for place, number in enumerate(formats)}
    return {place: unit for place, unit in units.items() if unit}


@lru_cache(maxsize=1024)  # of a document, each cell is asked about
def _unit(code: str, currency: str) -> str | None:
    """Return what a format shows that changes a number, behind the words, if any, that it adds to a code."""
    code = code.replace(OF_CODE, " ")
    unit, words = shown_unit(code, currency) or _own_currency(code, currency), words_of_code(code)
    return OF_CODE.join((*words, unit or "")) if words else unit


def _own_currency(code: str, currency: str) -> str | None:
    shown = _words_shown(code)
    return OF_COUNT + shown if changing_unit(f"[{shown}]", currency, is_count=True) else None


def unit_seen(shown: str, number: str, currency: str) -> str | None:
    """Return what matters of the text by which a document shows a number, as `units_of` does of a format.

    Examples:
        >>> unit_seen("00123", "123", "EUR"), unit_seen("$12.50", "12.5", "EUR"), unit_seen("1,50 €", "1.5", "EUR")
        ('00000', '$', None)
        >>> unit_seen("(12.50)", "-12.5", "EUR"), unit_seen("-3", "-3", "EUR"), unit_seen("3/4", "0.75", "EUR")
        (None, None, None)
    """
    found = NUMBER_SEEN.fullmatch(shown.strip())
    if found is None:
        return None
    before, digits, behind = found.groups()
    if number.startswith("-"):
        before, behind = before.strip("-\u2212( "), behind.strip("-\u2212) ")
    if not (before or behind or digits.startswith("0")):
        return None
    is_code = digits.isdecimal() and int(digits) == Decimal(number)
    words = (f'"{word}"' if word else "" for word in (before.replace('"', " "), behind.replace('"', " ")))
    return _unit(("0" * len(digits) if is_code else "0").join(words), currency)


def words_of_code(code: str) -> tuple[str, str, str] | None:
    r"""Return what a format puts before a whole number, the zeros it fills it up to, and what it puts behind it.

    None where there are no words, or where the format is no whole number's.

    Examples:
        >>> words_of_code('"FA-"0000'), words_of_code(r'0\B'), words_of_code('"P"General')
        (('FA-', '0000', ''), ('', '0', 'B'), ('P', '0', ''))
        >>> words_of_code('0 "€"'), words_of_code('"A"0.00'), words_of_code("0000")
        (None, None, None)
    """
    parts = [""]  # words and digits in turns
    for quoted, escaped, symbol, _, bare in TOKEN.findall(code.replace("General", "0")):
        if bare == ";":  # what follows is for negative numbers
            break
        if bare and bare not in SEEN and bare not in "0#":
            return None
        is_digit = bare in {"0", "#"}
        if is_digit == len(parts) % 2:
            parts.append("")
        parts[-1] += quoted or escaped or symbol or bare
    before, digits, behind = parts[0], "".join(parts[1 : len(parts) // 2 * 2]), parts[-1] if len(parts) % 2 else ""
    is_code = (
        len(parts) > 1 and (len(parts) in {2, 3} or PADDED.fullmatch(digits)) and re.search(r"[^\W_]", before + behind)
    )
    return (before, digits.replace("#", ""), behind) if is_code else None


def shown_unit(code: str, currency: str) -> str | None:
    r"""Return what a format shows that changes a number: `PERCENT`, a currency, a scale or zeros in front; else None.

    Examples:
        >>> shown_unit('0.0%', "EUR"), shown_unit('0" %"', "EUR"), shown_unit('#,##0.00 [$$-409]', "EUR")
        ('100%', '%', '$')
        >>> shown_unit('#,##0.00 "€"', "EUR"), shown_unit('0" pcs"', "EUR"), shown_unit('0.0" k€"', "EUR")
        (None, None, 'k€')
        >>> shown_unit("00000", "EUR"), shown_unit("[$-40C]00000_);@", "EUR"), shown_unit(r"00\-000", "EUR")
        ('00000', '00000', '00-000')
    """
    if zeros := _zeros_of_code(code):
        return zeros
    shown = _words_shown(code)
    if shown == PERCENT:
        return PERCENT
    changes = changing_unit(f"[{shown}]", currency) or not says_nothing(shown) or re.search(r"[-(%]", shown)
    return shown if changes else None


def _words_shown(code: str) -> str:
    """Return the words and signs of currencies that a format shows; `PERCENT` where it multiplies."""
    words = ""
    for quoted, escaped, symbol, _, bare in TOKEN.findall(code):
        if bare == PERCENT_SIGN:
            return PERCENT
        if bare == ";":  # what follows is for negative numbers
            break
        words += quoted or escaped or symbol or (bare if bare in SIGNS else "")
    return words.strip()


def _zeros_of_code(code: str) -> str | None:
    """Return the zeros that a format fills a whole number up to, with what stands between them."""
    shown = ""
    for quoted, escaped, symbol, _, bare in TOKEN.findall(code):
        if bare == ";":  # what follows is for negative numbers
            break
        if bare == "/":  # a fraction's
            return None
        shown += quoted or escaped or symbol or bare
    return shown if PADDED.fullmatch(shown) else None


def with_shown_units(sheet: Sheet, scan: SheetScan, first_column: int) -> dict[str, pl.Series]:
    """Return the columns of a sheet's texts in which numbers stand as they are shown, with the units of their cells."""
    types = {claim.position: sheet.match.kind.column(claim.column).type for claim in sheet.match.claims}
    columns = _shortened(sheet, [str(place) for place, column_type in types.items() if column_type in OF_CODES])
    for (column, unit), rows in scan.units.items():
        place = str(column - first_column)
        column_type = types.get(column - first_column)
        shown = _shown_in(unit, column_type)
        if column_type not in OF_CODES | NUMBER_TYPES or not shown or sheet.numeric is None:
            continue
        concerned = sheet.rows.is_in(pl.Series(rows, dtype=pl.Int64).implode()) & sheet.numeric[place]
        texts = columns.get(place, sheet.texts[place])
        columns[place] = texts.zip_with(~concerned, _shown(texts, shown))
    return columns


def _shortened(sheet: Sheet, places: Iterable[str]) -> dict[str, pl.Series]:
    """Return the columns of codes that have lost digits as numbers, these in the way of a spreadsheet: 2.02611E+17.

    Written out they would pass for whole codes, at the latest when a reject file is dropped again.
    """
    columns: dict[str, pl.Series] = {}
    for place in places:
        if sheet.numeric is None or not sheet.numeric[place].any():
            continue
        texts = sheet.texts[place]
        is_long = (sheet.numeric[place] & texts.str.contains(TOO_LONG)).fill_null(value=False)
        if is_long.any():
            numbers = texts.filter(is_long).unique()
            shown = texts.replace(numbers, [f"{Decimal(number).normalize():E}" for number in numbers])
            columns[place] = texts.zip_with(~is_long, shown)
    return columns


def _shown_in(unit: str, column_type: ColumnType | None) -> str:
    """Return of what a format shows what matters in a column of codes, of counts or of other numbers."""
    words, _, of_number = unit.rpartition(OF_CODE)
    if column_type in OF_CODES:
        return words or (unit if PADDED.fullmatch(unit) else "")
    if of_number.startswith(OF_COUNT):
        return of_number.removeprefix(OF_COUNT) if column_type == ColumnType.INTEGER else ""
    return "" if PADDED.fullmatch(of_number) else of_number


def _shown(texts: pl.Series, unit: str) -> pl.Series:
    if OF_CODE in unit or PADDED.fullmatch(unit):
        before, zeros, behind = unit.split(OF_CODE) if OF_CODE in unit else ("", unit, "")
        code = pl.lit(before) + _filled_up(pl.col("text"), zeros) + pl.lit(behind)
        whole = pl.col("text").str.contains("^[0-9]+$")
        return pl.DataFrame({"text": texts}).select(pl.when(whole).then(code).otherwise("text")).to_series()
    if unit != PERCENT:
        return texts + f" {unit}"
    numbers = texts.unique().drop_nulls()
    return texts.replace_strict(numbers, [_percents(number) for number in numbers], default=None)


def _filled_up(numbers: pl.Expr, zeros: str) -> pl.Expr:
    """Return numbers with zeros in front, parted as these are; what there is more of comes first."""
    first, *groups = GROUP.findall(zeros) or [""]
    left, parts = numbers.str.zfill(zeros.count("0")), []
    for group in reversed(groups):
        is_digits = group.startswith("0")
        parts.append(left.str.tail(len(group)) if is_digits else pl.lit(group))
        left = left.str.head(-len(group)) if is_digits else left
    return pl.concat_str(left, *reversed(parts)) if first else numbers


def _percents(number: str) -> str | None:
    try:
        return f"{(Decimal(number) * 100).normalize():f} %"
    except ArithmeticError:  # a text among the numbers, which keeps its own
        return None
