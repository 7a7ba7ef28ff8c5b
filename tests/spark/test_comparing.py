"""The figures of the hot store beside those of the lake, of what sales alone tell of."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from comptoir import names
from comptoir.rules import Rules, windows_of
from comptoir_spark import facts
from comptoir_spark.comparing import Comparison
from comptoir_spark.lake import Lake
from tests.spark.tables import day, event, invoice, money
from tests.spark.topics import parsed

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from comptoir.stores.hot import Hot

pytestmark = pytest.mark.spark

WINDOWS = windows_of(day("2026-03-10"))
FIGURES = {"quantity": 3, "revenue": money("6.0000")}
CLIENT: dict[str, Any] = {"_id": "c", "client_id": "c", "name": None, "opening": money("0"), "sales": money("6.0000")}
CLIENT |= {"new_total": money("6.0000"), "eligible_promo": False, "tier": "Standard", "reduction_rate": money("0")}


def sold(number: str, when: str, quantity: int, suffix: str) -> dict[str, Any]:
    """An invoice whose client and product have codes that end so."""
    told = invoice(number, when, ("p", quantity, "2.00"), client="c")
    items = [item | {"product_code": f"P-{suffix}"} for item in told["items"]]
    return told | {"client_code": f"C-{suffix}", "items": items}


def lake_of(spark: SparkSession, *others: dict[str, Any]) -> Lake:
    """Sold under the codes -9, then -2, in one month, and what else is told."""
    sales = (sold("1", "2026-03-09", 1, "9"), sold("2", "2026-03-10", 2, "2"))
    told = [event("sales", number, after=each) for number, each in enumerate(sales, start=1)]
    events = parsed(spark, *told, *others)
    versions = facts.latest_versions(events)
    return Lake(facts.fact_deltas(events), versions, facts.catalogue(versions), events)


def hot_of(suffix: str, client: dict[str, Any] = CLIENT) -> Hot:
    """What the stream shows, its last code being this one."""
    missing = [{"product_id": "p", "code": f"P-{suffix}", **FIGURES}]
    totals = FIGURES | {"profit": money("0"), "products": 0}
    heads = [
        {"_id": window.id, "version": 1, "top": [], "totals": totals, "pages": {"ranking": 0, "cost_missing": 1}}
        for window in WINDOWS
    ]
    pages = [{"_id": f"{window.id}#1#cost_missing#0", "rows": missing} for window in WINDOWS]
    kept = {
        names.KPI_WINNERS: heads,
        names.KPI_PAGES: pages,
        names.KPI_REDUCTIONS: [client | {"code": f"C-{suffix}"}],
    }
    facts = {name: SimpleNamespace(find=lambda *_, found=found: found) for name, found in kept.items()}
    return cast("Hot", SimpleNamespace(facts=facts))


def differences(lake: Lake, hot: Hot) -> list[str]:
    found = Comparison(lake, hot, Rules())
    found.winners(WINDOWS)
    found.reductions()
    return [str(each) for each in found.differences]


@pytest.mark.parametrize("suffix", ["2", "9"])
def test_of_several_codes_that_sales_alone_told_any_may_be_shown(spark: SparkSession, suffix: str) -> None:
    assert differences(lake_of(spark), hot_of(suffix)) == []


def test_a_code_that_a_file_of_clients_tells_is_compared(spark: SparkSession) -> None:
    told = {"client_id": "c", "code": "C-1", "name": None, "opening": "0.0000", "declared_tier": None, "as_of": None}
    (difference,) = differences(lake_of(spark, event("clients", 1, after=told)), hot_of("2"))
    assert difference == f"{names.KPI_REDUCTIONS} c, code: the lake says C-1, the hot store C-2"
