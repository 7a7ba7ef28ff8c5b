"""Whatever way files cut, order, correct and take back what they tell: figures follow from the claims that stand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.audited import figures_of
from tests.unit.claims_in_memory import TODAY
from tests.unit.shops_in_memory import CONTENTS, RECORDS, ZONE, Record, Shop, invoice_of, name_of, product_of

if TYPE_CHECKING:
    from collections.abc import Iterable

FIGURES = ("product_facts", "client_facts", "windows", "ranking", "losses", "low_margin", "reductions")
FILES = 3


def figures(shop: Shop) -> dict[str, list[dict[str, Any]]]:
    """Compute the figures of a shop's events."""
    workspace = figures_of(shop.events(), TODAY, ZONE)
    return {name: workspace.rows(f"FROM expected_{name} ORDER BY ALL") for name in FIGURES}


def figures_of_files(files: Iterable[list[Record]]) -> dict[str, list[dict[str, Any]]]:
    return figures(Shop.of(files))


@given(st.lists(RECORDS, min_size=6, max_size=12, unique_by=name_of), st.data())
@settings(max_examples=10, deadline=None)
def test_files_that_share_no_record_give_the_same_figures_in_any_order_and_splitting(
    told: list[Record], data: st.DataObject
):
    shuffled = data.draw(st.permutations(told))
    place = data.draw(st.lists(st.integers(1, FILES), min_size=len(told), max_size=len(told)))
    parts = [[one for one, number in zip(shuffled, place, strict=True) if number == file] for file in range(FILES + 1)]
    assert figures_of_files(parts) == figures_of_files([told])


@given(st.lists(CONTENTS, min_size=FILES, max_size=FILES), st.integers(1, FILES))
@settings(max_examples=10, deadline=None)
def test_a_file_and_its_withdrawal_are_nothing_also_when_a_later_file_claims_the_same(
    files: list[list[Record]], withdrawn: int
):
    shop, without = Shop.of(files), Shop()
    shop.withdraw(withdrawn)
    for landing, told in enumerate(files, start=1):
        if landing != withdrawn:
            without.land(landing, told)
    assert figures(shop) == figures(without)


@given(st.lists(CONTENTS, min_size=FILES, max_size=FILES))
@settings(max_examples=10, deadline=None)
def test_of_what_is_corrected_the_last_version_alone_counts(files: list[list[Record]]):
    last = {name_of(record): record for told in files for record in told}
    assert figures_of_files(files) == figures_of_files([list(last.values())])


def test_a_withdrawn_correction_leaves_the_threshold_that_counted_before_it():
    """Its file named two, and that of the later price counted; the earlier price came back, not its threshold."""
    five, ten, day = Decimal(5), Decimal(10), date(2026, 4, 28)
    sale = invoice_of("F1", None, datetime(2026, 4, 28, 12, tzinfo=UTC), [("P1", 1, ten)])
    prices = [product_of("P1", date(2026, 1, 28), five, ten, 0.1), product_of("P1", day, five, ten, 0.9)]
    shop = Shop.of([[*prices, sale], [product_of("P1", date(2026, 1, 28), Decimal(6), ten, 0.2)]])
    shop.withdraw(2)
    assert [row["margin"] for row in figures(shop)["low_margin"]] == [0.5]
