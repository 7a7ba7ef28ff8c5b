"""All that the platform was given says the same from raw bytes to figures; one cent more anywhere is told."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from comptoir import names
from comptoir.stores.hot import Decimal128, open_hot
from tests.stack.airflow_runs import ask, signed_in, wait_for_runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import RunningPlatform

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1800)]

PRODUCTS = "product_code,name,category,buy_price,sell_price,min_margin_threshold\nRECON,Tea,Drinks,1.00,2.00,0.20\n"
SALES = "invoice_no,client_code,product_code,quantity,unit_price,timestamp\n"
CENT = Decimal("0.01")


def reconciled(platform: RunningPlatform, code: int) -> dict[str, Any]:
    done = platform.run("reconcile", "--json", timeout=900)
    assert done.returncode == code, f"{done.stdout[:4000]}{done.stderr}"
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.fixture(scope="module")
def files(platform: RunningPlatform, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A product, an invoice, and a correction of it that also brings a bad row."""
    folder = tmp_path_factory.mktemp("reconcile")
    moment = f"{platform.today} 00:00:01"
    contents = {
        "products": PRODUCTS,
        "sales": f"{SALES}RECON-1,RECON-C,RECON,3,2.50,{moment}\nRECON-2,,RECON,1,,{moment}\n",
        "correction": f"{SALES}RECON-1,RECON-C,RECON,4,2.50,{moment}\nRECON-3,,RECON,0,2.50,{moment}\n",
    }
    paths = [folder / f"{name}.csv" for name in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_text(content)
    platform.drop(*paths[:2])
    platform.drop(paths[2], code=1)
    return paths


@pytest.mark.usefixtures("files")
def test_all_legs_say_the_same(platform: RunningPlatform):
    report = reconciled(platform, 0)

    assert report["equal"] is True
    assert report["differences"] == []
    (today,) = [row for row in report["checked"] if row["kind"] == "sales" and row["day"] == str(platform.today)]
    assert today["raw"] == today["changes"] == today["kafka"] == today["facts"]
    assert today["raw"]["quantity"] >= 5


@pytest.fixture
def cent_more(platform: RunningPlatform) -> Iterator[None]:
    """A cent more in one fact, taken away afterwards."""
    hot = open_hot(platform.settings)
    facts = hot.facts[names.FACTS_PRODUCT]
    document = facts.find_one({"code": "RECON", "month": f"{platform.today:%Y-%m}"}) or {}
    revenue = f"days.{platform.today:%d}.r"
    facts.update_one({"_id": document["_id"]}, {"$inc": {revenue: Decimal128(CENT)}})
    yield
    facts.update_one({"_id": document["_id"]}, {"$inc": {revenue: Decimal128(-CENT)}})
    hot.client.close()


@pytest.mark.usefixtures("files", "cent_more")
def test_one_cent_more_in_the_facts_is_told(platform: RunningPlatform):
    report = reconciled(platform, 1)

    assert report["equal"] is False
    (difference,) = report["differences"]
    assert difference["between"] == ["changes", "facts"]
    assert (difference["kind"], difference["day"]) == ("sales", str(platform.today))
    amounts = [json.loads(difference[side])["r"] for side in ("left", "right")]
    assert Decimal(str(amounts[1])) - Decimal(str(amounts[0])) == CENT


@pytest.mark.usefixtures("files")
def test_an_engineer_starts_it_in_airflow(platform: RunningPlatform):
    with signed_in(platform.settings) as engineer:
        body = {"dag_run_id": "by-hand", "logical_date": None}
        ask(engineer, "POST", f"/dags/{names.DAG_RECONCILE}/dagRuns", json=body)
        (run,) = wait_for_runs(engineer, names.DAG_RECONCILE, 1, run_type="manual")
    assert run["state"] == "success"
