"""A real retailer's December in files of a day, then the workbook that repeats it: the published totals."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comptoir.settings import PROJECT_ROOT
from tests.oracle.figures import Oracle
from tests.stack.comparing import assert_winners_agree

if TYPE_CHECKING:
    from tests.conftest import RunningPlatform

DATA = Path(os.environ.get("COMPTOIR_SHARED_DATA", PROJECT_ROOT.parent / "shared" / "data"))
DAY_FILES = sorted((DATA / "online-retail-by-day").glob("2010-12-*.csv"))
WORKBOOK = DATA / "online-retail-51k-rows-then-blank.xlsx"

pytestmark = [
    pytest.mark.stack,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        not (DAY_FILES and WORKBOOK.exists()),
        reason=f"The real files are not in {DATA}; set COMPTOIR_SHARED_DATA to the folder that has them.",
    ),
]


def missing(platform: RunningPlatform, month: str) -> tuple[int, Decimal]:
    """Return quantity and revenue of a month's products, of which none has a known cost."""
    shown = platform.json("kpis", "winners", "--window", "month", "--start", month, "--all")
    assert shown["rows"] == []
    rows = shown["cost_missing"]
    return sum(row["quantity"] for row in rows), sum((Decimal(row["revenue"]) for row in rows), Decimal(0))


@pytest.fixture(scope="module")
def oracle(platform: RunningPlatform) -> Oracle:
    return Oracle(platform.today)


def test_the_day_files_one_by_one_and_then_several_at_once(platform: RunningPlatform, oracle: Oracle):
    answers = [platform.drop(file)[0] for file in DAY_FILES[:6]] + platform.drop(*DAY_FILES[6:])
    oracle.land(*DAY_FILES)
    assert len(DAY_FILES) == 20
    assert {(answer["kind"], answer["state"]) for answer in answers} == {("sales", "applied")}
    assert sum(answer["rows_read"] for answer in answers) == 42_481
    assert sum(answer["rows_applied"] for answer in answers) == 42_481
    assert oracle.totals() == {"lines": 42_481, "invoices": 2_025, "revenue": Decimal("748957.0200")}
    assert missing(platform, "2010-12-01")[1] == Decimal("748957.02")
    for window, day in oracle.windows():
        assert_winners_agree(platform, oracle, window, day)


def test_then_the_workbook_that_repeats_them(platform: RunningPlatform, oracle: Oracle):
    (answer,) = platform.drop(WORKBOOK)
    oracle.land(WORKBOOK)
    counts = [answer[f"rows_{name}"] for name in ("read", "applied", "unchanged", "rejected")]
    assert (answer["kind"], answer["state"]) == ("sales", "applied")
    # 342 new invoices have 8,518 lines; the 2,025 that are there already have the others.
    assert counts == [50_999, 8_518, 42_481, 0]
    december, january = missing(platform, "2010-12-01")[1], missing(platform, "2011-01-01")[1]
    assert (december, january) == (Decimal("748957.02"), Decimal("104108.07"))
    assert december + january == Decimal("853065.09")
    for window, day in oracle.windows():
        assert_winners_agree(platform, oracle, window, day)
