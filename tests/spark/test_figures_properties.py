"""Files land, are withdrawn and restored, and held rows released, in any interleaving: the figures of all events.

Stream and batch compute them from every event, by their own functions; beside them stand those that the audit's
statements make of the claims alone which count in the end.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptoir.rules import Rules
from comptoir_spark import facts, kpis
from tests.spark.topics import parsed
from tests.unit.audited import figures_of
from tests.unit.claims_in_memory import TODAY
from tests.unit.shops_in_memory import CONTENTS, ZONE, Record, Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import DataFrame, SparkSession

    from comptoir.reconciling.workspace import Workspace

pytestmark = pytest.mark.spark

Row = dict[str, Any]
Rows = list[tuple[Any, ...]]
FILES = 3


def play(shop: Shop, files: list[tuple[list[Record], set[int]]], steps: list[int]) -> set[int]:
    """Land each file when its turn first comes, then withdraw and restore it, and so its held rows; return what counts.

    A step names a file by its landing, or by the negative of it the rows that are held of it.
    """
    counting: dict[int, bool] = {}
    landed: dict[int, int] = {}
    for step in steps:
        content, held = files[abs(step) - 1]
        if step not in landed:
            if step < 0 and not counting.get(-step):
                continue
            landed[step] = step if step > 0 else FILES + 1 + sum(each < 0 for each in landed)
            told = [record for place, record in enumerate(content) if (place in held) == (step < 0)]
            shop.land(landed[step], told, released_from=-step if step < 0 else None)
        elif counting[step]:
            shop.withdraw(landed[step])
        else:
            shop.restore(landed[step])
        counting[step] = not counting.get(step, False)
    return {landed[step] for step, counts in counting.items() if counts}


def standing(shop: Shop, counting: set[int]) -> Iterator[Row]:
    """Tell each record once, as the latest-landed file that counts says."""
    effective = {
        (kind, row["record_id"]): (landing, row["version"])
        for landing in sorted(counting)
        for kind, records in shop.files[landing].items()
        for row in records.iter_rows(named=True)
    }
    for number, ((kind, record_id), (landing, version)) in enumerate(effective.items(), start=1):
        told = {"event_id": str(number), "sequence": number, "kind": kind, "record_id": record_id, "landing": landing}
        yield told | {"before": None, "after": version}


def as_messages(events: Iterator[Row]) -> list[Row]:
    versions = ("before", "after")
    return [
        {
            name: str(value)
            for name, value in event.items()
            if name in {"event_id", "file_id", "kind", "op", "record_id"}
        }
        | {name: event[name] for name in ("sequence", "landing")}
        | {name: None if event[name] is None else json.loads(event[name]) for name in versions}
        for event in events
    ]


def picked(frame: DataFrame, fields: str) -> Rows:
    return in_order(tuple(row[field] for field in fields.split()) for row in frame.toArrow().to_pylist())


def in_order(rows: Iterator[tuple[Any, ...]]) -> Rows:
    return sorted((tuple(map(plain, row)) for row in rows), key=repr)


def plain(cell: Any) -> Any:
    if isinstance(cell, Decimal):
        return cell.normalize() or Decimal(0)
    return sorted(cell) if isinstance(cell, list) else cell


def asked(workspace: Workspace, query: str) -> Rows:
    return in_order(iter(workspace.database.execute(query).fetchall()))


def shown(spark: SparkSession, events: list[Row]) -> dict[str, Rows]:
    """Compute facts and figures as stream and batch do."""
    read, rules = parsed(spark, *events).cache(), Rules()
    deltas, versions = facts.fact_deltas(read).cache(), facts.latest_versions(read).cache()
    products, sales = facts.catalogue(versions).cache(), facts.product_sales(deltas)
    amounts = kpis.value_client_sales(facts.client_sales(deltas), products)
    lots = kpis.detect_loss_products(facts.lots(versions), sales, products, on=TODAY, rules=rules)
    low = kpis.detect_low_margins(sales, products, on=TODAY, rules=rules)
    clients = kpis.apply_client_reduction(facts.clients(versions), amounts, rules=rules)
    winners = kpis.calculate_product_winner(sales, products)
    window = winners.selectExpr("concat(window, ':', start) AS window_id", "*")
    lot = "stock_id code name batch_no quantity expiry_date last_movement days_left days_idle reasons value_at_risk"
    return {
        "product facts": picked(sales.filter("n <> 0 OR q <> 0 OR u <> 0 OR r <> 0"), "product_id day q r u n"),
        "client facts": picked(
            deltas.filter("grain = 'client' AND product_id IS NULL AND (n <> 0 OR r <> 0)"), "record_id day r n"
        ),
        "unpriced": picked(
            deltas.filter("grain = 'client' AND product_id IS NOT NULL AND u <> 0"), "record_id day product_id u"
        ),
        "ranking": picked(window.filter("cost_known"), "window_id product_id rank code name quantity revenue profit"),
        "cost missing": picked(window.filter("NOT cost_known"), "window_id product_id quantity revenue"),
        "losses": picked(lots, lot),
        "low margins": picked(low, "product_id code name revenue threshold margin"),
        "reductions": picked(clients, "client_id code name opening sales new_total eligible_promo tier reduction_rate"),
    }


def expected(workspace: Workspace) -> dict[str, Rows]:
    """Compute the same by the audit's statements."""
    queries = {
        "product facts": "SELECT product_id, day, q, r, u, n FROM expected_product_facts",
        "client facts": "SELECT client_id, day, r, n FROM expected_client_facts",
        "unpriced": "SELECT client_id, day, product_id, u FROM expected_unpriced WHERE u <> 0",
        "ranking": "SELECT window_id, product_id, rank, code, name, quantity, revenue, profit FROM expected_ranking",
        "cost missing": "SELECT window_id, product_id, quantity, revenue FROM expected_cost_missing",
        "losses": "FROM expected_losses",
        "low margins": "SELECT product_id, code, name, revenue, threshold, margin FROM expected_low_margin",
        "reductions": """SELECT client_id, codes[1], name, opening, sales, new_total, eligible_promo, tier,
            reduction_rate FROM expected_reductions""",
    }
    return {name: asked(workspace, query) for name, query in queries.items()}


HELD = st.sets(st.integers(0, 7), max_size=4)
STEPS = st.lists(st.sampled_from([*range(1, FILES + 1), *range(-FILES, 0)]), min_size=6, max_size=14)


@given(st.lists(st.tuples(CONTENTS, HELD), min_size=FILES, max_size=FILES), STEPS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_interleaving_of_acts_gives_the_figures_of_the_claims_that_stand(
    spark: SparkSession, files: list[tuple[list[Record], set[int]]], steps: list[int]
) -> None:
    shop = Shop()
    counting = play(shop, files, [1, *steps])
    found = shown(spark, as_messages(shop.events()))
    assert found == expected(figures_of(standing(shop, counting), TODAY, ZONE))
