"""Great Expectations and the verdict on rows say the same, and its Data Docs open without a network."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from subprocess import PIPE
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptoir.problems import Problem, Severity
from comptoir.quality import data_docs, generate, suites
from comptoir.quality.checking import check
from comptoir.quality.expectations import MEANINGS, load_suite, suite_path
from comptoir.quality.judging import broken_rows, judge_checked
from comptoir.quality.known import Known
from comptoir.quality.report_words import FRENCH_RULES, WORDS
from comptoir.quality.suites import SuiteResult, configuration, run_suite
from comptoir.reading.reader import read_file
from comptoir.reading.tables import Table
from comptoir.records import ALL_KINDS, MAX_INVOICE_LINES, MAX_LINE_AMOUNT, entity_id, kind_of
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.records import Kind

MakeTable = Callable[..., Table]

PARIS = Settings(timezone="Europe/Paris")
TODAY = date(2026, 3, 2)
KNOWN = Known({entity_id("product", "P1")}, {entity_id("client", "C1")})
CLOSED = Known(KNOWN.products, KNOWN.clients, date(2026, 3, 3), {entity_id("invoice", "F2"): date(2026, 1, 30)})
GX_SEVERITY = {"error": "critical", "warning": "warning", "notice": "info"}

PRICES = st.sampled_from([None, *map(Decimal, ("-1", "0", "0.0001", "2.50", "2.5001", "10000000000000"))])
DAYS = st.sampled_from([None, *(date(2026, 3, day) for day in (1, 2, 3, 4))])
TIMES = st.sampled_from([None, *(datetime(2026, 3, day, 23, 30, tzinfo=UTC) for day in (1, 2, 3))])
QUANTITIES = st.sampled_from([None, -2, 0, 1, 3, 2**62])
CELLS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "products": {
        "product_code": st.sampled_from([None, "P1", "P2"]),
        "name": st.sampled_from([None, "Lantern"]),
        "buy_price": PRICES,
        "sell_price": PRICES,
        "min_margin_threshold": st.sampled_from([None, -0.1, 0.0, 0.2, 1.0, 20.0]),
        "valid_from": DAYS,
    },
    "clients": {
        "client_code": st.sampled_from([None, "C1", "C2"]),
        "total_revenue_generated": PRICES,
        "loyalty_tier": st.sampled_from([None, "Gold"]),
        "as_of": DAYS,
    },
    "stock": {
        "product_code": st.sampled_from([None, "P1", "P2"]),
        "batch_no": st.sampled_from([None, "B1", "B2"]),
        "quantity": QUANTITIES,
        "expiry_date": DAYS,
        "last_movement": TIMES,
    },
    "sales": {
        "invoice_no": st.sampled_from([None, "F1", "F2", "F3"]),
        "client_code": st.sampled_from([None, "C1", "C2"]),
        "product_code": st.sampled_from([None, "P1", "P2"]),
        "quantity": QUANTITIES,
        "unit_price": PRICES,
        "total_amount": st.sampled_from([None, None, Decimal("2.51"), Decimal("7.50")]),
        "timestamp": TIMES,
    },
}


def rows_of(kind: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    # Most cells are left sound, so that whole rows and invoices are sound, too.
    row = st.fixed_dictionaries({}, optional=CELLS[kind])
    return st.lists(row, min_size=6, max_size=40)


def unexpected_rows(result: SuiteResult) -> dict[str, set[int]]:
    return {
        json.dumps([configuration(each).meta["code"], configuration(each).kwargs.get("column", "pair")]): {
            place["row"] for place in each.result["unexpected_index_list"] or ()
        }
        for each in result.validation.results
    }


@pytest.mark.parametrize("kind", CELLS)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_suite_and_the_verdict_agree_row_by_row(make_table: MakeTable, kind: str, data: st.DataObject):
    rows = data.draw(rows_of(kind))
    told = [Problem("value_missing", row=2, params={"field": "none"})] if data.draw(st.booleans()) else []
    table = make_table(kind, rows, problems=told)
    checked = check([table], data.draw(st.sampled_from([KNOWN, CLOSED])), PARIS, today=TODAY)
    broken = broken_rows(checked)
    result = run_suite(checked)
    ours = {
        json.dumps([rule.code, rule.kwargs.get("column", "pair")]): set(checked.frame["row"].filter(broken[name]))
        for name, rule in zip(broken.columns, checked.suite, strict=True)
    }
    assert unexpected_rows(result) == ours
    (verdict,) = judge_checked(checked)
    assert result.success == (not verdict.rejected_rows)
    errors = {each.row for each in verdict.problems if each.severity == Severity.ERROR}
    assert errors == set(verdict.rejected_rows)


def test_a_long_table_is_asked_for_examples_of_what_is_broken(make_table: MakeTable, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(suites, "COMPLETE_ROWS", 2)
    table = make_table("sales", [{}, {"quantity": 0, "invoice_no": "F2"}, {"product_code": "P9", "invoice_no": "F3"}])
    result = run_suite(check([table], KNOWN, PARIS, today=TODAY))
    broken = {configuration(each).meta["code"]: each.result for each in result.validation.results if not each.success}
    assert {code: found["unexpected_count"] for code, found in broken.items()} == {
        "quantity_zero": 1,
        "unknown_product": 1,
    }
    assert not result.success
    passed = [each.result for each in result.validation.results if each.success]
    assert passed == [{}] * len(passed)


@pytest.mark.parametrize("kind", [kind.name for kind in ALL_KINDS])
def test_great_expectations_takes_every_expectation_of_a_suite(kind: str):
    # It logs and leaves out what it can't make sense of.
    document = json.loads(suite_path(kind).read_text())
    loaded = suites._suite(document)
    assert len(loaded.expectations) == len(document["expectations"])
    assert loaded.name == kind


@pytest.mark.parametrize("kind", [kind.name for kind in ALL_KINDS])
def test_a_suite_says_the_same_severity_in_both_words(kind: str):
    for entry in json.loads(suite_path(kind).read_text())["expectations"]:
        assert entry["severity"] == GX_SEVERITY[entry["meta"]["severity"]]
        assert entry["description"]
        assert entry["type"] in MEANINGS


@pytest.mark.parametrize("kind", [kind.name for kind in ALL_KINDS])
def test_a_suite_requires_what_the_contract_requires(kind: str):
    required = {rule.field for rule in load_suite(kind) if rule.code == "value_missing"}
    assert required == {column.name for column in kind_of(kind).columns if column.required}


@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.name)
def test_a_suite_is_what_the_records_and_the_hand_written_expectations_make(kind: Kind):
    assert suite_path(kind.name).read_text() == generate.text_of(kind)


@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.name)
def test_what_is_generated_is_not_written_by_hand(kind: Kind):
    by_hand = json.loads(generate.business_path(kind.name).read_text())
    generated = {rule.code for rule in load_suite(kind.name)} - {entry["meta"]["code"] for entry in by_hand}
    assert generated == {"value_missing", "cell_unreadable"} | (
        {"amount_too_large", "invoice_too_long"} if kind.name == "sales" else set()
    )


def test_the_bounds_of_the_contract_are_those_of_the_suite():
    bounds = {rule.code: rule.kwargs.get("max_value") for rule in load_suite("sales")}
    assert bounds["invoice_too_long"] == MAX_INVOICE_LINES
    assert bounds["amount_too_large"] == MAX_LINE_AMOUNT - 1


def test_data_docs_stand_by_themselves(make_table: MakeTable, tmp_path: Path):
    tables = [make_table("sales", [{"quantity": 0}, {}], sheet="<script>alert(1)</script>"), make_table("stock", [{}])]
    results = [run_suite(check([table], KNOWN, PARIS, today=TODAY)) for table in tables]
    index = data_docs.build(results, tmp_path / "docs", PARIS, title="<b>ventes.xlsx")
    assert sorted(path.name for path in index.parent.iterdir()) == [
        "index.html",
        "sales.html",
        "sales.json",
        "stock.html",
        "stock.json",
    ]
    pages = {path.stem: path.read_text() for path in index.parent.glob("*.html")}
    for page in pages.values():
        assert "<script" not in page
        assert "<b>" not in page
        assert page.count("<table") == page.count('<div class="scrolled"><table')
        assert not re.findall(r"""(?:src|href)=["'](?!index\.html|sales\.html|stock\.html|#)""", page)
    assert "&lt;script&gt;" in pages["sales"]
    assert "No quantity is 0." in pages["sales"]
    assert "<h1>&lt;b&gt;ventes.xlsx</h1>" in pages["index"]
    assert "h1::first-letter" not in pages["index"]  # a file's name is shown as it is
    assert "✗ errors" in pages["index"]
    assert "✓ no errors" in pages["stock"]
    stored = json.loads((index.parent / "sales.json").read_text())
    assert stored["success"] is False
    assert stored["statistics"]["evaluated_expectations"] == len(load_suite("sales"))


UNREAD = Problem("not_a_number", row=2, column="prix_achat", value="abc", params={"field": "buy_price"})


def rows_told(page: str) -> dict[str, list[list[str]]]:
    """Return the rows to look at of each rule of a page, cell by cell."""
    told = re.findall(r'<h3 class="\w+">(.*?)</h3>.*?<tbody>(.*?)</tbody>', page, flags=re.DOTALL)
    rows = {rule: re.findall(r"<tr>(.*?)</tr>", body) for rule, body in told}
    return {rule: [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in found] for rule, found in rows.items()}


@pytest.mark.parametrize("most", [suites.COMPLETE_ROWS, 1])
def test_data_docs_show_what_could_not_be_understood_and_call_it_not_missing(
    make_table: MakeTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
):
    monkeypatch.setattr(suites, "COMPLETE_ROWS", most)
    table = make_table("products", [{"buy_price": None}, {"product_code": "P2", "name": None}], problems=[UNREAD])
    result = run_suite(check([table], KNOWN, PARIS, today=TODAY))
    data_docs.build([result], tmp_path, PARIS)
    told = rows_told((tmp_path / "products.html").read_text())
    assert told["Every cell could be understood."] == [["2", "prix_achat", "abc"]]
    broken = {configuration(each).meta.get("field") for each in result.validation.results if not each.success}
    assert broken == {None, "name"}


def test_data_docs_name_a_row_of_items_once(tmp_path: Path):
    path = tmp_path / "x.jsonl"
    items = [{"product_code": name, "quantity": 0, "unit_price": 1} for name in "PQ"]
    path.write_text(json.dumps({"invoice_no": "F1", "timestamp": "2026-01-31", "items": items}))
    tables = read_file(path, PARIS).tables
    data_docs.build([run_suite(check(tables, KNOWN, PARIS, today=TODAY))], tmp_path, PARIS)
    page = (tmp_path / "sales.html").read_text()
    assert rows_told(page)["No quantity is 0."] == [["1", "0"]]
    assert "The first of" not in page


SAID_IN_ENGLISH = ("error", "warning", "Rule", "Rows", "Every ", "No ", "must", "unexpected", "Expectation", "products")


def test_data_docs_are_in_the_language_of_the_files_owner(make_table: MakeTable, tmp_path: Path):
    rows = [{"unit_price": Decimal("-1234.5")}, {"timestamp": datetime(2026, 3, 9, 23, 30, tzinfo=UTC)}, {}]
    table = make_table("sales", rows, sheet="Feuil1")
    result = run_suite(check([table], KNOWN, PARIS, today=TODAY))
    french = PARIS.model_copy(update={"language": "fr"})
    at = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)
    for settings_, told in (
        (french, ("Rapport de validation", "2 mars 2026, 09:05:00", "ventes", "Aucune valeur de prix_unitaire n'est")),
        (PARIS, ("Validation report", "2 Mar 2026, 09:05:00", "sales", "No unit_price is negative.")),
    ):
        index = data_docs.build([result], tmp_path / settings_.language, settings_, title="v.csv", now=at)
        text = html.unescape(index.read_text() + (index.parent / "sales.html").read_text())
        assert [part for part in told if part not in text] == []
        assert f'<html lang="{settings_.language}">' in text
    page = (tmp_path / "fr" / "sales.html").read_text()
    page = re.sub(r"<style>.*?</style>|<code>.*?</code>", "", page, flags=re.DOTALL)
    shown = html.unescape(re.sub(r"<[^>]*>", " ", page))
    assert [word for word in SAID_IN_ENGLISH if re.search(rf"\b{word}", shown)] == []
    assert "-1\u202f234,50" in shown
    assert "1 (33,3\xa0%)" in shown
    assert "Feuil1" in shown
    assert json.loads((tmp_path / "fr" / "sales.json").read_text())["success"] is False


@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.name)
def test_every_rule_is_said_in_french(kind: Kind):
    for rule in load_suite(kind.name):
        sentence = FRENCH_RULES[rule.code]
        assert rule.field or "{column}" not in sentence, rule.code
    assert f"kind_{kind.name}" in WORDS
    assert all(set(said) == {"en", "fr"} for said in WORDS.values())


def test_data_docs_of_very_many_rows_show_values(
    make_table: MakeTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(suites, "COMPLETE_ROWS", 1)
    result = run_suite(check([make_table("stock", [{"quantity": -7}, {}])], KNOWN, PARIS, today=TODAY))
    data_docs.build([result], tmp_path, PARIS)
    assert "<td>-7</td>" in (tmp_path / "stock.html").read_text()


def test_data_docs_are_built_one_at_a_time_and_a_dead_builder_holds_nobody_up(tmp_path: Path):
    lock = tmp_path / "run" / "data_docs.lock"
    entered: list[str] = []

    def build() -> None:
        with data_docs.alone(lock):
            entered.append("second")

    hold = f"from pathlib import Path; from comptoir.quality.data_docs import alone\nwith alone(Path({str(lock)!r})):"
    holder = subprocess.Popen(
        [sys.executable, "-c", f"{hold}\n print('held', flush=True); input()"], stdin=PIPE, stdout=PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    second = threading.Thread(target=build)
    second.start()
    second.join(timeout=0.5)
    assert entered == []
    holder.kill()
    holder.wait()
    second.join(timeout=10)
    assert entered == ["second"]
