"""The queries of docs/lake.md, as they stand there, on a lake of real files: corrected, and one withdrawn."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import duckdb
import pytest
from hdfs_native.fsspec import HdfsFileSystem

from comptoir.changes.act import Act
from comptoir.settings import PROJECT_ROOT
from tests.stack.publishing_tools import Importer, open_importer

if TYPE_CHECKING:
    from comptoir.settings import Settings

pytestmark = pytest.mark.stack

LISTING, KNOWN, VERSIONS, WINNERS = re.findall(
    r"```sql\n(.*?)```", (PROJECT_ROOT / "docs" / "lake.md").read_text(encoding="utf-8"), re.DOTALL
)
PRODUCTS = "product_code,name,category,buy_price,sell_price,min_margin_threshold,valid_from\n"
SALES = "invoice_no,product_code,quantity,unit_price,timestamp\n"


@pytest.fixture(scope="module")
def importer(servers: Settings, tmp_path_factory: pytest.TempPathFactory) -> Importer:
    """A price that rises in March; an invoice, its correction, and another that was withdrawn."""
    one = open_importer(servers, tmp_path_factory.mktemp("home"))
    one.bring_in(f"{PRODUCTS}A,Apple,Fruit,1.00,2.00,0.2,2026-01-01\nA,Apple,Fruit,1.50,3.00,0.2,2026-03-10\n", "p.csv")
    one.bring_in(f"{SALES}L1,A,10,2.50,2026-03-02 10:00:00\nL2,A,4,,2026-03-12 10:00:00\n")
    one.bring_in(f"{SALES}L1,A,8,2.50,2026-03-02 10:00:00\n")
    gone = one.bring_in(f"{SALES}L3,A,100,9.00,2026-03-02 10:00:00\n")
    one.change_back(gone["_id"], Act.WITHDRAW)
    return one


@pytest.fixture
def lake(importer: Importer) -> duckdb.DuckDBPyConnection:
    address = urlsplit(importer.settings.hdfs)
    opened = duckdb.connect()
    opened.register_filesystem(HdfsFileSystem(address.hostname or "", address.port or 0))
    set_variable(opened, "lake", importer.settings.hdfs + importer.settings.lake_root)
    opened.execute(LISTING)
    return opened


def set_variable(lake: duckdb.DuckDBPyConnection, name: str, value: Any) -> None:
    lake.execute(f"SET VARIABLE {name} = $value", {"value": value})


def test_what_was_known_on_a_date(lake: duckdb.DuckDBPyConnection):
    set_variable(lake, "known_on", datetime.now(UTC))
    assert lake.execute(KNOWN).fetchall() == [
        (date(2026, 3, 2), 8, Decimal("20.0000")),
        (date(2026, 3, 12), 4, None),
    ]
    set_variable(lake, "known_on", datetime.now(UTC) - timedelta(days=1))
    assert lake.execute(KNOWN).fetchall() == []


def test_every_version_of_an_invoice_and_its_file(importer: Importer, lake: duckdb.DuckDBPyConnection):
    set_variable(lake, "invoice", "L1")
    found = lake.execute(VERSIONS).fetchall()
    assert [(row[0], row[2]) for row in found] == [(1, "insert"), (2, "replace")]
    for _, _, _, file_id, _, folder in found:
        entry = importer.hot.ledger.find_one({"_id": file_id}) or {}
        assert folder.endswith(f"/{entry['raw'].rpartition('/')[0]}")


def test_the_winners_of_a_month(lake: duckdb.DuckDBPyConnection):
    """8 sold at 2.50 that cost 1.00, and 4 at the new list price of 3.00 that cost 1.50."""
    set_variable(lake, "month", date(2026, 3, 1))
    assert lake.execute(WINNERS).fetchall() == [("A", 12, Decimal("32.0000"), Decimal("18.0000"))]
