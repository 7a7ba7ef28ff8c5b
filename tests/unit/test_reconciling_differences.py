"""Whatever one leg says differently from the next is told, by the comparison of these two, and nothing else is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from pyarrow import parquet

from comptoir import names
from comptoir.reconciling import audit, documents, kept, lake, ledger, messages, raw_files, snapshots
from comptoir.reconciling.workspace import Workspace, open_workspace
from comptoir.settings import Settings
from tests.unit.audited import figures_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot

Version = dict[str, Any]

TODAY = date(2026, 11, 27)
PRODUCT = {
    "buy_price": "4.0000",
    "category": "Épices",
    "code": "P1",
    "in_force_from": "2026-11-01",
    "min_margin_threshold": 0.7,
    "name": "Thé",
    "product_id": "p1",
    "sell_price": "9.5000",
}
CLIENT = {
    "as_of": None,
    "client_id": "c1",
    "code": "C1",
    "declared_tier": "Standard",
    "name": "Bar",
    "opening": "9990.0000",
}
LOT = {
    "batch_no": "B",
    "expiry_date": "2026-11-26",
    "movement_day": "2026-10-01",
    "product_code": "P1",
    "product_id": "p1",
    "quantity": 3,
    "stock_id": "l1",
}
INVOICE = {
    "business_day": "2026-11-20",
    "client_code": "C1",
    "client_id": "c1",
    "invoice_no": "F1",
    "items": [
        {"product_code": "P1", "product_id": "p1", "quantity": 2, "unit_price": "10.0000"},
        {"product_code": "P1", "product_id": "p1", "quantity": 1, "unit_price": None},
        {"product_code": "P2", "product_id": "p2", "quantity": 1, "unit_price": "5.0000"},
    ],
    "total_amount": None,
}
# Of each kind: its one record, the rows of the file that it stands in, and the file with how it was read.
RECORDS: dict[str, tuple[str, Version, list[int]]] = {
    "products": ("p1@2026-11-01", PRODUCT, [2]),
    "clients": ("c1", CLIENT, [2]),
    "stock": ("l1", LOT, [2]),
    "sales": ("f1", INVOICE, [2, 3, 4]),
}
FILES = {
    "products": (
        "code_produit;prix_achat;prix_vente;valable_du;nom;categorie;seuil_marge_min\n"
        "P1;4,00;9,50;01/11/2026;Thé;Épices;70 %\n"
    ),
    "clients": "client_code,total_revenue_generated,name,loyalty_tier\nC1,9990,Bar,standard\n",
    "stock": "code_produit;no_lot;quantite;date_peremption;dernier_mouvement\nP1;B;3;26/11/2026;01/10/2026 10:00\n",
    "sales": (
        "no_facture;code_client;code_produit;quantite;prix_unitaire;date_heure\n"
        "F1;C1;P1;2;10,00;20/11/2026 09:00\nF1;C1;P1;1;;20/11/2026 09:00\nF1;C1;P2;1;5,00;20/11/2026 09:00\n"
    ),
}
COLUMNS = {
    "products": ("product_code", "buy_price", "sell_price", "valid_from", "name", "category", "min_margin_threshold"),
    "clients": ("client_code", "total_revenue_generated", "name", "loyalty_tier"),
    "stock": ("product_code", "batch_no", "quantity", "expiry_date", "last_movement"),
    "sales": ("invoice_no", "client_code", "product_code", "quantity", "unit_price", "timestamp"),
}
# By hand: 2 at 10.00 and 1 at the catalogue's 9.50 for 4.00 each; P2 has no cost; 9,990 + 34.50 is above 10,000.
# The lot expired yesterday, and its product was sold a week ago. Gold has 10 % off.
WINDOWS = ("week:2026-11-16", "month:2026-11-01")
SHOWN = ("P1", "Thé", "Épices")
DOCUMENTS: dict[str, list[tuple[Any, ...]]] = {
    "facts_product": [("p1", "2026-11-20", "2", "20", "1", "1"), ("p2", "2026-11-20", "1", "5", "0", "1")],
    "facts_client": [("c1", "2026-11-20", "25", "1")],
    "facts_unpriced": [("c1", "2026-11-20", "p1", "1")],
    "folded": [
        ("products", "p1@2026-11-01", "2026-11-01", "0", "13.5"),
        ("stock", "l1", "2026-10-01", "3", "0"),
        ("clients", "c1", None, "0", "9990"),
    ],
    "kpi_ranking": [(window, "p1", "1", *SHOWN, "3", "29.5", "17.5") for window in WINDOWS],
    "kpi_top": [(window, "p1", "1", *SHOWN, "3", "29.5", "17.5") for window in WINDOWS],
    "kpi_heads": [(window, "4", "34.5", "17.5", "1") for window in WINDOWS],
    "kpi_cost_missing": [(window, "p2", "P2", "1", "5") for window in WINDOWS],
    "kpi_losses": [("l1", "P1", "Thé", "B", "3", "2026-11-26", "2026-11-20", "-1", "7", ["EXPIRED"], "12")],
    "kpi_loss_totals": [("1", "0", "1", "0", "0", "1", "12")],
    "kpi_low_margin": [("p1", "P1", "Thé", "29.5", "0.5932", "0.7")],
    "kpi_reductions": [("c1", "C1", "Bar", "9990", "34.5", "10024.5", "true", "Gold", "0.10")],
}

KEPT = [
    ("product", "p1", "", "2026-11-20", 2, 20, 1, 1),
    ("product", "p2", "", "2026-11-20", 1, 5, 0, 1),
    ("client", "c1", "", "2026-11-20", 0, 25, 0, 1),
    ("client", "c1", "p1", "2026-11-20", 0, 0, 1, 0),
    ("client", "c2", "", "2026-11-20", 0, 0, 0, 0),  # withdrawn since: a zero stays
]
# The figures of a Sunday before: the lot was to expire four days later, and Gold had 20 % off.
RULES_THEN = {"expiring_days": 7, "reduction_rate_gold": "0.20"}
KEPT_FIGURES = {
    "kpi_ranking": DOCUMENTS["kpi_ranking"],
    "kpi_cost_missing": DOCUMENTS["kpi_cost_missing"],
    "kpi_losses": [("l1", "P1", "Thé", "B", "3", "2026-11-26", "2026-11-20", "4", "2", ["EXPIRING"], "12")],
    "kpi_low_margin": DOCUMENTS["kpi_low_margin"],
    "kpi_reductions": [("c1", "C1", "Bar", "9990", "34.5", "10024.5", "true", "Gold", "0.20")],
}


def entry_of(kind: str) -> dict[str, Any]:
    """A file's entry in the ledger, as far as an audit reads it."""
    rows = len(RECORDS[kind][2])
    read_as = {"prix_achat": "comma", "prix_vente": "comma", "prix_unitaire": "comma"}
    headers = FILES[kind].split("\n", 1)[0].replace(",", ";").split(";")
    mapping = [
        {"sheet": None, "kind": kind, "column": column, "header": header, "read_as": read_as.get(header)}
        for column, header in zip(COLUMNS[kind], headers, strict=True)
    ]
    counts = {"rows_read": rows, "rows_applied": rows}
    identity = {"_id": f"{kind}-1", "name": f"{kind}.csv", "sha256": sha256(FILES[kind].encode()).hexdigest()}
    return identity | counts | {"mapping": mapping, "problems": [], "is_imported": True}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """All legs of four small files, and all say the same."""
    opened = open_workspace("Europe/Paris")
    thresholds = {"expiring_days": 7, "dead_stock_days": 30, "low_margin_days": 30}
    totals = {"gold_threshold": 10_000, "silver_threshold": 5_000, "promo_threshold": 10_000}
    rates = {"reduction_rate_standard": 0, "reduction_rate_silver": Decimal("0.05")}
    rates["reduction_rate_gold"] = Decimal("0.10")
    for name, value in {"today": TODAY, **thresholds, **totals, **rates}.items():
        opened.set_variable(name, value)
    for table, rows in DOCUMENTS.items():
        opened.fill(table, documents.TABLES[table], rows)
    _fill_lake(opened)
    _fill_kept(opened)
    _fill_messages(opened)
    _fill_files(opened, tmp_path_factory.mktemp("files"))
    return opened


@pytest.fixture
def workspace(filled: Workspace) -> Iterator[Workspace]:
    """The same, for one test alone: whatever it changes is taken back."""
    filled.database.begin()
    yield filled
    filled.database.rollback()


def insert(opened: Workspace, table: str, values: Sequence[Any]) -> None:
    marks = ", ".join("?" for _ in values)
    opened.database.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608 - names of our own


def _fill_lake(opened: Workspace) -> None:
    opened.database.execute(lake.CLAIMS)
    moment = "2026-11-21T08:00:00+00:00"
    change_sets = [(kind, "1", f"{kind}-1", str(place), "land", moment) for place, kind in enumerate(RECORDS, 1)]
    opened.fill("change_sets", lake.CHANGE_SETS, change_sets)
    for place, (kind, (record_id, version, rows)) in enumerate(RECORDS.items(), start=1):
        text = json.dumps(version)
        claim = [kind, f"{kind}-1", place, 1, record_id, text, "digest", rows, None]
        insert(opened, "claims", claim)
        day = version.get("business_day", "2026-11-21")
        event = [f"event-{kind}", f"{kind}-1", 1, kind, "insert", record_id, None, text, day, moment, place]
        insert(opened, "events", event)


def _fill_kept(opened: Workspace) -> None:
    """The facts as a batch kept them in the lake, which knew the one file of sales."""
    opened.database.execute(kept.TABLES + snapshots.TABLES)
    for grain in kept.COLUMNS:
        insert(opened, "kept_months", [grain, "2026-11", 1])
    for row in KEPT:
        insert(opened, "kept_facts", row)
    insert(opened, "kept_days", ["2026-11-22", json.dumps(dict.fromkeys(RECORDS, 1)), json.dumps(RULES_THEN)])
    for table, rows in KEPT_FIGURES.items():
        opened.fill(f"kept.{table}", documents.TABLES[table], rows)


def _fill_messages(opened: Workspace) -> None:
    texts = []
    for kind, (record_id, version, _) in RECORDS.items():
        event = {"event_id": f"event-{kind}", "sequence": 1, "record_id": record_id, "before": None, "after": version}
        texts.append((kind, json.dumps(event)))
    messages.fill(opened, texts, {})


def _fill_files(opened: Workspace, folder: Path) -> None:
    raw_files.prepare(opened)
    entries = [entry_of(kind) for kind in RECORDS]
    for kind, entry in zip(RECORDS, entries, strict=True):
        path = folder / "raw"
        path.write_text(FILES[kind])
        raw_files.load(opened, entry, path)
    ledger.load(opened, entries, {entry["_id"]: entry["sha256"] for entry in entries})


@pytest.mark.parametrize("lines_at_once", [1, audit.LINES_AT_ONCE])
def test_equal_legs_are_equal_and_shown_side_by_side(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, lines_at_once: int
):
    monkeypatch.setattr(audit, "LINES_AT_ONCE", lines_at_once)
    report = audit.compare(workspace)

    assert report.differences == []
    assert report.equal
    figures = {"count": 2, "quantity": 4, "amount": "25.0000"}
    sales = {"kind": "sales", "day": "2026-11-20"} | dict.fromkeys(("raw", "changes", "kafka", "facts"), figures)
    assert sales | {"kpis": None} in report.checked
    kinds = {row["kind"] for row in report.checked}
    records = {"products", "clients", "stock", "sales", "sales_by_client"}
    assert kinds == records | {"winners_week", "winners_month", "losses", "low_margin", "reductions"}


# One cent, one piece, one row or one record more or less in one leg, and who tells it.
TAMPERED: Mapping[str, tuple[str, str, tuple[str, str]]] = {
    "a price in the raw file": (
        "UPDATE raw_sales SET unit_price = 10.01 WHERE unit_price = 10",
        "sales",
        ("raw", "changes"),
    ),
    "a quantity in the raw file": ("UPDATE raw_sales SET quantity = 3 WHERE quantity = 2", "sales", ("raw", "changes")),
    "a product's threshold in the raw file": (
        "UPDATE raw_others SET threshold = 0.71 WHERE kind = 'products'",
        "products",
        ("raw", "changes"),
    ),
    "a product's category in the raw file": (
        "UPDATE raw_others SET category = 'Épice' WHERE kind = 'products'",
        "products",
        ("raw", "changes"),
    ),
    "a client's name in the raw file": (
        "UPDATE raw_others SET name = 'Bars' WHERE kind = 'clients'",
        "clients",
        ("raw", "changes"),
    ),
    "a client's tier in the raw file": (
        "UPDATE raw_others SET tier = 'Gold' WHERE kind = 'clients'",
        "clients",
        ("raw", "changes"),
    ),
    "a line that the raw file lacks": ("DELETE FROM raw_sales WHERE product = 'P2'", "sales", ("raw", "changes")),
    "a line of another invoice": (
        "UPDATE raw_sales SET invoice = 'F2' WHERE product = 'P2'",
        "sales",
        ("raw", "changes"),
    ),
    "a day in the raw file": (
        "UPDATE raw_sales SET moment = TIMESTAMP '2026-11-19 23:59:59'",
        "sales",
        ("raw", "changes"),
    ),
    "a cost in the raw file": (
        "UPDATE raw_others SET buy_price = 4.01 WHERE kind = 'products'",
        "products",
        ("raw", "changes"),
    ),
    "an opening in the raw file": (
        "UPDATE raw_others SET opening = 1 WHERE kind = 'clients'",
        "clients",
        ("raw", "changes"),
    ),
    "an expiry in the raw file": (
        "UPDATE raw_others SET other_day = NULL WHERE kind = 'stock'",
        "stock",
        ("raw", "changes"),
    ),
    "a row that nobody accounts for": ("INSERT INTO raw_rows VALUES ('sales-1', NULL, 5)", "rows", ("raw", "ledger")),
    "a count of the ledger": (
        "UPDATE ledger SET rows_rejected = 1 WHERE file_id = 'sales-1'",
        "rows",
        ("raw", "ledger"),
    ),
    "bytes that are others": (
        "UPDATE ledger SET raw_sha256 = 'x' WHERE file_id = 'stock-1'",
        "bytes",
        ("raw", "ledger"),
    ),
    "bytes that are gone": (
        "UPDATE ledger SET raw_sha256 = NULL WHERE file_id = 'stock-1'",
        "bytes",
        ("raw", "ledger"),
    ),
    "a message that is missing": ("DELETE FROM messages WHERE kind = 'stock'", "stock", ("changes", "kafka")),
    "a message that came twice": (
        "INSERT INTO messages FROM messages WHERE kind = 'sales'",
        "sales",
        ("changes", "kafka"),
    ),
    "a message with another amount": (
        "UPDATE messages SET after = replace(after, '9990.0000', '9991.0000') WHERE kind = 'clients'",
        "clients",
        ("changes", "kafka"),
    ),
    "a cent in the facts": (
        "UPDATE facts_product SET r = r + 0.01 WHERE product_id = 'p1'",
        "sales",
        ("changes", "facts"),
    ),
    "an invoice counted twice": (
        "UPDATE facts_product SET n = 2 WHERE product_id = 'p1'",
        "sales",
        ("changes", "facts"),
    ),
    "a fact of another day": (
        "UPDATE facts_product SET day = DATE '2026-11-21' WHERE product_id = 'p2'",
        "sales",
        ("changes", "facts"),
    ),
    "a cent of a client": ("UPDATE facts_client SET r = r - 0.01", "sales_by_client", ("changes", "facts")),
    "a client's quantity without a price": ("UPDATE facts_unpriced SET u = 2", "sales_by_client", ("changes", "facts")),
    "a lot's quantity": ("UPDATE folded SET quantity = 4 WHERE kind = 'stock'", "stock", ("changes", "facts")),
    "a price in the catalogue": (
        "UPDATE folded SET amount = 14 WHERE kind = 'products'",
        "products",
        ("changes", "facts"),
    ),
    "a cent kept in the lake": (
        "UPDATE kept_facts SET r = r + 0.01 WHERE record_id = 'p1'",
        "sales",
        ("changes", "lake"),
    ),
    "a row kept twice in the lake": (
        "INSERT INTO kept_facts FROM kept_facts WHERE record_id = 'p2'",
        "sales",
        ("changes", "lake"),
    ),
    "a row that the lake's facts lack": (
        "DELETE FROM kept_facts WHERE product_id = 'p1'",
        "sales_by_client",
        ("changes", "lake"),
    ),
    "a day kept in the lake": (
        "UPDATE kept_facts SET day = DATE '2026-11-21' WHERE record_id = 'c1' AND n = 1",
        "sales_by_client",
        ("changes", "lake"),
    ),
    "all facts of products that the lake lost": (
        "DELETE FROM kept_facts WHERE grain = 'product'; DELETE FROM kept_months WHERE grain = 'product'",
        "sales",
        ("changes", "lake"),
    ),
    "all facts of clients that the lake lost": (
        "DELETE FROM kept_facts WHERE grain = 'client'; DELETE FROM kept_months WHERE grain = 'client'",
        "sales_by_client",
        ("changes", "lake"),
    ),
    "a cent of a kept winner": (
        "UPDATE kept.kpi_ranking SET profit = profit + 0.01 WHERE window_id LIKE 'week%'",
        "winners",
        ("changes", "lake"),
    ),
    "a kept product without a cost": ("DELETE FROM kept.kpi_cost_missing", "winners", ("changes", "lake")),
    "a day of a kept loss": ("UPDATE kept.kpi_losses SET days_left = 3", "losses", ("changes", "lake")),
    "a kept margin": ("UPDATE kept.kpi_low_margin SET margin = 0.5933", "low_margin", ("changes", "lake")),
    "a kept reduction": ("UPDATE kept.kpi_reductions SET reduction_rate = 0.1", "reductions", ("changes", "lake")),
    "a cent of profit": (
        "UPDATE kpi_ranking SET profit = profit + 0.01 WHERE window_id LIKE 'week%'",
        "winners",
        ("changes", "kpis"),
    ),
    "a rank": ("UPDATE kpi_ranking SET rank = 2 WHERE window_id LIKE 'week%'", "winners", ("changes", "kpis")),
    "a name in a ranking": ("UPDATE kpi_ranking SET name = 'The'", "winners", ("changes", "kpis")),
    "a category in a ranking": ("UPDATE kpi_ranking SET category = NULL", "winners", ("changes", "kpis")),
    "a cent in what is shown first": (
        "UPDATE kpi_top SET revenue = revenue + 0.01 WHERE window_id LIKE 'month%'",
        "winners",
        ("changes", "kpis"),
    ),
    "what is shown first": ("DELETE FROM kpi_top", "winners", ("changes", "kpis")),
    "how many products a head counts": ("UPDATE kpi_heads SET products = 2", "winners", ("changes", "kpis")),
    "a code without a cost": ("UPDATE kpi_cost_missing SET code = 'P1'", "winners", ("changes", "kpis")),
    "a head's total": (
        "UPDATE kpi_heads SET revenue = 0 WHERE window_id LIKE 'month%'",
        "winners",
        ("changes", "kpis"),
    ),
    "a window that is missing": ("DELETE FROM kpi_heads WHERE window_id LIKE 'month%'", "winners", ("changes", "kpis")),
    "a product without a cost": (
        "DELETE FROM kpi_cost_missing WHERE window_id LIKE 'month%'",
        "winners",
        ("changes", "kpis"),
    ),
    "a value at risk": ("UPDATE kpi_losses SET value_at_risk = 11.99", "losses", ("changes", "kpis")),
    "a lot's batch": ("UPDATE kpi_losses SET batch_no = NULL", "losses", ("changes", "kpis")),
    "a lot's name": ("UPDATE kpi_losses SET name = 'P1'", "losses", ("changes", "kpis")),
    "a lot's code": ("UPDATE kpi_losses SET code = 'p1'", "losses", ("changes", "kpis")),
    "an expiry at risk": ("UPDATE kpi_losses SET expiry_date = DATE '2026-11-25'", "losses", ("changes", "kpis")),
    "a last movement": ("UPDATE kpi_losses SET last_movement = DATE '2026-10-01'", "losses", ("changes", "kpis")),
    "days left": ("UPDATE kpi_losses SET days_left = 0", "losses", ("changes", "kpis")),
    "days idle": ("UPDATE kpi_losses SET days_idle = 57", "losses", ("changes", "kpis")),
    "a total at risk": ("UPDATE kpi_loss_totals SET value_at_risk = 12.01", "losses", ("changes", "kpis")),
    "a count at risk": ("UPDATE kpi_loss_totals SET expired = 0", "losses", ("changes", "kpis")),
    "a day's totals": ("DELETE FROM kpi_loss_totals", "losses", ("changes", "kpis")),
    "a reason": ("UPDATE kpi_losses SET reasons = ['EXPIRING']", "losses", ("changes", "kpis")),
    "a margin": ("UPDATE kpi_low_margin SET margin = 0.5933", "low_margin", ("changes", "kpis")),
    "a threshold": ("UPDATE kpi_low_margin SET threshold = 0.71", "low_margin", ("changes", "kpis")),
    "a low margin's name": ("UPDATE kpi_low_margin SET name = NULL", "low_margin", ("changes", "kpis")),
    "a reduction": ("UPDATE kpi_reductions SET reduction_rate = 0.05", "reductions", ("changes", "kpis")),
    "a client's name shown": ("UPDATE kpi_reductions SET name = 'Bars'", "reductions", ("changes", "kpis")),
    "a client's code shown": ("UPDATE kpi_reductions SET code = 'C2'", "reductions", ("changes", "kpis")),
    "a tier": ("UPDATE kpi_reductions SET tier = 'Silver'", "reductions", ("changes", "kpis")),
    "a client's total": ("UPDATE kpi_reductions SET new_total = new_total + 0.01", "reductions", ("changes", "kpis")),
}


@pytest.mark.parametrize(("statement", "kind", "between"), TAMPERED.values(), ids=TAMPERED)
def test_what_one_leg_says_differently_is_told(
    workspace: Workspace, statement: str, kind: str, between: tuple[str, str]
):
    workspace.database.execute(statement)

    report = audit.compare(workspace)

    assert not report.equal
    assert {(each["kind"], *each["between"]) for each in report.differences} == {(kind, *between)}


def test_a_claim_that_no_event_follows_is_told_by_all_that_rests_on_it(workspace: Workspace):
    workspace.database.execute("DELETE FROM events WHERE kind = 'clients'")

    report = audit.compare(workspace)

    assert report.differences[0]["between"] == ["claims", "changes"]
    assert {tuple(each["between"]) for each in report.differences} == {
        ("claims", "changes"),
        ("changes", "kafka"),
        ("changes", "facts"),
        ("changes", "kpis"),
        ("changes", "lake"),
    }


def test_a_withdrawn_claim_leaves_what_it_overwrote(workspace: Workspace):
    """A second file said 9,991 and was withdrawn: the first one's 9,990 counts, in every leg."""
    moment = "2026-11-22T08:00:00+00:00"
    later = json.dumps(CLIENT | {"opening": "9991.0000"})
    first = json.dumps(CLIENT)
    acts = [(2, "land", later, first, later), (3, "withdraw", None, later, first)]
    for sequence, act, claimed, before, after in acts:
        change_set = ["clients", sequence, "clients-2", 5, act, moment]
        insert(workspace, "change_sets", change_set)
        claim = ["clients", "clients-2", 5, sequence, "c1", claimed, "digest", [2], None]
        insert(workspace, "claims", claim)
        event = [f"event-{sequence}", "clients-2", sequence, "clients", "replace", "c1", before, after]
        insert(workspace, "events", [*event, "2026-11-22", moment, 2])
        message = ["clients", f"event-{sequence}", sequence, "c1", before, after]
        insert(workspace, "messages", message)
    raw = ["clients", "clients-2", None, 2, "C1", None, None, None, None, "9991", None, None]
    raw += ["Bar", None, None, "Standard"]
    insert(workspace, "raw_others", raw)

    assert audit.compare(workspace).differences == []


def test_a_repeated_price_shows_its_product_though_no_event_says_so(workspace: Workspace):
    """A second file brought a later price with another threshold, a third one repeats the first file's."""
    moment = "2026-11-22T08:00:00+00:00"
    first = json.dumps(PRODUCT)
    second = json.dumps(PRODUCT | {"in_force_from": "2026-12-01", "min_margin_threshold": 0.1})
    for number, record_id, text in ((2, "p1@2026-12-01", second), (3, "p1@2026-11-01", first)):
        file_id, landing = f"products-{number}", number + 10
        insert(workspace, "change_sets", ["products", number, file_id, landing, "land", moment])
        insert(workspace, "claims", ["products", file_id, landing, number, record_id, text, "digest", [2], None])
    event = ["event-2", "products-2", 2, "products", "insert", "p1@2026-12-01", None, second, "2026-11-22", moment, 12]
    insert(workspace, "events", event)

    audit.make_figures(workspace)

    assert [str(row["threshold"]) for row in workspace.rows("FROM shown_products")] == ["0.700000"]


@pytest.mark.parametrize("ids", [("pa", "pb", "pc", "pd"), ("pd", "pc", "pb", "pa")])
def test_products_that_share_a_code_and_its_figures_are_ranked_by_their_identities(ids: tuple[str, ...]):
    items = [{"product_code": "P1", "product_id": each, "quantity": 1, "unit_price": "5.0000"} for each in ids]
    told = [("products", f"{each}@2026-11-01", PRODUCT | {"product_id": each}) for each in ids]
    told.append(("sales", "f1", INVOICE | {"items": items}))
    events = [
        {"event_id": str(number), "sequence": number, "landing": number, "kind": kind, "record_id": record_id}
        | {"before": None, "after": after}
        for number, (kind, record_id, after) in enumerate(told, start=1)
    ]

    ranking = figures_of(events, TODAY, "Europe/Paris").rows(
        "FROM expected_top WHERE window_id LIKE 'week%' ORDER BY rank"
    )

    assert [row["product_id"] for row in ranking] == sorted(ids)


MIDNIGHT = datetime(2026, 11, 27, 0, 10, tzinfo=ZoneInfo("Europe/Paris"))
EVENING, NIGHT = datetime(2026, 11, 26, 20, tzinfo=UTC), datetime(2026, 11, 26, 23, 5, tzinfo=UTC)
HEADS: dict[str, tuple[dict[str, datetime], date]] = {
    "the stream has followed": ({"2026-11-26": EVENING, "2026-11-27": NIGHT}, TODAY),
    "it has not": ({"2026-11-26": EVENING}, date(2026, 11, 26)),
    "somebody asked for tomorrow": ({"2026-11-26": EVENING, "2026-11-27": EVENING}, date(2026, 11, 26)),
    "yesterday was asked for since": ({"2026-11-26": NIGHT}, date(2026, 11, 26)),
    "nothing is shown": ({}, TODAY),
    "the stream stood still": ({"2026-11-26": EVENING - timedelta(days=1)}, TODAY),
}


@pytest.mark.parametrize(("heads", "day"), HEADS.values(), ids=HEADS)
def test_the_losses_of_the_last_day_that_the_stream_has_followed_are_judged(
    monkeypatch: pytest.MonkeyPatch, heads: dict[str, datetime], day: date
):
    def find_one(key: dict[str, str]) -> dict[str, datetime] | None:
        return {"as_of": heads[key["_id"]]} if key["_id"] in heads else None

    hot = cast("Hot", SimpleNamespace(facts={names.KPI_LOSSES: SimpleNamespace(find_one=find_one)}))
    for part in (documents, messages, kept, snapshots, lake, ledger):
        monkeypatch.setattr(part, "load", lambda *_: None)
    monkeypatch.setattr(lake, "load_raw", lambda *_: {})
    monkeypatch.setattr(ledger, "entries_with_bytes", lambda _: [])
    monkeypatch.setattr(audit, "datetime", SimpleNamespace(now=MIDNIGHT.astimezone))
    monkeypatch.setattr(audit, "compare", lambda opened: opened.rows("SELECT getvariable('today') AS day"))

    assert audit.audit(hot, cast("Cold", None), Settings(timezone="Europe/Paris")) == [{"day": day}]


CODES_SHOWN = {
    "the client's and the product's last": ("", "C1", "P2"),
    "those of before": ("DELETE FROM events WHERE kind = 'clients'", "C0", "P0"),
    "those of now": ("DELETE FROM events WHERE kind = 'clients'", "C1", "P2"),
}


@pytest.mark.parametrize(("statement", "client_code", "product_code"), CODES_SHOWN.values(), ids=CODES_SHOWN)
def test_a_code_that_only_sales_told_may_be_one_of_a_version_that_counts_no_more(
    workspace: Workspace, statement: str, client_code: str, product_code: str
):
    """A corrected file told other codes and the same amounts, which changed no facts."""
    _correct_codes(workspace)
    workspace.database.execute(f"{statement}; UPDATE kpi_reductions SET code = '{client_code}'")  # noqa: S608 - our own
    workspace.database.execute(f"UPDATE kpi_cost_missing SET code = '{product_code}'")  # noqa: S608 - our own

    audit.compare(workspace)

    assert workspace.rows("FROM changes_against_cost_missing") == []
    assert _codes_of_reductions(workspace) == []


@pytest.mark.parametrize(
    ("statement", "shown"),
    [("", "C0"), ("", "c1"), ("DELETE FROM events WHERE kind = 'clients'", "c1")],
    ids=["sales told another", "an identity", "an identity that sales did not tell"],
)
def test_a_code_that_nobody_told_of_a_client_is_a_difference(workspace: Workspace, statement: str, shown: str):
    _correct_codes(workspace)
    workspace.database.execute(f"{statement}; UPDATE kpi_reductions SET code = '{shown}'")  # noqa: S608 - our own

    audit.compare(workspace)

    assert _codes_of_reductions(workspace) == [("C1", shown)]


def test_an_identity_that_nobody_told_as_a_code_of_a_product_is_a_difference(workspace: Workspace):
    workspace.database.execute("UPDATE kpi_cost_missing SET code = 'p2'")

    assert audit.compare(workspace).differences_total == len(WINDOWS)


def _correct_codes(workspace: Workspace) -> None:
    items = [item | {"product_code": "P0" if item["product_id"] == "p2" else "P1"} for item in INVOICE["items"]]
    before, after = json.dumps(INVOICE | {"client_code": "C0", "items": items}), json.dumps(INVOICE)
    workspace.database.execute("UPDATE events SET after = ? WHERE kind = 'sales'", [before])
    event = ["event-2", "sales-2", 2, "sales", "replace", "f1", before, after, "2026-11-20", "2026-11-22T08:00:00Z", 9]
    insert(workspace, "events", event)


def _codes_of_reductions(workspace: Workspace) -> list[tuple[str, str]]:
    """The codes that the change sets and the figures say of clients, where they are not the same."""
    rows = workspace.rows("FROM changes_against_reductions")
    codes = [tuple(json.loads(row[side])["code"] for side in ("left_says", "right_says")) for row in rows]
    return [(left, right) for left, right in codes if left != right]


@pytest.mark.parametrize(("known_until", "differences"), [(1, 0), (2, 2)])
def test_of_kept_facts_all_that_they_knew_is_compared_and_nothing_else(
    workspace: Workspace, known_until: int, differences: int
):
    """Two of the invoice's three lines were corrected away, and the facts are those from before."""
    before, after = (json.dumps(INVOICE | {"items": INVOICE["items"][:count]}) for count in (3, 1))
    event = ["event-2", "sales-2", 2, "sales", "replace", "f1", before, after, "2026-11-20", "2026-11-22T08:00:00Z", 9]
    insert(workspace, "events", event)
    workspace.database.execute(f"UPDATE kept_months SET sequence = {known_until} WHERE grain = 'product'")  # noqa: S608 - a number

    audit.compare(workspace)

    assert len(workspace.rows("FROM changes_against_kept")) == differences
    assert workspace.rows("FROM snapshot_differences") == []


NOT_MISSED = {
    "the lake never kept facts": "DELETE FROM kept_facts; DELETE FROM kept_months",
    "an earlier release kept a grain": (
        "DELETE FROM kept_facts WHERE grain = 'client'; UPDATE kept_months SET sequence = NULL WHERE grain = 'client'"
    ),
    "an earlier release kept all": "DELETE FROM kept_facts; UPDATE kept_months SET sequence = NULL",
    "it has not been kept yet": "SELECT 1",
    "the other grain has just been": (
        "INSERT INTO kept_months VALUES ('client', '2026-12', 2);"
        "INSERT INTO kept_facts VALUES ('client', 'c1', '', DATE '2026-12-01', 0, 25, 0, 1),"
        "    ('client', 'c1', 'p1', DATE '2026-12-01', 0, 0, 1, 0)"
    ),
}


@pytest.mark.parametrize("statement", NOT_MISSED.values(), ids=NOT_MISSED)
def test_a_month_that_is_in_no_file_is_missed_only_where_a_batch_that_knew_it_has_ended(
    workspace: Workspace, statement: str
):
    """A second invoice is of December."""
    _sell_in_december(workspace)
    workspace.database.execute(statement)

    audit.compare(workspace)

    assert workspace.rows("FROM changes_against_kept") == []


def test_a_month_whose_file_is_gone_is_missed(workspace: Workspace):
    """The second invoice is of December, of which the lake has the clients' facts alone."""
    _sell_in_december(workspace)
    workspace.database.execute("UPDATE kept_months SET sequence = 2")
    workspace.database.execute(NOT_MISSED["the other grain has just been"])

    audit.compare(workspace)

    missed = {(row["kind"], str(row["day"]), row["record"]) for row in workspace.rows("FROM changes_against_kept")}
    assert missed == {("sales", "2026-12-01", "p1"), ("sales", "2026-12-01", "p2")}


def _sell_in_december(workspace: Workspace) -> None:
    text = json.dumps(INVOICE | {"business_day": "2026-12-01"})
    event = ["event-2", "sales-2", 2, "sales", "insert", "f2", None, text, "2026-12-01", "2026-12-02T08:00:00Z", 9]
    insert(workspace, "events", event)


def test_of_a_file_that_does_not_say_what_it_knew_only_its_place_is_known(workspace: Workspace, tmp_path: Path):
    parquet.write_table(pa.table({"product_id": ["p9"]}), tmp_path / "part.parquet")

    kept.take(workspace, "product", "2026-12", tmp_path / "part.parquet")

    assert workspace.rows("FROM kept_months WHERE month = '2026-12'") == [
        {"grain": "product", "month": "2026-12", "sequence": None}
    ]
    assert workspace.rows("FROM kept_facts WHERE record_id = 'p9'") == []


@pytest.mark.parametrize("first_sequence", [2, messages.NOTHING_KEPT])
def test_what_a_topic_keeps_no_longer_is_not_missed(workspace: Workspace, first_sequence: int):
    workspace.database.execute("DELETE FROM messages WHERE kind = 'stock'")
    workspace.database.execute("INSERT INTO kept_from VALUES ('stock', ?)", [first_sequence])

    report = audit.compare(workspace)

    assert report.differences == []
    assert [row["kafka"] for row in report.checked if row["kind"] == "stock"] == [None]


def test_what_is_left_of_a_change_set_that_a_topic_dropped_in_part_is_not_compared(workspace: Workspace):
    workspace.database.execute("INSERT INTO kept_from VALUES ('sales', 2)")

    assert audit.compare(workspace).differences == []
