"""Days and times: formats, proven order of day and month, zones, spreadsheet serials."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.reading.months import NAMES
from comptoir.reading.reader import read_file
from comptoir.reading.times import (
    Order,
    UnprovenOrderError,
    are_half_converted,
    decide_order,
    describe_times,
    parse_times,
)
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

ZONE = "Europe/Paris"


def parse(
    texts: list[str], *, numeric: bool = False, order: Order | None = None, epoch_1904: bool = False
) -> list[tuple[str | None, ...]]:
    described = describe_times(pl.DataFrame({"text": texts, "numeric": [numeric] * len(texts)}))
    parsed = parse_times(described, order or decide_order(described), ZONE, epoch_1904=epoch_1904)
    moment = pl.col("moment").dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
    return parsed.select(moment, pl.col("day").cast(pl.String), "fault").rows()


@pytest.mark.parametrize(
    ("text", "moment", "day"),
    [
        ("2026-01-31", "2026-01-30T23:00:00Z", "2026-01-31"),
        ("2026-1-5", "2026-01-04T23:00:00Z", "2026-01-05"),
        ("2026/01/31 10:05", "2026-01-31T09:05:00Z", "2026-01-31"),
        ("2026-07-31T10:05:06", "2026-07-31T08:05:06Z", "2026-07-31"),
        ("2026-07-31T10:05:06.25", "2026-07-31T08:05:06.250Z", "2026-07-31"),
        ("2026-07-31T10:05:06.123456789Z", "2026-07-31T10:05:06.123456Z", "2026-07-31"),
        ("2026-07-31 23:30+0530", "2026-07-31T18:00:00Z", "2026-07-31"),
        ("2026-07-31T23:30:00-04:00", "2026-08-01T03:30:00Z", "2026-07-31"),
        ("20260131", "2026-01-30T23:00:00Z", "2026-01-31"),
        ("31/01/2026 8:05", "2026-01-31T07:05:00Z", "2026-01-31"),
        ("31.01.2026", "2026-01-30T23:00:00Z", "2026-01-31"),
        ("31-1-2026 14h30", "2026-01-31T13:30:00Z", "2026-01-31"),
        ("1/31/2026 12:05 AM", "2026-01-30T23:05:00Z", "2026-01-31"),
        ("1/31/2026 1:05 pm", "2026-01-31T12:05:00Z", "2026-01-31"),
        ("05/05/2026", "2026-05-04T22:00:00Z", "2026-05-05"),
        ("\uff13/\uff10\uff13/\uff12\uff10\uff12\uff16", "2026-03-02T23:00:00Z", "2026-03-03"),
        ("3 mars 2026", "2026-03-02T23:00:00Z", "2026-03-03"),
        ("03-Mar-2026", "2026-03-02T23:00:00Z", "2026-03-03"),
        ("03mars2026", "2026-03-02T23:00:00Z", "2026-03-03"),
        ("1er ao\u00fbt 2026", "2026-07-31T22:00:00Z", "2026-08-01"),
        ("1 aou\u0302t 2026", "2026-07-31T22:00:00Z", "2026-08-01"),
        ("31-D\u00c9C-2026", "2026-12-30T23:00:00Z", "2026-12-31"),
        ("3 f\u00e9vr. 2026", "2026-02-02T23:00:00Z", "2026-02-03"),
        ("mardi 3 mars 2026 \u00e0 14:30", "2026-03-03T13:30:00Z", "2026-03-03"),
        ("Tue, 3 Mar 2026 10:05:06", "2026-03-03T09:05:06Z", "2026-03-03"),
        ("March 3rd, 2026", "2026-03-02T23:00:00Z", "2026-03-03"),
        ("Dec 31 2026 1:05 PM", "2026-12-31T12:05:00Z", "2026-12-31"),
    ],
)
def test_formats(text: str, moment: str, day: str):
    assert parse([text]) == [(moment, day, None)]


@pytest.mark.parametrize(
    "text",
    [
        *("lundi 02/03/2026", "lun. 2 mars 2026", "Lundi, 02.03.2026", "monday 2026-03-02", "Mon 2 Mar 2026"),
        "LUN 02/03/2026",
    ],
)
def test_a_day_of_the_week_before_the_date(text: str):
    assert parse([text])[0][1:] == ("2026-03-02", None)


@pytest.mark.parametrize("text", ["mar. 3 mars 2026", "mar 03/03/2026", "Mar 3 2026"])
def test_mar_is_a_tuesday_or_a_month(text: str):
    assert parse([text])[0][1:] == ("2026-03-03", None)


@pytest.mark.parametrize("text", ["mardi 02/03/2026", "dim. 2 mars 2026", "Friday 2026-03-02"])
def test_another_day_of_the_week_than_the_dates_is_a_fault(text: str):
    assert parse([text], order=Order.DAY_FIRST) == [(None, None, "weekday_differs")]


@pytest.mark.parametrize(("text", "order"), [("lundi 02/03/2026", "day_first"), ("Tue 02/03/2026", "month_first")])
def test_the_day_of_the_week_proves_the_order(text: str, order: str):
    assert decide_order(describe_times(pl.DataFrame({"text": [text], "numeric": False}))) == order


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-25 02:30", "2026-10-25T00:30:00Z"),
        ("2026-03-29 02:30", "2026-03-29T01:30:00Z"),
        ("2026-03-29 01:59:59", "2026-03-29T00:59:59Z"),
        ("2026-03-29 03:00", "2026-03-29T01:00:00Z"),
    ],
    ids=["a repeated hour is the first", "a skipped hour moves on", "before the gap", "after the gap"],
)
def test_changes_of_clocks(text: str, moment: str):
    assert parse([text])[0][0] == moment


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("31/01/26", "year_two_digits"),
        ("1/31/26 8:26", "year_two_digits"),
        ("2026-02-30", "not_a_date"),
        ("2026-13-01", "not_a_date"),
        ("2026-01-31 25:00", "not_a_date"),
        ("2026-01-31 13:00 PM", "not_a_date"),
        ("0026-01-31", "not_a_date"),
        ("soon", "not_a_date"),
        ("40513.5", "day_as_number"),
        ("46027", "day_as_number"),
        ("46028,75", "day_as_number"),
        ("26027", "not_a_date"),
        ("31/01/2026 and more", "not_a_date"),
        ("3 mars 26", "year_two_digits"),
        ("30 f\u00e9vrier 2026", "not_a_date"),
        ("3 jui 2026", "not_a_date"),
        ("3 mars", "date_in_part"),
        ("mai-05", "date_in_part"),
        ("5-May", "date_in_part"),
        ("f\u00e9vr. 26", "date_in_part"),
        ("Ma\u0131-05", "not_a_date"),
        ("lot-05", "not_a_date"),
        ("mars 2026", "not_a_date"),
        ("2026-W10", "not_a_date"),
        ("2026-03", "not_a_date"),
        ("\u0967/03/2026", "not_a_date"),
    ],
)
def test_what_is_no_date(text: str, fault: str):
    assert parse([text]) == [(None, None, fault)]


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["01/02/2026", "13/02/2026"], Order.DAY_FIRST),
        (["01/02/2026", "02/13/2026"], Order.MONTH_FIRST),
        (["13/02/2026", "14/02/2026", "02/13/2026"], Order.DAY_FIRST),
        (["05/05/2026"], None),
        (["2026-02-01"], None),
        (["31/02/2027", "02/31/2027", "00/05/2027"], None),  # of no order
        (["13/02/2026", "02/13/2026"], None),  # each exists under one only
        (["31/02/2027", "13/02/2027"], Order.DAY_FIRST),
        (["05/05/2026", "13/02/2026 noon"], None),
    ],
)
def test_proven_orders(texts: list[str], order: Order | None):
    assert decide_order(describe_times(pl.DataFrame({"text": texts, "numeric": False}))) == order


@pytest.mark.parametrize("texts", [["01/02/2026"], ["31/02/2026", "01/02/2026"], ["2026-01-31", "01/02/2026"]])
def test_unproven_orders_are_asked_about_by_a_date_that_exists_under_both(texts: list[str]):
    with pytest.raises(UnprovenOrderError) as caught:
        decide_order(describe_times(pl.DataFrame({"text": texts, "numeric": False})))
    assert caught.value.example == "01/02/2026"


def test_dates_that_don_t_exist_are_none_under_any_order():
    assert [fault for *_, fault in parse(["31/02/2027", "02/31/2027", "00/05/2027"])] == ["not_a_date"] * 3
    assert [day for _, day, _ in parse(["13/02/2026", "02/13/2026"])] == ["2026-02-13", None]


def test_the_odd_one_out_is_an_error():
    assert [fault for *_, fault in parse(["13/02/2026", "14/02/2026", "02/13/2026"])] == [None, None, "not_a_date"]


@pytest.mark.parametrize(
    ("serial", "epoch_1904", "moment"),
    [
        ("40513.351388888892", False, "2010-12-01T07:26:00Z"),
        ("40513.3513888888", False, "2010-12-01T07:26:00Z"),
        ("40513.99999999", False, "2010-12-01T23:00:00Z"),
        ("32874", False, "1989-12-31T23:00:00Z"),
        ("73050", False, "2099-12-30T23:00:00Z"),
        ("2958465", False, "9999-12-30T23:00:00Z"),
        ("42369", True, "2019-12-31T23:00:00Z"),
    ],
)
def test_serials(serial: str, epoch_1904: bool, moment: str):
    assert parse([serial], numeric=True, epoch_1904=epoch_1904)[0][0] == moment


@pytest.mark.parametrize("serial", ["0.5", "2958466", "-3"])
def test_implausible_serials(serial: str):
    assert parse([serial], numeric=True) == [(None, None, "not_a_date")]


@pytest.mark.parametrize("typed", ["2026", "1", "3", "32873", "73051", "311226", "1905-07-18", "1989-12-31 00:00:00"])
def test_numbers_that_are_hardly_meant_as_days(typed: str):
    assert parse([typed], numeric=True) == [(None, None, "day_unlikely")]


def test_days_that_are_written_out_may_be_old_and_typed_ones_late():
    assert [day for _, day, _ in parse(["1905-07-18", "1900-01-01"])] == ["1905-07-18", "1900-01-01"]
    assert [day for _, day, _ in parse(["2150-01-01", "20260131"], numeric=True)] == ["2150-01-01", "2026-01-31"]


@settings(deadline=None)
@given(st.dates(date(1901, 1, 1), date(2099, 12, 31)), st.sampled_from(range(6)))
def test_a_day_is_read_exactly_in_every_pattern_that_proves_itself(day: date, pattern: int):
    french, english = NAMES[day.month - 1][0], NAMES[day.month - 1][-2]
    texts = [
        day.isoformat(),
        f"{day.day} {french} {day.year}",
        f"{day.day:02}-{english[:3]}-{day.year}",
        f"{english.title()} {day.day}, {day.year}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
    ]
    described = describe_times(pl.DataFrame({"text": [texts[pattern]], "numeric": [False]}))
    assert parse_times(described, decide_order(described), ZONE, epoch_1904=False)["day"].to_list() == [day]


@pytest.mark.parametrize(
    "texts",
    [
        ["03/04/2026", "45/05/2026", "05/04/2026"],
        ["01/02/2026", "02/30/2026", "03/04/2026"],
        ["13/02/2026", "14/02/2026", "03/15/2026", "03/04/2026"],
    ],
)
def test_neither_impossible_dates_nor_a_few_of_two_orders_prove_one(texts: list[str]):
    with pytest.raises(UnprovenOrderError):
        decide_order(describe_times(pl.DataFrame({"text": texts, "numeric": False})))


def test_a_slip_among_many_dates_leaves_their_order_clear():
    texts = [*(f"{day}/02/2026" for day in range(13, 29)), "03/15/2026", "03/04/2026"]
    assert decide_order(describe_times(pl.DataFrame({"text": texts, "numeric": False}))) == Order.DAY_FIRST


@pytest.mark.parametrize("offset", ["+99:99", "-15:00", "+02:60"])
def test_an_offset_that_does_not_exist(offset: str):
    described = describe_times(pl.DataFrame({"text": [f"2026-03-04T10:00:00{offset}"], "numeric": [False]}))
    assert parse_times(described, None, ZONE, epoch_1904=False)["fault"].to_list() == ["not_a_date"]


@pytest.mark.parametrize(
    "cell",
    [
        *("-", "sans", "Sans DLC", "illimitée", "N/A", "00/00/0000", "01/01/1753", "1753-01-01 00:00:00", "None"),
        *("01/01/1900", "1900-01-01T00:00:00", "30/12/1899", "12/31/1899", "18991230", "01.01.0001", "1970-01-01"),
    ],
)
def test_a_lot_that_never_expires(tmp_path: Path, cell: str):
    path = tmp_path / "stock.csv"
    rows = (f"P;2;L1;{cell};2026-01-15", "P;2;L2;31/12/2026;2026-01-15", "P;2;L3;bientôt;2026-01-15")
    path.write_text("\n".join(["code_produit;quantite;no_lot;DLC;dernier_mouvement", *rows]), encoding="utf-8")
    (table,) = read_file(path, Settings(timezone="Europe/Paris")).tables
    assert table.frame["expiry_date"].to_list() == [None, date(2026, 12, 31), None]
    assert [(problem.row, problem.code) for problem in table.problems] == [(4, "not_a_date")]


def test_no_other_day_may_be_none(tmp_path: Path):
    path = tmp_path / "stock.csv"
    path.write_text("code_produit;quantite;no_lot;dernier_mouvement\nP;2;L1;-\n", encoding="utf-8")
    (table,) = read_file(path, Settings(timezone="Europe/Paris")).tables
    assert [(problem.row, problem.code) for problem in table.problems] == [(2, "not_a_date")]


@pytest.mark.parametrize(
    ("valid_from", "codes"),
    [
        *(("2026-03-12", []), ("01/01/1900", []), ("1990-01-02", [])),
        *(("12/03/1926", ["day_too_old"]), ("1989-12-31", ["day_too_old"])),
    ],
)
def test_an_old_day_is_a_slip_unless_a_price_always_held(tmp_path: Path, valid_from: str, codes: list[str]):
    path = tmp_path / "products.csv"
    headers = "code_produit;nom;categorie;prix_achat;prix_vente;seuil_marge_min;valable_du"
    path.write_text(f"{headers}\nP;Thé;T;1,00;2,00;0,2;{valid_from}\nQ;Riz;T;1,00;2,00;0,2;31/12/2025\n")
    (table,) = read_file(path, Settings(timezone="Europe/Paris")).tables
    assert [problem.code for problem in table.problems] == codes
    assert (table.frame["valid_from"][0] is None) == bool(codes)


@pytest.mark.parametrize(
    ("moved", "codes"), [("01/01/1900", []), ("01/01/1970 00:00", []), ("02/01/1900", ["day_too_old"])]
)
def test_a_lot_may_never_have_moved(tmp_path: Path, moved: str, codes: list[str]):
    path = tmp_path / "stock.csv"
    path.write_text(f"code_produit;quantite;no_lot;dernier_mouvement\nP;2;L1;{moved}\nP;2;L2;31/12/2025\n")
    (table,) = read_file(path, Settings(timezone="Europe/Paris")).tables
    assert [problem.code for problem in table.problems] == codes


@pytest.mark.parametrize("day", ["1926-03-12", "1900-01-01", "12/03/1926 10:30"])
def test_a_sale_of_a_century_ago_is_a_slip(tmp_path: Path, day: str):
    path = tmp_path / "sales.csv"
    lines = (f"F1;P;2;1,50;{day}", "F2;P;2;1,50;31/03/2026")
    path.write_text("\n".join(["no_facture;code_produit;quantite;prix_unitaire;date_heure", *lines]))
    (table,) = read_file(path, Settings(timezone="Europe/Paris")).tables
    assert [(problem.row, problem.code, problem.value) for problem in table.problems] == [(2, "day_too_old", day)]


@pytest.mark.parametrize(
    ("texts", "is_half"),
    [
        (["2026-04-03", "3/25/2026"], True),
        (["2026-04-03", "2026-11-03", "3/25/2026", "3/13/2026"], True),
        (["2026-04-03", "2026-05-04", "3/25/2026", "4/13/2026"], True),
        (["2026-03-03", "3/25/2026"], False),
        (["2026-03-04", "25/03/2026"], False),
        (["2026-04-05", "25/03/2026"], False),
        (["2026-04-03", "2026-04-13", "25/03/2026"], False),
        (["2026-04-03", "03/04/2026", "25/03/2026"], False),
    ],
)
def test_a_few_days_are_half_converted_where_they_fit_the_months_of_the_texts_once_swapped(
    texts: list[str], is_half: bool
):
    numeric = ["/" not in text for text in texts]
    assert are_half_converted(describe_times(pl.DataFrame({"text": texts, "numeric": numeric}))) == is_half
    assert not are_half_converted(describe_times(pl.DataFrame({"text": texts, "numeric": False})))
