"""Reads numbers exactly, whatever their locale: a decimal mark is proven by the cells, or asked for, never guessed.

`1.234,56`, `1,5`, `0.125` and `1,234,567` prove their mark by themselves. `1.234` does not: it follows the mark
that the other cells of its column prove, else the other columns of its sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.digits import PLAIN, plain_text
from comptoir.records import MONEY_PLACES, ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBER_TYPES: Final = frozenset({ColumnType.MONEY, ColumnType.RATIO, ColumnType.INTEGER})
MONEY: Final = pl.Decimal(38, MONEY_PLACES)
MAX_INTEGER_DIGITS: Final = 13  # amounts are below 10^13; see records.MAX_LINE_AMOUNT

SIGNS_OF: Final = {
    "EUR": ("€", "EURO", "EUROS"),
    "USD": ("$", "US$", "USD$"),
    "GBP": ("£",),
    "CHF": ("FR", "SFR"),
    "JPY": ("¥",),
    "CNY": ("元", "RMB"),
    "INR": ("₹",),
    "RUB": ("₽",),
    "UAH": ("₴",),
    "TRY": ("₺",),
    "KRW": ("₩",),
    "PLN": ("ZŁ",),
    "CZK": ("KČ",),
    "CAD": ("$", "C$", "CA$"),
    "AUD": ("$", "A$", "AU$"),
    "XOF": ("FCFA", "F CFA", "CFA"),
}
# The others that European traders meet; an unknown word beside a number makes it no number at all.
OTHER_CURRENCIES: Final = frozenset(
    {"AED", "BGN", "BRL", "DKK", "DZD", "EGP", "HKD", "HUF", "ILS", "ISK", "MAD", "MGA", "MUR", "MXN", "MYR", "NGN"}
    | {"NOK", "NZD", "PHP", "QAR", "RON", "RSD", "SAR", "SEK", "SGD", "THB", "TND", "TWD", "VND", "XAF", "XPF", "ZAR"}
)

# What a quantity is counted in where nothing else is meant than pieces.
PIECES: Final = (
    *("PC", "PCS", "PCE", "PCES", "PIÈCE", "PIÈCES", "PIECE", "PIECES", "PIÈCE(S)", "PIECE(S)", "U", "UN", "UNIT"),
    *("UNITS", "UNIT(S)", "UNITÉ", "UNITÉS", "UNITÉ(S)", "UNITE", "UNITES", "EA", "EACH", "STK", "ST", "STÜCK"),
)

# Spaces (plain, no-break, narrow no-break, thin, figure) and both apostrophes.
GROUPING: Final = " \u00a0\u202f\u2009\u2007'\u2019"
GROUPERS: Final = f"[{GROUPING}]"
PARTS: Final = (
    rf"^(?<before>[^0-9+\-.,]*)(?<sign>[+-]?)(?<between>[^0-9+\-.,]*)"
    rf"(?<body>[0-9.,](?:[0-9.,{GROUPING}]*[0-9.,])?)(?<after>[^0-9]*)$"
)


# As accountants and tills write them: a price without cents, a negative amount in brackets or with its sign behind.
WITHOUT_CENTS: Final = r"^(?<amount>[^+\-]*[0-9])[.,]--?(?<unit>[^0-9+\-]*)$"
BRACKETED: Final = r"^(?<before>[^0-9+\-.,()]*)\((?<amount>[^()+\-]*)\)(?<after>[^0-9+\-.,()]*)$"
SIGN_BEHIND: Final = r"^(?<amount>[^+\-()]*[0-9.,][^0-9+\-()]*)-(?<unit>[^0-9+\-()]*)$"
DIGIT_OR_MARK: Final = frozenset("0123456789,.") | PLAIN.keys()
FRANCS: Final = r"(?i)^s?fr\.|s?fr\.$"


class Mark(StrEnum):
    """A decimal mark."""

    COMMA = ","
    POINT = "."


@dataclass(frozen=True)
class Evidence:
    """How many distinct cells prove each decimal mark, and one that proves none (or None)."""

    commas: int
    points: int
    doubtful: str | None

    @property
    def proven(self) -> Mark | None:
        """The mark that all the evidence agrees on."""
        if bool(self.commas) == bool(self.points):
            return None
        return Mark.COMMA if self.commas else Mark.POINT


def describe_numbers(cells: pl.DataFrame, currency: str) -> pl.DataFrame:
    """Take distinct cells (`text`, `numeric`) apart.

    Adds `sign`, `plain` (digits and marks; null where it is no number), `proof` (`,`, `.`, `?` for doubtful or null
    where no mark matters), `percent`, `pieces`, `foreign` (a currency other than the trader's) and `priced` (any).
    """
    own, foreign = currency_words(currency)
    parts = _signed(pl.col("plain")).str.extract_groups(PARTS)
    taken = cells.with_columns(plain=plain_text(cells["text"])).with_columns(parts.alias("parts")).unnest("parts")
    unit = pl.concat_str("before", "between", "after").str.strip_chars().str.to_uppercase()
    body = pl.col("body")
    grouped = body.str.contains(rf"^[0-9]{{1,3}}(?:{GROUPERS}[0-9]{{3}})+(?:[.,][0-9]*)?$")
    ungrouped = pl.when(grouped | ~body.str.contains(GROUPERS)).then(body.str.replace_all(GROUPERS, ""))
    return (
        taken.with_columns(unit=unit, grouped=grouped, plain=ungrouped)
        .with_columns(
            percent=pl.col("unit") == "%",
            foreign=pl.col("unit").is_in(foreign) & pl.col("plain").is_not_null(),
            priced=pl.col("unit").is_in([*own, *foreign]) & pl.col("plain").is_not_null(),
            pieces=pl.col("unit").str.strip_chars_end(".").is_in(PIECES),
            proof=_proof(),
        )
        .with_columns(
            known=pl.col("unit").is_in(["", "%", *own]) | pl.col("pieces"),
        )
        .with_columns(plain=pl.when("known", pl.col("proof").ne_missing("x")).then("plain"))
        .select(
            *("text", "numeric", "sign", "plain", "percent", "pieces", "foreign", "priced"),
            proof=pl.when("known").then("proof"),
        )
    )


def _signed(text: pl.Expr) -> pl.Expr:
    """Write amounts with their sign in front."""
    francs = text.str.replace(FRANCS, "CHF")
    whole = francs.str.replace(WITHOUT_CENTS, "${amount}${unit}")
    return whole.str.replace(BRACKETED, "-${before}${amount}${after}").str.replace(SIGN_BEHIND, "-${amount}${unit}")


def weigh(described: pl.DataFrame) -> Evidence:
    """Count what a column's described cells prove; a spreadsheet's own numbers prove nothing."""
    texts = described.filter(~pl.col("numeric"))
    doubtful = texts.filter(pl.col("proof") == "?")["text"]
    commas, points = (int((texts["proof"] == mark).sum()) for mark in (Mark.COMMA, Mark.POINT))
    return Evidence(commas, points, doubtful[0] if len(doubtful) else None)


def decide_mark(own: Evidence, others: Iterable[Evidence]) -> Mark | None:
    """Return the mark by which doubtful cells are read: the column's own, else the sheet's; None when unproven."""
    if own.commas or own.points:
        return own.proven
    gathered = list(others)
    return Evidence(sum(e.commas for e in gathered), sum(e.points for e in gathered), None).proven


def readings_of(text: str) -> tuple[str, str]:
    """Return what a doubtful text means with a decimal point and with a decimal comma.

    Examples:
        >>> readings_of("1.234")
        ('1.234', '1234')
    """
    kept = "".join(PLAIN.get(character, character) for character in text if character in DIGIT_OR_MARK)
    joined, pointed = kept.replace(",", "").replace(".", ""), kept.replace(",", ".")
    return (pointed, joined) if Mark.POINT in kept else (joined, pointed)


def parse_numbers(
    described: pl.DataFrame, column_type: ColumnType, mark: Mark | None, *, percent: bool = False
) -> pl.DataFrame:
    """Turn described cells into `value` and `fault` (a problem code or null); `rounded` marks lost places.

    Under a header with a percent sign (`percent`), 20 is 20 %; what 0.5 is there nobody can tell, unless its cell
    shows it as 50 %.
    """
    if percent and column_type == ColumnType.RATIO:
        described = _as_percents(described, mark)
    numbers = described.with_columns(number=_number(mark)).with_columns(
        fault=pl.when(pl.col("priced") & (column_type == ColumnType.INTEGER))
        .then(pl.lit("count_in_currency"))
        .when("foreign")
        .then(pl.lit("currency_foreign"))
        .when(pl.col("number").is_null() | _has_other_unit(column_type))
        .then(pl.lit("not_a_number"))
        .when(pl.col("number").str.extract(r"^-?0*([0-9]*)").str.len_chars() > MAX_INTEGER_DIGITS)
        .then(pl.lit("number_too_large")),
        rounded=pl.lit(value=False),
    )
    if "unclear" in numbers.columns:
        numbers = numbers.with_columns(fault=pl.when("unclear").then(pl.lit("percent_unclear")).otherwise("fault"))
    typed = {ColumnType.MONEY: _money, ColumnType.RATIO: _ratio, ColumnType.INTEGER: _integer}[column_type](numbers)
    # What slips through has no value: a cell that was filled must never come out empty.
    missed = pl.when(pl.col("value").is_null()).then(pl.lit("not_a_number"))
    return typed.with_columns(fault=pl.coalesce("fault", missed)).select(
        "text", "numeric", "fault", "rounded", value=pl.when(pl.col("fault").is_null()).then("value")
    )


def _has_other_unit(column_type: ColumnType) -> pl.Expr:
    in_percent = pl.col("percent") & (column_type != ColumnType.RATIO)
    return in_percent | (pl.col("pieces") & (column_type != ColumnType.INTEGER))


def currency_words(currency: str) -> tuple[list[str], list[str]]:
    """Return the signs and codes of a currency, and those of all others, in capitals."""
    own = [currency.upper(), *SIGNS_OF.get(currency.upper(), ())]
    known = {word for code, signs in SIGNS_OF.items() for word in (code, *signs)} | OTHER_CURRENCIES
    return own, sorted(known.difference(own))


def _proof() -> pl.Expr:
    """Say what a text proves about its mark: `,` or `.`, `?` when it fits both, null when neither, `x` if no number."""
    plain = pl.col("plain")
    by_comma = r"^[0-9]{1,3}(\.[0-9]{3})+,[0-9]*$|^[0-9]{1,3}(\.[0-9]{3}){2,}$|^([0-9]+,[0-9]*|,[0-9]+)$"
    by_point = r"^[0-9]{1,3}(,[0-9]{3})+\.[0-9]*$|^[0-9]{1,3}(,[0-9]{3}){2,}$|^([0-9]+\.[0-9]*|\.[0-9]+)$"
    doubtful = plain.str.contains(r"^[1-9][0-9]{0,2}[.,][0-9]{3}$") & ~pl.col("grouped") & ~pl.col("numeric")
    return (
        pl.when(plain.is_null())
        .then(pl.lit("x"))
        .when(plain.str.contains(r"^[0-9]+$"))
        .then(pl.lit(None, dtype=pl.String))
        .when(doubtful)
        .then(pl.lit("?"))
        .when(plain.str.contains(by_comma))
        .then(pl.lit(Mark.COMMA.value))
        .when(plain.str.contains(by_point))
        .then(pl.lit(Mark.POINT.value))
        .otherwise(pl.lit("x"))
    )


def _number(mark: Mark | None) -> pl.Expr:
    plain = pl.col("plain")
    cell_mark = pl.when(pl.col("proof") == "?").then(pl.lit(mark and mark.value, dtype=pl.String)).otherwise("proof")
    digits = (
        pl.when(cell_mark == Mark.COMMA)
        .then(plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .when((cell_mark == Mark.POINT) | pl.col("proof").is_null())
        .then(plain.str.replace_all(",", "", literal=True))
    )
    minus = pl.when(pl.col("sign") == "-").then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str(minus, digits.str.strip_suffix("."))


def _as_percents(described: pl.DataFrame, mark: Mark | None) -> pl.DataFrame:
    number = _number(mark).cast(pl.Float64, strict=False)
    bare = ~pl.col("percent")
    return described.with_columns(
        percent=pl.col("percent") | (number > 1).fill_null(value=False),
        unclear=(bare & (number != 0) & (number <= 1)).fill_null(value=False),
    )


def _money(numbers: pl.DataFrame) -> pl.DataFrame:
    # Only distinct cells with more places than are kept come here one by one: polars would not round them half-up.
    longer = pl.col("number").str.contains(rf"\.[0-9]{{{MONEY_PLACES}}}[0-9]*[1-9]") & pl.col("fault").is_null()
    marked = numbers.with_columns(rounded=longer.fill_null(value=False))
    kept = pl.when(~pl.col("rounded")).then(pl.col("number").str.extract(rf"^(-?[0-9]*\.?[0-9]{{0,{MONEY_PLACES}}})"))
    exact = marked.select(kept.cast(MONEY, strict=False)).to_series()
    halved = [_half_up(number) for number in marked.filter("rounded")["number"]]
    places = marked.select(pl.when("rounded").then(pl.col("rounded").cum_sum() - 1)).to_series()
    rounded = (
        pl.Series(halved, dtype=MONEY).gather(places)
        if halved
        else pl.repeat(None, len(marked), dtype=MONEY, eager=True)
    )
    return marked.with_columns(value=pl.coalesce(exact, rounded))


def _half_up(number: str) -> Decimal:
    return Decimal(number).quantize(Decimal(1).scaleb(-MONEY_PLACES), rounding=ROUND_HALF_UP)


def _ratio(numbers: pl.DataFrame) -> pl.DataFrame:
    number = pl.col("number").cast(pl.Float64, strict=False)
    # 7.3 / 100 in binary is one step away from 0.073; ten places are far below any threshold's.
    value = pl.when("percent").then((number / 100).round(10)).otherwise(number)
    over = pl.col("fault").is_null() & ~pl.col("percent") & (number > 1)
    return numbers.with_columns(value=value, fault=pl.when(over).then(pl.lit("ratio_over_one")).otherwise("fault"))


def _integer(numbers: pl.DataFrame) -> pl.DataFrame:
    whole = pl.col("number").str.extract(r"^(-?[0-9]+)(?:\.0*)?$").cast(pl.Int64, strict=False)
    broken = pl.col("fault").is_null() & whole.is_null()
    return numbers.with_columns(value=whole, fault=pl.when(broken).then(pl.lit("not_an_integer")).otherwise("fault"))
