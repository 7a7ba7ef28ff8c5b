"""What is read as meant, and not as it stands, is what the audit finds in the raw file, too: by ways of its own."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from comptoir.changes.records import Clock, build_records
from comptoir.reconciling import audit, documents, kept, lake, ledger, messages, raw_files, snapshots
from comptoir.reconciling.workspace import open_workspace
from comptoir.rules import Rules
from tests.unit.judged_files import TODAY, judged_file

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.quality.verdicts import Verdict
    from comptoir.reconciling.workspace import Workspace

SALES = "N° facture;Date;Code client;Référence;Désignation;Quantité;PU HT"
HEAD, FIRST, SECOND = "F1;14/01/2026;C;;;;", ";;;P;Vis;10;1,50", ";;;Q;Clou;5;2,00"
FLAT = "F1;14/01/2026;C;P;Vis;10;1,50", "F1;14/01/2026;C;Q;Clou;5;2,00", "F2;15/01/2026;D;P;Vis;3;1,50"
STOCK = "code_produit;quantite;no_lot;DLC;dernier_mouvement"


def audited(verdict: Verdict, path: Path) -> Workspace:
    """The claims of a file's accepted rows beside what the audit reads in it."""
    table = verdict.table
    mapping = [{"sheet": table.sheet, "kind": table.kind.name} | asdict(each) for each in table.mapping]
    problems = [problem.to_document() for problem in verdict.problems]
    rows = {"rows_read": len(table.originals), "rows_applied": verdict.accepted["row"].n_unique()}
    rows["rows_rejected"] = rows["rows_read"] - rows["rows_applied"]
    entry: dict[str, Any] = {"_id": "f", "name": path.name, "sha256": "", "mapping": mapping, "problems": problems}
    workspace = open_workspace("Europe/Paris")
    for name in ("today", *audit.THRESHOLDS):
        workspace.set_variable(name, TODAY if name == "today" else getattr(Rules(), name))
    for name, columns in documents.TABLES.items():
        workspace.fill(name, columns, [])
    messages.fill(workspace, [], {})
    workspace.database.execute(kept.TABLES + snapshots.TABLES)
    workspace.database.execute(lake.CLAIMS)
    workspace.fill("change_sets", lake.CHANGE_SETS, [[table.kind.name, "1", "f", "1", "land", "2026-03-31T08:00:00Z"]])
    accepted = verdict.accepted.with_columns(pl.lit(table.sheet, pl.String).alias("sheet"))
    for record in build_records(table.kind.name, [accepted], Clock("Europe/Paris", TODAY)).iter_rows(named=True):
        values = [
            table.kind.name,
            "f",
            1,
            1,
            record["record_id"],
            record["version"],
            "",
            record["rows"],
            record["sheet"],
        ]
        workspace.database.execute("INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    raw_files.prepare(workspace)
    raw_files.load(workspace, entry, path)
    ledger.load(workspace, [entry | rows | {"is_imported": True}], {})
    audit.compare(workspace)
    return workspace


FILES = {
    "as they stand": [SALES, *FLAT],
    "lines below their invoice": [SALES, "F1;14/01/2026;C;P;Vis;10;1,50", SECOND],
    "heads of invoices": [SALES, HEAD, FIRST, SECOND, "F2;15/01/2026;D;;;;", FIRST],
    "heads of invoices with their totals": [f"{SALES};Total facture", f"{HEAD};25,00", f"{FIRST};", f"{SECOND};"],
    "texts between lines": [SALES, FLAT[0], "F1;14/01/2026;C;;Selon votre commande;;", *FLAT[1:]],
    "heads of clients": [SALES, ";;C;;;;", "F1;14/01/2026;;P;Vis;10;1,50", ";;D;;;;", "F2;15/01/2026;;P;Vis;1;1,50"],
    "heads of products": [SALES, ";;;P;Vis;;", "F1;14/01/2026;C;;;10;1,50", "F2;15/01/2026;D;;;1;1,50"],
    "heads within heads": [
        SALES,
        ";;C;;;;",
        "F1;14/01/2026;;;;;",
        FIRST,
        SECOND,
        ";;D;;;;",
        "F2;15/01/2026;;;;;",
        FIRST,
    ],
    "totals of lines": [
        f"{SALES};Total",
        *(f"{line};{sum_}" for line, sum_ in zip(FLAT, ("15", "10", "4,5"), strict=True)),
    ],
    "totals with shipping": [
        f"{SALES};Total;Frais de port",
        *(f"{line};{sum_}" for line, sum_ in zip(FLAT, ("30;5", "30;5", "9,5;5"), strict=True)),
        "F3;15/01/2026;D;P;Vis;2;1,50;3,00;",
        "F4;15/01/2026;D;P;Vis;2;1,50;9,99;1",
    ],
    "discounts": [
        f"{SALES};Remise %;Montant HT",
        "F1;14/01/2026;C;P;Vis;10;1,50;10;13,50",
        "F1;14/01/2026;C;Q;Clou;5;2,00;;10,00",
        "F2;15/01/2026;D;P;Vis;3;1,50;5 %;4,28",
        "F3;15/01/2026;D;P;Vis;3;1,35;10;4,05",
    ],
    "discounts of pieces": [f"{SALES};Remise;Montant HT", "F1;14/01/2026;C;P;Vis;10;1,50;0,15;13,50"],
    "discounts of lines": [
        f"{SALES};Remise;Montant HT",
        "F1;14/01/2026;C;P;Vis;10;1,50;1,50;13,50",
        f"{FLAT[2]};0;4,50",
    ],
    "discounts of whole prices": [f"{SALES};Remise %;Montant HT", "F1;14/01/2026;C;P;Vis;10;2;10;18,00"],
    "discounts in another way": [f"{SALES};Remise %;Montant HT", "F1;14/01/2026;C;P;Vis;10;2.50;10;22,50"],
    "no price and a total": [
        f"{SALES};TVA;Total facture",
        "F1;14/01/2026;C;P;Vis;10;10,00;20,00;120,00",
        "F3;14/01/2026;C;P;Vis;10;;0,00;50,00",
    ],
    "a bad line within heads": [
        *(SALES, ";;C;;;;", "F1;14/01/2026;;;;;", FIRST, ";;;Q;Clou;;", ";;C;;;;", "F2;15/01/2026;;;;;", FIRST),
        *("F3;15/01/2026;D;P;Vis;1;1,50", "F4;15/01/2026;D;P;Vis;1;1,50", "F5;15/01/2026;D;P;Vis;1;1,50"),
    ],
    "a text with a client": [
        *(SALES, "F1;14/01/2026;C;P;Vis;10;1,50", "F1;14/01/2026;C;;Selon commande;;", ";;C;;Selon commande;;"),
        *("F2;15/01/2026;;P;Vis;10;1,50", "F3;15/01/2026;;P;Vis;1;1,50", "F4;15/01/2026;;P;Vis;1;1,50"),
    ],
    "amounts divided": [SALES.replace("PU HT", "Montant HT"), *(line.replace("1,50", "30,00") for line in FLAT)],
    "remarks between lines": [
        *(
            f"{SALES};Remarques",
            f"{FLAT[0]};",
            "F1;14/01/2026;C;;;;;Selon votre commande",
            *(f"{x};" for x in FLAT[1:]),
        ),
    ],
    "taxes and what is due left aside": [
        *(
            f"{SALES};Montant HT",
            *(f"{line};" for line in FLAT),
            "TOTAL H.T.;;;;;;;29,50",
            ";;;;TVA à 20 %;;29,50;5,90",
        ),
        *(";;;;;;Net à payer;35,40", "Report;;;;;;;35,40"),
    ],
    "marks of full width": [
        SALES,
        "F1;14/01/2026;C;P;Vis;\uff11\uff10;1\uff0c50",
        "F2;14/01/2026;C;Q;Clou;-\uff15;\uff11\uff0e\uff12\uff13\uff14\uff0c\uff15\uff10",
        "F3;14/01/2026;C;Q;Clou;\u0665;2\uff0c00",
    ],
    "sums left aside": [f"{SALES};Total HT", *(f"{line};" for line in FLAT), "TOTAL;;;;;18;;29,50"],
}


@pytest.mark.parametrize("name", FILES)
def test_the_audit_reads_sales_as_they_were_read(tmp_path: Path, name: str):
    path = tmp_path / "sales.csv"
    path.write_text("\n".join(FILES[name]), encoding="utf-8")
    verdict = judged_file(path)
    assert len(verdict.accepted)
    workspace = audited(verdict, path)
    assert workspace.rows("FROM raw_against_invoices") == []
    assert workspace.rows("FROM rows_against_ledger") == []


@pytest.mark.parametrize("lines", [("[", "{},", "", "{}", "]"), ("[{}", ",{}]"), ("{}", "{}")])
def test_the_audit_reads_lists_of_json_as_they_were_read(tmp_path: Path, lines: tuple[str, ...]):
    sold = '{"invoice_no": "F1", "product_code": "P]", "quantity": 2, "unit_price": 1.50, "timestamp": "2026-01-14"}'
    path = tmp_path / "sales.json"
    path.write_text("\n".join(line.replace("{}", sold) for line in lines))
    verdict = judged_file(path)
    assert verdict.accepted["quantity"].to_list() == [2, 2]
    workspace = audited(verdict, path)
    assert workspace.rows("FROM raw_against_invoices") == []
    assert workspace.rows("FROM rows_against_ledger") == []


@pytest.mark.parametrize("expiry", ["31/12/2026", "sans", "01/01/1900", "30/12/1899", "1970-01-01", ""])
def test_the_audit_reads_expiries_as_they_were_read(tmp_path: Path, expiry: str):
    path = tmp_path / "stock.csv"
    path.write_text("\n".join([STOCK, f"P\u20111;2;L1;{expiry};15/01/2026", "P\u200b2\x1d;2;L1;31/12/2026;15/01/2026"]))
    workspace = audited(judged_file(path), path)
    assert workspace.rows("FROM raw_against_records") == []
