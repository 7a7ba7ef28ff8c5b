"""Files of all four kinds, as users drop them: every figure equals an independent computation from their bytes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from comptoir.samples import write_samples
from comptoir.stores.figures import read_losses, read_reductions, read_winners
from comptoir.stores.hot import open_hot
from tests.stack.comparing import (
    assert_everything_agrees,
    assert_losses_agree,
    assert_winners_agree,
    oracle_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunningPlatform

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def samples(platform: RunningPlatform, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sample files, all of them applied."""
    files = write_samples(tmp_path_factory.mktemp("samples"), platform.today)
    answers = platform.drop(*files)
    assert {answer["state"] for answer in answers} == {"applied"}
    return files


def everything(platform: RunningPlatform) -> list[Any]:
    """Return all figures of now, without the moments at which they were computed."""
    shown = [
        platform.json("kpis", "winners", "--window", "week", "--all"),
        platform.json("kpis", "winners", "--window", "month", "--all"),
        platform.json("kpis", "losses"),
        platform.json("kpis", "reductions"),
    ]
    return [{name: part for name, part in document.items() if name != "as_of"} for document in shown]


def of_file(platform: RunningPlatform, file_id: str) -> dict[str, Any]:
    (upload,) = [one for one in platform.json("uploads") if one["file_id"] == file_id]
    return dict(upload)


def test_an_empty_window_has_no_rows(platform: RunningPlatform):
    shown = platform.json("kpis", "winners", "--window", "month", "--start", "1999-12-31")
    assert (shown["window"], shown["start"], shown["rows"], shown["cost_missing"]) == ("month", "1999-12-01", [], [])


def test_the_samples_figures_equal_the_independent_computation(platform: RunningPlatform, samples: list[Path]):
    assert samples
    assert_everything_agrees(platform)


def test_the_command_prints_what_its_functions_read(platform: RunningPlatform, samples: list[Path]):
    assert samples
    hot = open_hot(platform.settings)
    today = platform.today
    assert platform.json("kpis", "winners", "--window", "week", "--all") == read_winners(hot, "week", today, whole=True)
    assert platform.json("kpis", "losses") == read_losses(hot, today)
    assert platform.json("kpis", "reductions") == read_reductions(hot)
    hot.client.close()


def test_a_past_day_is_answered_too(platform: RunningPlatform, samples: list[Path]):
    assert samples
    assert_losses_agree(platform, oracle_of(platform), platform.today - timedelta(days=20))


def test_the_top_is_the_beginning_of_the_ranking(platform: RunningPlatform, samples: list[Path]):
    assert samples
    top = platform.json("kpis", "winners", "--window", "month", "--start", platform.today - timedelta(days=31))
    whole = platform.json(
        "kpis", "winners", "--window", "month", "--start", platform.today - timedelta(days=31), "--all"
    )
    assert len(top["rows"]) == 10
    assert whole["rows"][:10] == top["rows"]
    assert list(top) == ["window", "start", "as_of", "rows", "cost_missing"]
    assert list(top["rows"][0]) == ["rank", "product_id", "code", "name", "category", "quantity", "revenue", "profit"]


def test_the_same_files_again_change_nothing(platform: RunningPlatform, samples: list[Path]):
    before, uploads = everything(platform), platform.json("uploads")
    answers = platform.drop(*samples)
    assert all(answer["already_imported"] for answer in answers)
    assert everything(platform) == before
    assert platform.json("uploads") == uploads


def test_a_workbook_of_several_kinds_is_taken_sheet_by_sheet(platform: RunningPlatform, tmp_path: Path):
    today = platform.today.isoformat()
    sheets = {
        "Products": [
            ["product_code", "name", "category", "buy_price", "sell_price", "min_margin_threshold"],
            ["MIX-1", "Lantern", "Home", 4.1, 9.9, 0.3],
            ["MIX-2", "Candle", "Home", 1.05, 1.1, 0.25],
        ],
        "Clients": [
            ["client_code", "name", "total_revenue_generated", "loyalty_tier"],
            ["MIX-C1", "Dupont", 9999.99, "Standard"],
            ["MIX-C2", "Durand", 10, "Gold"],
        ],
        "Stock": [
            ["product_code", "quantity", "batch_no", "expiry_date", "last_movement"],
            ["MIX-1", 12, "M1", (platform.today + timedelta(days=6)).isoformat(), f"{today} 08:00:00"],
            ["MIX-2", 5, "M2", "", f"{platform.today - timedelta(days=31)} 08:00:00"],
        ],
        "Sales": [
            ["invoice_no", "client_code", "product_code", "quantity", "unit_price", "timestamp"],
            ["MIX-F1", "MIX-C1", "MIX-1", 2, 9.5, f"{today} 09:00:00"],
            ["MIX-F1", "MIX-C1", "MIX-2", 10, "", f"{today} 09:00:00"],
            ["MIX-F2", "", "MIX-2", -1, 1.1, f"{today} 10:00:00"],
        ],
    }
    path = tmp_path / "mixed.xlsx"
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    book.close()
    (answer,) = platform.drop(path)
    assert (answer["kind"], answer["rows_read"], answer["rows_applied"]) == ("mixed", 9, 9)
    assert_everything_agrees(platform)
    rows = {row["code"]: row for row in platform.json("kpis", "reductions")["rows"]}
    # 9,999.99 + 2 at 9.50 + 10 at 1.10 (the catalogue's price)
    assert (rows["MIX-C1"]["new_total"], rows["MIX-C1"]["eligible_promo"]) == ("10029.99", True)
    assert rows["MIX-C2"]["tier"] == "Gold"


def test_a_corrected_invoice_replaces_the_earlier_one(platform: RunningPlatform, tmp_path: Path):
    header = "invoice_no,client_code,product_code,quantity,unit_price,timestamp"
    wrong, right = tmp_path / "wrong.csv", tmp_path / "right.csv"
    day = platform.today.isoformat()
    wrong.write_text(f"{header}\nCOR-1,COR-C,COR-P,100,2.55,{day}T10:00:00\nCOR-1,COR-C,COR-Q,1,1.00,{day}T10:00:00\n")
    right.write_text(f"{header}\nCOR-1,COR-C,COR-P,10,2.55,{day}T10:00:00\n")
    platform.drop(wrong)
    platform.drop(right)
    shown = platform.json("kpis", "winners", "--window", "week")
    missing = {row["code"]: (row["quantity"], row["revenue"]) for row in shown["cost_missing"]}
    assert missing["COR-P"] == (10, "25.50")
    assert "COR-Q" not in missing
    assert_everything_agrees(platform)


def test_unknown_products_and_clients_count_and_are_valued_once_they_come(platform: RunningPlatform, tmp_path: Path):
    sales, products, clients = (tmp_path / f"unknown-{kind}.csv" for kind in ("sales", "products", "clients"))
    header = "invoice_no,client_code,product_code,quantity,unit_price,timestamp"
    sales.write_text(f"{header}\nUNK-1,UNK-C,UNK-P,4,2.50,{platform.today}T09:00:00\n")
    (answer,) = platform.drop(sales)
    told = {(problem["code"], problem["severity"], problem["value"]) for problem in answer["problems"]}
    assert told == {("unknown_product", "warning", "UNK-P"), ("unknown_client", "warning", "UNK-C")}
    assert (answer["state"], answer["rows_applied"]) == ("applied", 1)
    shown = platform.json("kpis", "winners", "--window", "week", "--all")
    missing = {row["code"]: (row["quantity"], row["revenue"]) for row in shown["cost_missing"]}
    assert missing["UNK-P"] == (4, "10.00")
    assert reduction_of(platform, "UNK-C") == (None, "0.00", "10.00", "10.00")

    header = "product_code,name,category,buy_price,sell_price,min_margin_threshold"
    products.write_text(f"{header}\nUNK-P,Known now,Late,1.00,3.00,0.2\n")
    eve = platform.today - timedelta(days=1)
    header = "client_code,name,total_revenue_generated,loyalty_tier,as_of"
    clients.write_text(f"{header}\nUNK-C,Known too,100.00,Standard,{eve}\n")
    platform.drop(products, clients)

    shown = platform.json("kpis", "winners", "--window", "week", "--all")
    profits = {row["code"]: (row["name"], row["profit"]) for row in shown["rows"]}
    assert profits["UNK-P"] == ("Known now", "6.00")
    assert "UNK-P" not in {row["code"] for row in shown["cost_missing"]}
    assert reduction_of(platform, "UNK-C") == ("Known too", "100.00", "10.00", "110.00")
    assert_everything_agrees(platform)


def reduction_of(platform: RunningPlatform, code: str) -> tuple[str | None, ...]:
    (row,) = [row for row in platform.json("kpis", "reductions")["rows"] if row["code"] == code]
    return tuple(row[field] for field in ("name", "opening", "sales", "new_total"))


def test_a_partly_bad_file_ends_with_1_and_says_where(platform: RunningPlatform, tmp_path: Path):
    day = f"{platform.today:%d/%m/%Y}"
    rows = [
        "no_facture;code_client;code_produit;quantite;prix_unitaire;date_heure",
        f"BAD-1;BAD-C;BAD-P;3;1,25;{day} 10:00",
        f"BAD-2;BAD-C;BAD-P;beaucoup;1,25;{day} 10:00",
        f"BAD-2;BAD-C;BAD-P;1;1,25;{day} 10:00",
        f"BAD-3;BAD-C;BAD-P;0;1,25;{day} 10:00",
        "BAD-4;BAD-C;BAD-P;1;1,25;31/12/2009 10:00",
    ]
    path = tmp_path / "factures.csv"
    path.write_bytes("\r\n".join(rows).encode("cp1252"))
    (answer,) = platform.drop(path, code=1)
    counts = [answer[f"rows_{name}"] for name in ("read", "applied", "unchanged", "rejected")]
    assert (answer["state"], counts) == ("partial", [5, 2, 0, 3])
    errors = [one for one in answer["problems"] if one["severity"] == "error"]
    assert {one["row"] for one in errors} >= {3, 5}
    told = next(one for one in errors if one["row"] == 3)
    assert (told["column"], told["value"]) == ("quantite", "beaucoup")
    assert told["message"]
    assert told["remedy"]
    assert_winners_agree(platform, oracle_of(platform), "week", platform.today)
    assert platform.drop(path, code=1)[0]["already_imported"]


def test_a_file_whose_dates_may_be_read_two_ways_waits_for_an_answer(platform: RunningPlatform, tmp_path: Path):
    path = tmp_path / "ambiguous.csv"
    path.write_text("invoice_no,product_code,quantity,unit_price,timestamp\nAMB-1,AMB-P,1,2.00,03/04/2024 10:00\n")
    (answer,) = platform.drop(path, code=3)
    assert answer["state"] == "asking"
    assert answer["problems"]


def test_a_file_that_is_none_of_the_kinds_is_rejected_whole(platform: RunningPlatform, tmp_path: Path):
    path = tmp_path / "poem.csv"
    path.write_text("roses,violets\nred,blue\n")
    (answer,) = platform.drop(path, code=1)
    assert answer["state"] == "rejected"
    assert answer["problems"][0]["message"]


def test_waiting_ends_with_2_when_the_time_is_over(platform: RunningPlatform, tmp_path: Path):
    path = tmp_path / "late.csv"
    path.write_text("product_code,name,category,buy_price,sell_price,min_margin_threshold\nLATE,Late,Late,1,2,0.1\n")
    done = platform.run("drop", path, "--wait", "--timeout", "0.01", "--json")
    assert done.returncode == 2
    platform.drop(path)


def test_every_row_of_every_file_is_accounted_for(platform: RunningPlatform, samples: list[Path]):
    assert samples
    for upload in platform.json("uploads"):
        if upload["state"] in {"applied", "partial"}:
            parts = (upload[f"rows_{name}"] for name in ("applied", "unchanged", "rejected"))
            assert upload["rows_read"] == sum(parts), upload["name"]


def test_money_in_json_is_a_decimal_string_and_quantities_are_integers(platform: RunningPlatform, samples: list[Path]):
    assert samples
    shown = platform.json("kpis", "winners", "--window", "month", "--start", platform.today - timedelta(days=31))
    for row in shown["rows"]:
        assert isinstance(row["quantity"], int)
        assert all(isinstance(row[field], str) for field in ("revenue", "profit"))
        assert Decimal(row["profit"]) > 0


def test_tables_are_in_the_readers_language(platform: RunningPlatform, samples: list[Path]):
    assert samples
    french = type(platform)(platform.settings, platform.env | {"COMPTOIR_LANGUAGE": "fr"}, platform.words)
    assert "Remises" in french.run("kpis", "reductions").stdout
    assert "Risques de perte" in french.run("kpis", "losses").stdout
    assert "Bénéfice" in french.run("kpis", "winners", "--window", "month").stdout
