"""A batch makes no column that an earlier one made: each would be several calls to the JVM."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from py4j.clientserver import ClientServerConnection

from comptoir import names
from comptoir.rules import Rules
from comptoir_spark import facts, kpis, schemas, sources
from comptoir_spark.session import LOOKED_UP
from tests.spark.tables import day, event, invoice, lots, products, sales
from tests.spark.topics import MESSAGE

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pytestmark = pytest.mark.spark

FUNCTIONS = "c\nz:org.apache.spark.sql.functions"
LOOKS_UP = "r\nu\n"


@pytest.fixture
def frames(spark: SparkSession) -> dict[str, DataFrame]:
    """What the stream computes from, one row each; made before calls are counted."""
    told = event("sales", 1, after=invoice("1", "2026-03-02", ("a", 2, "3.5000")))
    rows = [(names.TOPIC_SALES, 0, 0, bytearray(json.dumps(told).encode()))]
    return {
        "messages": spark.createDataFrame(rows, MESSAGE),
        "products": products(spark, ("a", {"2020-01-01": ("2.50", "4.00")})),
        "sales": sales(spark, ("a", "2026-03-02", 1, "4.00", 0, 1)),
        "stock": lots(spark, ("l", "a", 1, None, "2026-03-02")),
        "clients": spark.createDataFrame([], schemas.CLIENTS),
        "client_sales": spark.createDataFrame([], schemas.CLIENT_SALES),
    }


def plan_a_batch(frames: dict[str, DataFrame]) -> None:
    """Make the plans of a batch, as the stream does; none is run."""
    events = sources.parse_messages(frames["messages"])
    facts.fact_deltas(events)
    facts.latest_versions(events)
    kpis.calculate_product_winner(frames["sales"], frames["products"])
    on = day("2026-03-31")
    kpis.detect_loss_products(frames["stock"], frames["sales"], frames["products"], on=on, rules=Rules())
    kpis.detect_low_margins(frames["sales"], frames["products"], on=on, rules=Rules())
    amounts = kpis.value_client_sales(frames["client_sales"], frames["products"])
    kpis.apply_client_reduction(frames["clients"], amounts, rules=Rules())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the JVM is asked from now on."""
    commands: list[str] = []
    send = ClientServerConnection.send_command

    def noted(self: Any, command: str) -> Any:
        commands.append(command)
        return send(self, command)

    monkeypatch.setattr(ClientServerConnection, "send_command", noted)
    return commands


def test_a_second_batch_makes_no_column(frames: dict[str, DataFrame], asked: list[str]):
    plan_a_batch(frames)
    asked.clear()
    plan_a_batch(frames)
    assert asked
    assert [command for command in asked if command.startswith(FUNCTIONS)] == []


def test_no_batch_lets_jars_be_searched(frames: dict[str, DataFrame], asked: list[str]):
    plan_a_batch(frames)
    assert asked
    assert [
        command for command in asked if command.startswith(tuple(f"{LOOKS_UP}{name}\n" for name in LOOKED_UP))
    ] == []
