"""Files that others made: a real retailer's exports, CSV edge cases, strings that break programs."""

from __future__ import annotations

import csv
import json
import os
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from comptoir.errors import RejectedFileError
from comptoir.reading.reader import read_file
from comptoir.settings import PROJECT_ROOT, Settings
from tests.corpus.gathered import UNSEEN

SHARED = Path(os.environ.get("COMPTOIR_SHARED_DATA", PROJECT_ROOT.parent / "shared" / "data"))
SETTINGS = Settings(timezone="Europe/London")

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="needs the data of COMPTOIR_SHARED_DATA")


def totals(frame: pl.DataFrame) -> tuple[int, int, Decimal]:
    amount = pl.col("quantity").cast(pl.Decimal(38, 0)) * pl.col("unit_price").cast(pl.Decimal(38, 4))
    return len(frame), frame["invoice_no"].n_unique(), frame.select(amount.sum()).item()


def test_day_files_and_workbook_agree_with_an_outside_computation():
    days = [read_file(path, SETTINGS) for path in sorted((SHARED / "online-retail-by-day").glob("*.csv"))]
    december = pl.concat(day.tables[0].frame for day in days)
    assert totals(december) == (42_481, 2_025, Decimal("748957.02"))
    (table,) = read_file(SHARED / "online-retail-51k-rows-then-blank.xlsx", SETTINGS).tables
    assert totals(table.frame) == (50_999, 2_367, Decimal("853065.09"))
    assert [day.tables[0].problems for day in days] == [[]] * 20
    assert table.problems == []
    assert table.frame["row"].to_list() == list(range(2, 51_001))
    same = table.frame.filter(pl.col("invoice_no").is_in(december["invoice_no"].implode()))
    contract = ["invoice_no", "client_code", "product_code", "quantity", "unit_price", "timestamp"]
    assert same.select(contract).sort(contract).equals(december.select(contract).sort(contract))


@pytest.mark.parametrize("path", sorted((SHARED / "csv-spectrum" / "csvs").glob("*.csv")), ids=lambda path: path.stem)
def test_csv_edge_cases_are_refused_with_a_sentence(path: Path):
    with pytest.raises(RejectedFileError) as caught:
        read_file(path, SETTINGS)
    assert [problem.code for problem in caught.value.problems] == ["kind_unknown"]
    with path.open(encoding="cp1252") as file:
        first_header = next(csv.reader(file))[0]
    assert caught.value.problems[0].params["found"].startswith(first_header)


def test_naughty_strings_survive_as_names(tmp_path: Path):
    names = json.loads((SHARED / "naughty-strings" / "blns.json").read_text(encoding="utf-8"))
    path = tmp_path / "clients.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["client_code", "name", "total_revenue_generated", "loyalty_tier"])
        writer.writerows([f"C{n}", name, "1.50", "Gold"] for n, name in enumerate(names))
    (table,) = read_file(path, SETTINGS).tables
    assert table.problems == []
    assert table.originals["name"].to_list() == [name or None for name in names]
    # But for what can't be seen at their ends.
    assert [name or "" for name in table.frame["name"]] == [name.strip(UNSEEN) for name in names]
