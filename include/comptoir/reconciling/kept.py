"""The facts of months that the batch application keeps in the lake, each file with the last change set that it knew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pyarrow import parquet

from comptoir import names
from comptoir.stores import cold as lake

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.reconciling.workspace import Workspace
    from comptoir.stores.cold import Cold

TABLES: Final = """
CREATE TABLE kept_months (grain VARCHAR, month VARCHAR, sequence BIGINT);
CREATE TABLE kept_facts (grain VARCHAR, record_id VARCHAR, product_id VARCHAR, day DATE, q BIGINT, r DECIMAL(38, 4),
    u BIGINT, n BIGINT);
CREATE TABLE expected_kept AS FROM kept_facts;
"""
# The columns of `kept_facts` in a file of each grain.
COLUMNS: Final = {
    "product": "product_id, '', day, priced_quantity, revenue, unpriced_quantity, invoices",
    "client": "client_id, coalesce(product_id, ''), day, 0, revenue, unpriced_quantity, invoices",
}
FOOTER: Final = b"org.apache.spark.sql.parquet.row.metadata"


def load(workspace: Workspace, cold: Cold) -> None:
    """Fill `kept_facts`, and `kept_months` with the last change set of sales that each file knew.

    A file of an earlier release doesn't say what it knew, so that nothing can be said of it but that it is there.
    """
    workspace.database.execute(TABLES)
    path = workspace.folder / "kept.parquet"
    for grain in COLUMNS:
        folder = f"{names.LAKE_FACTS}/{grain}"
        for name in lake.list_names(cold, folder):
            if not name.startswith("month="):
                continue
            try:
                lake.get_file(cold, f"{folder}/{name}/part.parquet", path)
            except FileNotFoundError:
                continue
            take(workspace, grain, name.removeprefix("month="), path)


def take(workspace: Workspace, grain: str, month: str, path: Path) -> None:
    """Take in a month's file, copied to this machine; its facts where it says what it knew."""
    said = said_in(path, "sequence") or {}
    workspace.database.execute("INSERT INTO kept_months VALUES (?, ?, ?)", [grain, month, said.get("sequence")])
    if not said:
        return
    workspace.database.execute(f"INSERT INTO kept_facts SELECT '{grain}', {COLUMNS[grain]} FROM read_parquet('{path}')")


def said_in(path: Path, word: str) -> dict[str, Any] | None:
    """Return what the footer of a file that Spark wrote says of the column of which it says `word`."""
    footer = parquet.read_metadata(path).metadata or {}
    fields: list[dict[str, Any]] = json.loads(footer.get(FOOTER, b"{}")).get("fields", [])
    return next((field["metadata"] for field in fields if word in field.get("metadata", {})), None)


def make_expected(workspace: Workspace) -> None:
    """Make `expected_kept`: what months' files should say, of the events up to what each file knew, lost ones too."""
    workspace.run("missed_months")
    known = "SELECT DISTINCT sequence FROM kept_months WHERE sequence IS NOT NULL ORDER BY sequence"
    for row in workspace.rows(known):
        workspace.set_variable("known_until", row["sequence"])
        workspace.run("expected_kept")
