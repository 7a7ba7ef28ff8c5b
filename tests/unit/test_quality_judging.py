"""Every rule on rows, one case each: what is told, how gravely, and which rows are rejected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from comptoir.problems import Problem, Severity
from comptoir.quality.judging import Counts, judge, judge_file, summarise
from comptoir.quality.known import Known
from comptoir.reading.columns import Columns
from comptoir.reading.reader import read_file
from comptoir.reading.tables import Table
from comptoir.records import entity_id
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

MakeTable = Callable[..., Table]
Row = dict[str, Any]
Told = tuple[str, str, int, str | None]

PARIS = Settings(timezone="Europe/Paris")
TODAY = date(2026, 3, 2)
KNOWN = Known({entity_id("product", "P1")}, {entity_id("client", "C1")})
UUID_A = "11111111-1111-4111-8111-111111111111"
TRILLIONS = Decimal("9999999999999.9999")

# kind, rows as they differ from a sound one, told (code, severity, row, column), rejected rows; the first row is 2.
CASES: dict[str, tuple[str, list[Row], list[Told], list[int]]] = {
    "a sound product": ("products", [{}], [], []),
    "a sound client": ("clients", [{}], [], []),
    "a sound lot": ("stock", [{}], [], []),
    "a sound line": ("sales", [{}], [], []),
    "no name": ("products", [{"name": None}], [("value_missing", "error", 2, "nom")], [2]),
    "no product": ("products", [{"product_code": None}], [("value_missing", "error", 2, "code_produit")], [2]),
    "a UUID instead of a code": ("products", [{"product_code": None, "product_id": UUID_A}], [], []),
    "no tier": ("clients", [{"loyalty_tier": None}], [("value_missing", "error", 2, "niveau_fidelite")], [2]),
    "no batch": ("stock", [{"batch_no": None}], [("value_missing", "error", 2, "no_lot")], [2]),
    "a lot that doesn't expire": ("stock", [{"expiry_date": None}], [], []),
    "no time": ("sales", [{"timestamp": None}], [("value_missing", "error", 2, "date_heure")], [2]),
    "a walk-in client": ("sales", [{"client_code": None}], [], []),
    "no price of its own": ("sales", [{"unit_price": None}], [], []),
    "quantity 0": ("sales", [{"quantity": 0}], [("quantity_zero", "error", 2, "quantite")], [2]),
    "a return": ("sales", [{"quantity": -1}], [], []),
    "a negative unit price": (
        "sales",
        [{"unit_price": Decimal("-0.0001")}],
        [("price_negative", "error", 2, "prix_unitaire")],
        [2],
    ),
    "a negative buying price": (
        "products",
        [{"buy_price": Decimal(-1)}],
        [("price_negative", "error", 2, "prix_achat")],
        [2],
    ),
    "a negative selling price": (
        "products",
        [{"sell_price": Decimal(-1), "buy_price": Decimal(-2)}],
        [("price_negative", "error", 2, "prix_achat"), ("price_negative", "error", 2, "prix_vente")],
        [2],
    ),
    "an amount just below the limit": ("sales", [{"quantity": 1, "unit_price": TRILLIONS}], [], []),
    "an amount at the limit": (
        "sales",
        [{"quantity": -10, "unit_price": Decimal(10**12)}],
        [("amount_too_large", "error", 2, "prix_unitaire")],
        [2],
    ),
    "an amount beyond 64 bits": (
        "sales",
        [{"quantity": 2**62, "unit_price": Decimal(10**33)}],
        [("amount_too_large", "error", 2, "prix_unitaire")],
        [2],
    ),
    "one product, two prices": (
        "products",
        [{}, {"sell_price": Decimal(4)}, {"product_code": "P2"}],
        [("duplicate_key", "error", 2, "code_produit"), ("duplicate_key", "error", 3, "code_produit")],
        [2, 3],
    ),
    "two validity dates": ("products", [{}, {"sell_price": Decimal(4), "valid_from": date(2026, 4, 1)}], [], []),
    "one validity date, two prices": (
        "products",
        [{"valid_from": TODAY}, {"valid_from": TODAY, "sell_price": Decimal(4)}],
        [("duplicate_key", "error", 2, "code_produit"), ("duplicate_key", "error", 3, "code_produit")],
        [2, 3],
    ),
    "a product by code and by its UUID": (
        "products",
        [{}, {"product_code": None, "product_id": entity_id("product", "P1"), "name": "Other"}],
        [("duplicate_key", "error", 2, "code_produit"), ("duplicate_key", "error", 3, "code_produit")],
        [2, 3],
    ),
    "identical products": ("products", [{}, {}], [("identical_rows", "notice", 2, None)], []),
    "one client, two names": (
        "clients",
        [{}, {"name": "Durand"}],
        [("duplicate_key", "error", 2, "code_client"), ("duplicate_key", "error", 3, "code_client")],
        [2, 3],
    ),
    "one lot, two quantities": (
        "stock",
        [{}, {"quantity": 6}, {"batch_no": "B2"}],
        [("duplicate_key", "error", 2, "no_lot"), ("duplicate_key", "error", 3, "no_lot")],
        [2, 3],
    ),
    "one stock_id, two batches": (
        "stock",
        [{"stock_id": UUID_A}, {"stock_id": UUID_A, "batch_no": "B2"}],
        [("duplicate_key", "error", 2, "no_lot"), ("duplicate_key", "error", 3, "no_lot")],
        [2, 3],
    ),
    "two clients on an invoice": (
        "sales",
        [{}, {"client_code": None, "quantity": 1}],
        [("invoice_clients_differ", "error", 2, "code_client"), ("invoice_clients_differ", "error", 3, "code_client")],
        [2, 3],
    ),
    "a client on the second line alone": (
        "sales",
        [{"client_code": None, "quantity": 1}, {}],
        [("invoice_clients_differ", "error", 2, "code_client"), ("invoice_clients_differ", "error", 3, "code_client")],
        [2, 3],
    ),
    "two totals on an invoice": (
        "sales",
        [
            {"total_amount": Decimal(6), "unit_price": None, "quantity": 1},
            {"total_amount": Decimal(7), "unit_price": None},
        ],
        [
            ("invoice_totals_differ", "error", 2, "montant_total"),
            ("invoice_totals_differ", "error", 3, "montant_total"),
        ],
        [2, 3],
    ),
    "a total on the first line alone": ("sales", [{"total_amount": Decimal("7.50")}, {"quantity": 1}], [], []),
    "a total off by a cent": (
        "sales",
        [{"total_amount": Decimal("7.51")}, {"quantity": 1, "total_amount": Decimal("7.51")}],
        [],
        [],
    ),
    "a total off by more": (
        "sales",
        [{"total_amount": Decimal("4.9899")}],
        [("total_mismatch", "error", 2, "montant_total")],
        [2],
    ),
    "a total that can't be checked": (
        "sales",
        [{"total_amount": Decimal(99)}, {"quantity": 1, "unit_price": None}],
        [],
        [],
    ),
    "a credit note": ("sales", [{"quantity": -2, "total_amount": Decimal(-5)}], [], []),
    # 23:30 UTC is the next day in Paris: the 3rd is tomorrow, the 4th is not.
    "tomorrow evening": ("sales", [{"timestamp": datetime(2026, 3, 3, 22, 30, tzinfo=UTC)}], [], []),
    "the day after tomorrow": (
        "sales",
        [{"timestamp": datetime(2026, 3, 3, 23, 30, tzinfo=UTC)}],
        [("date_in_future", "error", 2, "date_heure")],
        [2],
    ),
    "moved tomorrow": ("stock", [{"last_movement": datetime(2026, 3, 3, 12, tzinfo=UTC)}], [], []),
    "moved after tomorrow": (
        "stock",
        [{"last_movement": datetime(2026, 3, 4, 12, tzinfo=UTC)}],
        [("date_in_future", "error", 2, "dernier_mouvement")],
        [2],
    ),
    "a balance as of tomorrow": ("clients", [{"as_of": TODAY + timedelta(days=1)}], [], []),
    "a balance of the day after": (
        "clients",
        [{"as_of": TODAY + timedelta(days=2)}],
        [("date_in_future", "error", 2, "au")],
        [2],
    ),
    "a price from next year": ("products", [{"valid_from": date(2027, 1, 1)}], [], []),
    "an unknown product in stock": (
        "stock",
        [{"product_code": "P9"}],
        [("unknown_product", "warning", 2, "code_produit")],
        [],
    ),
    "an unknown product sold": (
        "sales",
        [{"product_code": "P9"}],
        [("unknown_product", "warning", 2, "code_produit")],
        [],
    ),
    "an unknown client": ("sales", [{"client_code": "C9"}], [("unknown_client", "warning", 2, "code_client")], []),
    "a gift": ("sales", [{"unit_price": Decimal(0)}], [("price_zero", "warning", 2, "prix_unitaire")], []),
    "prices 0": (
        "products",
        [{"buy_price": Decimal(0), "sell_price": Decimal(0)}],
        [("price_zero", "warning", 2, "prix_achat"), ("price_zero", "warning", 2, "prix_vente")],
        [],
    ),
    "below cost": (
        "products",
        [{"sell_price": Decimal("1.9999")}],
        [("below_cost", "warning", 2, "prix_vente")],
        [],
    ),
    "at cost": ("products", [{"sell_price": Decimal(2)}], [], []),
    "a margin of 20": (
        "products",
        [{"min_margin_threshold": 20.0}],
        [("margin_threshold_unlikely", "warning", 2, "seuil_marge_min")],
        [],
    ),
    "no stock left": ("stock", [{"quantity": 0}], [("stock_zero", "warning", 2, "quantite")], []),
    "stock below 0": ("stock", [{"quantity": -1}], [("stock_negative", "warning", 2, "quantite")], []),
    "expires today": ("stock", [{"expiry_date": TODAY}], [], []),
    "expired yesterday": (
        "stock",
        [{"expiry_date": date(2026, 3, 1)}],
        [("lot_expired", "warning", 2, "date_peremption")],
        [],
    ),
    "identical lines": ("sales", [{}, {}, {"quantity": 1}], [("identical_lines", "notice", 2, None)], []),
    "the same line on another invoice": ("sales", [{}, {"invoice_no": "F2"}], [], []),
    "a bad line holds its invoice": (
        "sales",
        [{}, {"quantity": 0}, {"quantity": 3}, {"invoice_no": "F2"}],
        [
            ("quantity_zero", "error", 3, "quantite"),
            ("invoice_held", "error", 2, None),
            ("invoice_held", "error", 4, None),
        ],
        [2, 3, 4],
    ),
}


def test_a_sale_of_a_closed_period_is_refused_by_the_traders_day(make_table: MakeTable):
    # 23:30 UTC on 31 January is 1 February in Paris, the first open day.
    moments = [datetime(2026, 1, 31, hour, 30, tzinfo=UTC) for hour in (22, 23)]
    rows = [{"invoice_no": f"F{moment.hour}", "timestamp": moment} for moment in moments]
    closed = Known(KNOWN.products, KNOWN.clients, closing=date(2026, 2, 1))
    verdict = judge(make_table("sales", rows), closed, PARIS, today=TODAY)
    assert verdict.rejected_rows == [2]
    (problem,) = verdict.problems
    assert (problem.code, problem.column, problem.params["closing"]) == ("period_closed", "date_heure", "2026-02-01")
    assert problem.message("fr").endswith("est antérieure au 1 févr. 2026 : cette période est clôturée.")
    assert judge(make_table("sales", rows), KNOWN, PARIS, today=TODAY).rejected_rows == []


def test_an_invoice_that_is_registered_in_a_closed_period_is_not_replaced(make_table: MakeTable):
    rows = [{}, {"quantity": 7}, {"invoice_no": "F2"}]
    days = {entity_id("invoice", name): date(2026, month, day) for name, month, day in (("F1", 1, 31), ("F2", 2, 1))}
    closed = replace(KNOWN, closing=date(2026, 2, 1), invoice_days=days)
    verdict = judge(make_table("sales", rows), closed, PARIS, today=TODAY)
    assert verdict.rejected_rows == [2, 3]
    assert [(each.code, each.params["invoice"]) for each in verdict.problems] == [("invoice_closed", "F1")] * 2


@pytest.mark.parametrize(("days", "rejected"), [(31, []), (32, [2, 3]), (-31, []), (-32, [2, 3])])
def test_an_invoice_number_that_comes_again_far_from_its_day_is_held(
    make_table: MakeTable, days: int, rejected: list[int]
):
    first = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)  # 1 February in Paris
    rows = [{"timestamp": first + timedelta(days=1)}, {"timestamp": first}, {"invoice_no": "F2"}]
    registered = date(2026, 2, 1) - timedelta(days=days)
    known = replace(KNOWN, invoice_days={entity_id("invoice", "F1"): registered})
    verdict = judge(make_table("sales", rows), known, PARIS, today=TODAY)
    assert (verdict.rejected_rows, verdict.held_rows) == (rejected, rejected)
    told = [(each.code, each.params["invoice"], each.params["registered"]) for each in verdict.problems]
    assert told == [("invoice_number_reused", "F1", registered.isoformat())] * len(rejected)
    released = judge(make_table("sales", rows), replace(known, allows_redating=True), PARIS, today=TODAY)
    assert released.rejected_rows == []


@pytest.mark.parametrize(("days", "rejected"), [(31, []), (32, [2, 3])])
def test_lines_of_one_number_far_apart_are_held_as_another_invoice_may_have_it(
    make_table: MakeTable, days: int, rejected: list[int]
):
    first = datetime(2026, 1, 31, 23, 30, tzinfo=UTC) - timedelta(days=300)  # a day later in Paris
    rows = [{"timestamp": first}, {"timestamp": first + timedelta(days=days)}, {"invoice_no": "F2"}]
    verdict = judge(make_table("sales", rows), KNOWN, PARIS, today=TODAY)
    assert (verdict.rejected_rows, verdict.held_rows) == (rejected, rejected)
    told = [(each.code, each.params["invoice"], each.params["days"]) for each in verdict.problems]
    assert told == [("invoice_days_apart", "F1", str(days))] * len(rejected)
    released = judge(make_table("sales", rows), replace(KNOWN, allows_redating=True), PARIS, today=TODAY)
    assert released.rejected_rows == []


@pytest.mark.parametrize(
    ("client", "hours", "between", "rejected"),
    [
        (None, 24, "F2", [2, 4]),
        (None, 13, "F2", [2, 4]),  # from one day to the next
        (None, 11, "F2", []),  # a bill that goes on past midnight
        (None, 24, "F1", []),  # no other ticket in between
        ("C1", 24, "F2", []),  # an invoice of deliveries
    ],
)
def test_a_tills_number_that_comes_again_the_next_day_is_held(
    make_table: MakeTable, client: str | None, hours: int, between: str, rejected: list[int]
):
    first = datetime(2026, 1, 5, 12, tzinfo=UTC)
    rows = [{"timestamp": first}, {"invoice_no": between, "timestamp": first}]
    rows += [{"timestamp": first + timedelta(hours=hours)}]
    table = make_table("sales", [{"client_code": client} | row for row in rows])
    verdict = judge(table, KNOWN, PARIS, today=TODAY)
    assert (verdict.rejected_rows, verdict.held_rows) == (rejected, rejected)
    assert {each.code for each in verdict.problems if each.severity == "error"} == (
        {"invoice_resumed"} if rejected else set()
    )
    assert judge(table, replace(KNOWN, allows_redating=True), PARIS, today=TODAY).rejected_rows == []


@pytest.mark.parametrize(("kind", "rows", "told", "rejected"), CASES.values(), ids=CASES)
def test_a_rule(make_table: MakeTable, kind: str, rows: list[Row], told: list[Told], rejected: list[int]):
    table = make_table(kind, rows)
    verdict = judge(table, KNOWN, PARIS, today=TODAY)
    found = [(each.code, str(each.severity), each.row, each.column) for each in verdict.problems]
    assert found == told
    assert verdict.rejected_rows == rejected
    assert verdict.accepted.equals(table.frame.filter(~pl.col("row").is_in(rejected)))


def test_problems_in_the_same_words_share_them(make_table: MakeTable):
    one, other = judge(make_table("sales", [{"quantity": 0}] * 2), KNOWN, PARIS, today=TODAY).problems[:2]
    assert (one.code, one.row, other.row) == ("quantity_zero", 2, 3)
    assert one.params is other.params
    assert one.value is other.value


def test_a_value_is_shown_as_it_was_sent(make_table: MakeTable):
    table = make_table("sales", [{}])
    originals = table.originals.with_columns(pl.lit("- 2,50 €").alias("prix_unitaire"))
    bad = make_table("sales", [{"unit_price": Decimal("-2.5")}])
    sent = replace(bad, sent=Columns.of(originals))
    (problem,) = judge(sent, KNOWN, PARIS, today=TODAY).problems
    assert problem.value == "- 2,50 €"
    assert problem.message("en") == "The price “- 2,50 €” in “prix_unitaire” is negative."


def test_a_held_line_names_the_bad_ones(make_table: MakeTable):
    rows = [{"quantity": 0, "product_code": f"P{number}"} for number in range(7)] + [{}]
    held = judge(make_table("sales", rows), KNOWN, PARIS, today=TODAY).problems[7]
    assert (held.code, held.row, held.params["invoice"]) == ("invoice_held", 9, "F1")
    assert held.params["rows"] == "2, 3, 4, 5, 6 …"


def test_a_mismatch_names_the_difference(make_table: MakeTable):
    verdict = judge(make_table("sales", [{"total_amount": Decimal("6.20")}]), KNOWN, PARIS, today=TODAY)
    assert verdict.problems[0].params["difference"] == "1.20"


def test_a_cell_that_reading_refused_rejects_its_row_and_is_told_once(make_table: MakeTable):
    unreadable = Problem("value_missing", row=3, column="quantite", value="douze", params={"field": "quantity"})
    rows = [{}, {"quantity": None, "timestamp": None}, {"invoice_no": "F2"}]
    verdict = judge(make_table("sales", rows, problems=[unreadable]), KNOWN, PARIS, today=TODAY)
    assert verdict.rejected_rows == [2, 3]
    assert [(each.code, each.row, each.column) for each in verdict.problems] == [
        ("value_missing", 3, "quantite"),
        ("value_missing", 3, "date_heure"),
        ("invoice_held", 2, None),
    ]


def test_an_error_about_a_whole_row_hides_no_missing_cell(make_table: MakeTable):
    whole = Problem("duplicate_key", row=2)
    verdict = judge(make_table("products", [{"name": None}], problems=[whole]), KNOWN, PARIS, today=TODAY)
    assert [each.code for each in verdict.problems] == ["duplicate_key", "value_missing"]


def test_an_unreadable_optional_cell_rejects_its_row(make_table: MakeTable):
    unreadable = Problem("value_missing", row=2, column="prix_unitaire", value="?", params={"field": "unit_price"})
    verdict = judge(make_table("sales", [{"unit_price": None}], problems=[unreadable]), KNOWN, PARIS, today=TODAY)
    assert verdict.rejected_rows == [2]


def test_a_notice_of_reading_rejects_and_hides_nothing(make_table: MakeTable):
    notice = Problem("value_missing", Severity.NOTICE, row=2, column="quantite", params={"field": "quantity"})
    assert judge(make_table("sales", [{}], problems=[notice]), KNOWN, PARIS, today=TODAY).rejected_rows == []
    verdict = judge(make_table("sales", [{"quantity": 0}], problems=[notice]), KNOWN, PARIS, today=TODAY)
    assert [each.code for each in verdict.problems] == ["value_missing", "quantity_zero"]


def test_an_invoice_of_10001_lines_is_too_long(make_table: MakeTable):
    lines = [{"quantity": number + 1} for number in range(10_000)]
    assert judge(make_table("sales", lines), KNOWN, PARIS, today=TODAY).rejected_rows == []
    verdict = judge(make_table("sales", [*lines, {}]), KNOWN, PARIS, today=TODAY)
    assert len(verdict.rejected_rows) == 10_001
    assert {each.code for each in verdict.problems} == {"invoice_too_long", "identical_lines"}


def test_an_unknown_code_is_told_once_with_its_lines(make_table: MakeTable):
    rows = [{"invoice_no": f"F{number}", "product_code": f"X{number % 2}"} for number in range(14)]
    told = judge(make_table("sales", rows), KNOWN, PARIS, today=TODAY).problems
    assert [(each.code, each.value, each.row, each.params["count"], each.params["rows"]) for each in told] == [
        ("unknown_product", "X0", 2, "7", "2, 4, 6, 8, 10 …"),
        ("unknown_product", "X1", 3, "7", "3, 5, 7, 9, 11 …"),
    ]


def test_an_unknown_product_of_a_cell_of_items_is_told_by_its_own_code(tmp_path: Path):
    path = tmp_path / "v.csv"
    items = ['""sku"": ""X1""', '""sku"": ""X2""', '""sku"": ""X1""']
    cell = ", ".join(f'{{{each}, ""qty"": {place}, ""price"": 2.5}}' for place, each in enumerate(items, start=1))
    rows = [f'F{number};2026-03-01 10:00;"[{cell}]"' for number in (1, 2)]
    path.write_text("\n".join(["invoice_no;timestamp;items", *rows]), encoding="utf-8")
    verdicts, _ = judge_file(read_file(path, PARIS).tables, KNOWN, PARIS, today=TODAY)
    told = [each for each in verdicts[0].problems if each.code == "unknown_product"]
    assert [(each.value, each.params["count"], each.params["rows"]) for each in told] == [
        ("X1", "2", "2, 3"),
        ("X2", "2", "2, 3"),
    ]


@pytest.mark.parametrize(("price", "shown"), [("-2", "-2.00"), ("-2.125", "-2.125")])
def test_a_price_in_a_cell_of_items_is_shown_by_itself(tmp_path: Path, price: str, shown: str):
    path = tmp_path / "v.csv"
    cell = f'[{{""sku"": ""P1"", ""qty"": 1, ""price"": {price}}}]'
    path.write_text(f'invoice_no;timestamp;items\nF1;2026-03-01 10:00;"{cell}"', encoding="utf-8")
    verdicts, _ = judge_file(read_file(path, PARIS).tables, KNOWN, PARIS, today=TODAY)
    assert [each.value for each in verdicts[0].problems if each.code == "price_negative"] == [shown]


def test_a_column_is_named_as_in_the_file(make_table: MakeTable):
    headers = {"product_id": "Article UUID", "name": "Libellé"}
    table = make_table("products", [{"product_code": None}], headers=headers)
    (problem,) = judge(table, KNOWN, PARIS, today=TODAY).problems
    assert (problem.column, problem.params["field"]) == ("Article UUID", "product_code")


def test_sheets_of_one_kind_are_judged_together(make_table: MakeTable):
    tables = [
        make_table("sales", [{}], sheet="janvier"),
        make_table("sales", [{"quantity": 0}, {"invoice_no": "F2"}], sheet="février"),
    ]
    verdicts, checked = judge_file(tables, KNOWN, PARIS, today=TODAY)
    assert [verdict.rejected_rows for verdict in verdicts] == [[2], [2]]
    told = [(each.sheet, each.code) for verdict in verdicts for each in verdict.problems]
    on_sheets = "invoice_on_sheets"
    assert told == [("janvier", on_sheets), ("février", "quantity_zero"), ("février", on_sheets)]
    assert verdicts[0].problems[0].params["sheets"] == "janvier, février"
    assert len(checked) == 1
    assert summarise(verdicts) == Counts(rows_read=3, rows_rejected=2, rows_held=0)


TOTAL = {"unit_price": Decimal(2), "quantity": 3, "total_amount": Decimal(6)}


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({}, "invoice_copied"),
        ({"quantity": 2, "total_amount": Decimal(4)}, "invoice_on_sheets"),
        ({"total_amount": None}, "invoice_on_sheets"),
        ({"timestamp": datetime(2026, 1, 2, tzinfo=UTC)}, "invoice_on_sheets"),
        ({"client_code": "C2"}, "invoice_on_sheets"),
        ({"product_code": None, "product_id": entity_id("product", "P1")}, "invoice_on_sheets"),
    ],
)
def test_an_invoice_on_two_sheets_is_a_copy_or_rejected_on_both(make_table: MakeTable, other: Any, code: str):
    tables = [
        make_table("sales", [TOTAL, TOTAL | {"invoice_no": "F7"}], sheet="Ventes"),
        make_table("sales", [TOTAL | {"invoice_no": "F8"}, TOTAL | other], sheet="Corrigé"),
    ]
    verdicts, _ = judge_file(tables, Known(), PARIS, today=TODAY)
    told = [each for verdict in verdicts for each in verdict.problems if each.severity is not Severity.WARNING]
    assert [(each.sheet, each.row, each.code) for each in told] == [("Ventes", 2, code), ("Corrigé", 3, code)]
    rejected = [[], []] if code == "invoice_copied" else [[2], [3]]
    assert [verdict.rejected_rows for verdict in verdicts] == rejected


def test_two_halves_of_an_invoice_are_told_of_as_such_and_not_by_its_total(make_table: MakeTable):
    half = TOTAL | {"total_amount": Decimal(12)}
    tables = [make_table("sales", [half], sheet="1"), make_table("sales", [half | {"product_code": "P2"}], sheet="2")]
    verdicts, _ = judge_file(tables, Known(), PARIS, today=TODAY)
    errors = [each for verdict in verdicts for each in verdict.problems if each.severity is Severity.ERROR]
    assert [each.message("fr") for each in errors] == [
        "La facture F1 figure sur plusieurs feuilles (1, 2), et pas avec les mêmes lignes."
    ] * 2


def test_what_a_file_brings_is_known_to_its_other_sheets(make_table: MakeTable):
    tables = [
        make_table("sales", [{"product_code": "P7", "client_code": "C7"}, {"invoice_no": "F2", "product_code": "P8"}]),
        make_table("products", [{"product_code": "P7"}, {"product_code": "P8", "buy_price": Decimal(-1)}]),
        make_table("clients", [{"client_code": "C7"}]),
    ]
    verdicts, _ = judge_file(tables, KNOWN, PARIS, today=TODAY)
    assert [(each.code, each.value) for each in verdicts[0].problems] == [("unknown_product", "P8")]
    assert [verdict.table.kind.name for verdict in verdicts] == ["sales", "products", "clients"]


def test_rows_without_an_invoice_number_are_no_invoice(make_table: MakeTable):
    rows = [{"invoice_no": None}, {"invoice_no": None, "client_code": "C9"}, {"quantity": 3}]
    verdict = judge(make_table("sales", rows), KNOWN, PARIS, today=TODAY)
    assert verdict.rejected_rows == [2, 3]
    assert {each.code for each in verdict.problems} == {"value_missing", "unknown_client"}


def test_a_client_known_by_its_uuid_alone_is_named_by_it(make_table: MakeTable):
    headers = {"invoice_no": "no_facture", "client_id": "client_id", "product_code": "code_produit"}
    rows = [{"client_code": None, "client_id": UUID_A}]
    verdict = judge(make_table("sales", rows, headers=headers), KNOWN, PARIS, today=TODAY)
    (told,) = [each for each in verdict.problems if each.code == "unknown_client"]
    assert (told.column, told.value) == ("client_id", UUID_A)
    assert f"“{UUID_A}”" in told.message("en")
