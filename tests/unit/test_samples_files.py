"""The sample files: the same for the same day, and with all the cases that the figures tell apart."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from comptoir.samples import day_lines, sample_products, write_samples
from tests.oracle.figures import Oracle

if TYPE_CHECKING:
    from pathlib import Path

MONDAY = date(2026, 11, 23)
SUNDAY_THE_FIRST = date(2026, 11, 1)


@pytest.fixture
def oracle(tmp_path: Path) -> Oracle:
    oracle = Oracle(MONDAY)
    oracle.land(*write_samples(tmp_path, MONDAY))
    return oracle


def test_the_same_day_gives_the_same_bytes(tmp_path: Path):
    first = [path.read_bytes() for path in write_samples(tmp_path / "first", MONDAY)]
    again = [path.read_bytes() for path in write_samples(tmp_path / "again", MONDAY)]
    assert first == again


def test_tomorrow_repeats_the_invoices_of_today():
    products = sample_products()
    assert day_lines(products, date(2026, 11, 20)) == day_lines(products, date(2026, 11, 20))


def test_files_are_french_text_and_english_workbooks(tmp_path: Path):
    files = {path.name: path.read_bytes() for path in write_samples(tmp_path, MONDAY)}
    assert list(files) == [
        "produits.csv",
        "clients.csv",
        "stock.xlsx",
        "ventes-2026-09.csv",
        "ventes-2026-10.csv",
        "sales-2026-11.xlsx",
    ]
    assert "Crèmerie;" in files["produits.csv"].decode("cp1252")
    assert files["clients.csv"].startswith(b"\xef\xbb\xbf")
    assert files["produits.csv"].splitlines()[1] == (
        "EPI-001;Farine de blé, 250 g;Épicerie;14,19;19,30;0,10;31/08/2026".encode("cp1252")
    )


def test_a_month_that_has_no_sale_yet_has_no_file(tmp_path: Path):
    names = [path.name for path in write_samples(tmp_path, SUNDAY_THE_FIRST)]
    assert names[-1] == "ventes-2026-10.csv"
    assert len(names) == 5


def test_there_are_200_products_and_40_clients(oracle: Oracle):
    assert len({product.code for product in sample_products()}) == 200
    assert len(oracle.reductions()) == 40


def test_every_figure_has_something_to_show(oracle: Oracle):
    assert len(oracle.winners("week", MONDAY)) >= 10
    assert len(oracle.winners("month", MONDAY)) >= 10
    assert [row["code"] for row in oracle.cost_missing("month", MONDAY)] == ["EMBALLAGE-CADEAU", "LIVRAISON"]
    assert {reason for row in oracle.losses(MONDAY) for reason in row["reasons"]} == {
        "EXPIRED",
        "EXPIRING",
        "DEAD_STOCK",
    }
    assert ["EXPIRED", "DEAD_STOCK"] in [row["reasons"] for row in oracle.losses(MONDAY)]
    assert [row["code"] for row in oracle.low_margin(MONDAY)] == ["EPI-001", "EPI-002", "EPI-003", "EPI-004"]


def test_clients_are_of_every_tier_and_at_either_side_of_the_promotion(oracle: Oracle):
    reductions = oracle.reductions()
    assert {row["tier"] for row in reductions} == {"Gold", "Silver", "Standard"}
    assert {row["eligible_promo"] for row in reductions} == {True, False}


def test_some_sales_are_returns_or_walk_ins_or_without_a_price_of_their_own():
    lines = [line for day in range(1, 22) for line in day_lines(sample_products(), date(2026, 9, day))]
    assert any(line.quantity < 0 for line in lines)
    assert any(line.client_code is None for line in lines)
    assert any(line.unit_price is None for line in lines)
