"""Numbers: locales proven or asked for, currencies, exactness."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.reading.numbers import Evidence, Mark, decide_mark, describe_numbers, parse_numbers, weigh
from comptoir.reading.units import changing_unit
from comptoir.records import ColumnType


def parse(
    texts: list[str], column_type: ColumnType = ColumnType.MONEY, mark: Mark | None = None, currency: str = "EUR"
) -> pl.DataFrame:
    cells = pl.DataFrame({"text": texts, "numeric": [False] * len(texts)})
    return parse_numbers(describe_numbers(cells, currency), column_type, mark)


def evidence(*texts: str) -> Evidence:
    schema = {"text": pl.String, "numeric": pl.Boolean}
    return weigh(describe_numbers(pl.DataFrame([(text, False) for text in texts], schema=schema, orient="row"), "EUR"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6", "6"),
        ("2.55", "2.55"),
        ("2,55", "2.55"),
        ("-2,5", "-2.5"),
        ("\u22122,5", "-2.5"),
        ("+7", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234\u00a0567", "1234567"),
        ("1\u202f234,567", "1234.567"),
        ("1'234.50", "1234.50"),
        ("1\u2019234\u2019567.5", "1234567.5"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1,234,567.1", "1234567.1"),
        ("€ 12,50", "12.50"),
        ("-€12.50", "-12.50"),
        ("12,50 €", "12.50"),
        ("12.50 eur", "12.50"),
        ("2.5499999999999998", "2.5500"),
        ("0.00005", "0.0001"),
        ("-0.00005", "-0.0001"),
        ("0.00004999", "0.0000"),
        ("9999999999999.99995", "10000000000000.0000"),
        ("0000012.5", "12.5"),
        ("(12,50)", "-12.50"),
        ("( 1 234,56 € )", "-1234.56"),
        ("€(12.50)", "-12.50"),
        ("12,50-", "-12.50"),
        ("1.234,56 - €", "-1234.56"),
        ("\u20132,5", "-2.5"),
        ("12.-", "12"),
        ("12,-- €", "12"),
        ("-0", "0"),
        ("-0,00", "0"),
        ("\u0663\u0664\u0665", "345"),
        ("\uff11\uff12,\uff15\uff10", "12.50"),
        ("12\uff0c50", "12.50"),
        ("\uff11\uff0e\uff12\uff13\uff14\uff0c\uff15\uff10", "1234.50"),
        ("12,50\u200b", "12.50"),
        ("1" * 13, "1" * 13),
        ("0." + "3" * 90, "0.3333"),
    ],
)
def test_money(text: str, value: str):
    row = parse([text]).row(0, named=True)
    assert (row["value"], row["fault"]) == (Decimal(value), None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("abc", "not_a_number"),
        ("-", "not_a_number"),
        ("1 2", "not_a_number"),
        ("12 34,5", "not_a_number"),
        ("1,23,4", "not_a_number"),
        ("1.234,56.7", "not_a_number"),
        ("1.23,456.7", "not_a_number"),
        ("1e5", "not_a_number"),
        ("NaN", "not_a_number"),
        ("20 %", "not_a_number"),
        ("12 kg", "not_a_number"),
        ("1e400", "not_a_number"),
        ("1E5", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("(-5)", "not_a_number"),
        ("-(5)", "not_a_number"),
        ("-5-", "not_a_number"),
        ("5-3", "not_a_number"),
        ("(5", "not_a_number"),
        ("\u0967\u0968", "not_a_number"),
        ("\u0661\u0662\u066b\u0665", "not_a_number"),
        ("1\u00b2", "not_a_number"),
        ("\u00bd", "not_a_number"),
        ("CHF 5.-", "currency_foreign"),
        ("9" * 90, "number_too_large"),
        ("€ 5 €x", "not_a_number"),
        ("$5", "currency_foreign"),
        ("5 GBP", "currency_foreign"),
        ("£5.10", "currency_foreign"),
        ("12345678901234.5", "number_too_large"),
        ("2026-01-31", "not_a_number"),
    ],
)
def test_what_is_no_money(text: str, fault: str):
    row = parse([text]).row(0, named=True)
    assert (row["value"], row["fault"]) == (None, fault)


def test_the_traders_currency_decides_what_is_foreign():
    assert parse(["£5", "€5"], currency="GBP")["fault"].to_list() == [None, "currency_foreign"]


@pytest.mark.parametrize("text", ["CHF 1'234.50", "1\u2019234.50 CHF", "Fr. 1'234.50", "1234.50 SFr.", "fr.1234.50"])
def test_francs_as_the_swiss_write_them(text: str):
    assert parse([text], currency="CHF")["value"].to_list() == [Decimal("1234.5")]


LOCALES = [
    *((group, ",") for group in ("", " ", "\u00a0", "\u202f", ".")),
    *((group, ".") for group in ("", ",", "'", "\u2019")),
]
SIGNS = ["-{}", "\u2212{}", "({})", "{}-", "{} -"]
UNITS = ["{}", "{} €", "{}€", "€ {}", "€{}", "{} EUR", "EUR {}"]


@settings(deadline=None)
@given(
    st.decimals(0, 10**12, places=2),
    st.sampled_from(LOCALES),
    st.sampled_from(["{}", *SIGNS]),
    st.sampled_from(UNITS),
    st.sampled_from([0x30, 0xFF10, 0x0660, 0x06F0]),
)
def test_an_amount_with_cents_is_read_exactly_in_every_locale(
    amount: Decimal, locale: tuple[str, str], sign: str, unit: str, zero: int
):
    group, mark = locale
    written = format(amount, ",.2f").replace(",", "G").replace(".", mark).replace("G", group)
    text = unit.format(sign.format(written)).translate({0x30 + digit: zero + digit for digit in range(10)})
    row = parse([text]).row(0, named=True)
    assert (row["value"], row["fault"]) == (amount if sign == "{}" else -amount, None), text


@settings(deadline=None)
@given(
    st.text(st.sampled_from("0123456789.,-+()' \u00a0€$%eE\u0663\uff15\u0967abF"), min_size=1),
    st.sampled_from([None, *Mark]),
)
def test_a_filled_cell_has_a_value_or_a_fault_and_no_digit_is_lost(text: str, mark: Mark | None):
    row = parse([text.strip()], mark=mark).row(0, named=True) if text.strip() else {"value": None, "fault": "blank"}
    assert (row["value"] is None) != (row["fault"] is None)
    if row["value"] is not None and not row["rounded"]:
        read, sent = (
            "".join(str(int(c)) for c in word if c.isdigit()).strip("0") for word in (str(row["value"]), text)
        )
        assert read == sent


def test_doubtful_cells_follow_the_mark():
    assert parse(["1.234", "1,234"], mark=Mark.POINT)["value"].to_list() == [Decimal("1.234"), Decimal(1234)]
    assert parse(["1.234", "1,234"], mark=Mark.COMMA)["value"].to_list() == [Decimal(1234), Decimal("1.234")]


def test_more_places_than_kept_are_marked_as_rounded():
    assert parse(["1.50000", "1.23456", "2"])["rounded"].to_list() == [False, True, False]


@pytest.mark.parametrize(
    ("text", "value", "fault"),
    [
        ("6", 6, None),
        ("6.0", 6, None),
        ("6,00", 6, None),
        ("-12", -12, None),
        ("1 234", 1234, None),
        ("6.5", None, "not_an_integer"),
        ("6 pcs", 6, None),
        ("6 €", None, "count_in_currency"),
        ("$6", None, "count_in_currency"),
        ("x", None, "not_a_number"),
    ],
)
def test_integers(text: str, value: int | None, fault: str | None):
    row = parse([text], ColumnType.INTEGER).row(0, named=True)
    assert (row["value"], row["fault"]) == (value, fault)


@pytest.mark.parametrize(
    ("text", "value", "fault"),
    [
        ("0.2", 0.2, None),
        ("0,20", 0.2, None),
        ("20 %", 0.2, None),
        ("7,3%", 0.073, None),
        ("1", 1.0, None),
        ("20", None, "ratio_over_one"),
        ("x %", None, "not_a_number"),
    ],
)
def test_ratios(text: str, value: float | None, fault: str | None):
    row = parse([text], ColumnType.RATIO).row(0, named=True)
    assert (row["value"], row["fault"]) == (value, fault)


@pytest.mark.parametrize(
    ("own", "others", "mark"),
    [
        (["1.234", "2,5"], [], Mark.COMMA),
        (["1.234", "0.125"], [], Mark.POINT),
        (["1.234", "1.234.567"], [], Mark.COMMA),
        (["1.234"], ["2,5"], Mark.COMMA),
        (["1,234"], ["2.5", "7"], Mark.POINT),
        (["1.234", "2,5"], ["2.5", "3.5"], Mark.COMMA),
        (["1.234"], [], None),
        (["1.234", "12,345"], [], None),
        (["1.234"], ["2.5", "2,5"], None),
        (["1.234", "2,5", "2.5"], ["3.5"], None),
    ],
)
def test_a_mark_is_proven_or_unknown(own: list[str], others: list[str], mark: Mark | None):
    column = evidence(*own)
    assert column.doubtful in own
    assert decide_mark(column, [column, evidence(*others)]) == mark


def test_a_spreadsheets_numbers_prove_nothing_and_need_no_mark():
    cells = pl.DataFrame({"text": ["1.234", "2.5"], "numeric": [True, True]})
    described = describe_numbers(cells, "EUR")
    assert weigh(described) == Evidence(0, 0, None)
    assert parse_numbers(described, ColumnType.MONEY, Mark.COMMA)["value"].to_list() == [
        Decimal("1.234"),
        Decimal("2.5"),
    ]


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("prix achat ($)", "$"),
        ("prix achat (USD)", "USD"),
        ("Prix unitaire [chf]", "chf"),
        ("prix achat £", "£"),
        ("prix achat (k€)", "k€"),
        ("CA total (en milliers)", "en milliers"),
        ("quantite (x1000)", "x1000"),
        ("quantite (x 1 000)", "x 1 000"),
        ("prix achat (cts)", "cts"),
        ("prix_unitaire (€/100)", "€/100"),
        ("Prix unitaire (€)", None),
        ("Prix unitaire (EUR HT)", None),
        ("Prix (€ HT)", None),
        ("Quantité (pcs)", None),
        ("Prix unitaire €", None),
        ("quantite (nb de pièces)", None),
        ("Price (EUR, excl. VAT)", None),
    ],
)
def test_a_unit_that_changes_every_number_below(header: str, unit: str | None):
    assert changing_unit(header, "EUR") == unit


def test_the_trader_s_own_currency_changes_nothing():
    assert (changing_unit("prix ($)", "USD"), changing_unit("prix (€)", "USD")) == (None, "€")


@pytest.mark.parametrize(
    ("text", "numeric", "expected"),
    [
        ("20", False, (0.2, None)),
        ("20 %", False, (0.2, None)),
        ("0,5 %", False, (0.005, None)),
        ("0", False, (0.0, None)),
        ("0,5", False, (None, "percent_unclear")),
        ("1", False, (None, "percent_unclear")),
        ("0.2", True, (None, "percent_unclear")),
        ("20 %", True, (0.2, None)),
        ("20", True, (0.2, None)),
        ("x", False, (None, "not_a_number")),
    ],
)
def test_numbers_under_a_percent_sign(text: str, numeric: bool, expected: tuple[float | None, str | None]):
    cells = pl.DataFrame([(text, numeric)], schema={"text": pl.String, "numeric": pl.Boolean}, orient="row")
    parsed = parse_numbers(describe_numbers(cells, "EUR"), ColumnType.RATIO, None, percent=True)
    assert (parsed["value"][0], parsed["fault"][0]) == expected
