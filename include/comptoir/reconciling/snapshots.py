"""The figures of the day that the batch application kept last in the lake, to be judged by what it knew then.

Every audit judges the latest, so that each night's is judged once; older ones have been, and never change.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.reconciling import documents
from comptoir.reconciling.kept import said_in
from comptoir.stores import cold as lake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from comptoir.reconciling.workspace import Workspace
    from comptoir.stores.cold import Cold

SCHEMA: Final = "kept"
TABLES: Final = """
CREATE SCHEMA kept;
CREATE TABLE kept_days (day DATE, known VARCHAR, rules VARCHAR);
CREATE TABLE snapshot_differences (kind VARCHAR, day DATE, record VARCHAR, left_leg VARCHAR, right_leg VARCHAR,
    left_says JSON, right_says JSON);
"""
WINNER: Final = "printf('%s:%s', \"window\", start), product_id"
# Of each table of figures: the file that it comes from, and its columns there.
FIGURES: Final = {
    "kpi_ranking": (
        "winners",
        f"SELECT {WINNER}, rank, code, name, category, quantity, revenue, profit FROM file WHERE cost_known",
    ),
    "kpi_cost_missing": ("winners", f"SELECT {WINNER}, code, quantity, revenue FROM file WHERE NOT cost_known"),
    "kpi_losses": ("losses", "SELECT * EXCLUDE product_id REPLACE (list_sort(reasons) AS reasons) FROM file"),
    "kpi_low_margin": ("low_margin", "FROM file"),
    "kpi_reductions": ("reductions", "FROM file"),
}
COMPARISONS: Final = ("ranking", "cost_missing", "losses", "low_margin", "reductions")
LAST_WRITTEN: Final = "reductions"


def load(workspace: Workspace, cold: Cold) -> None:
    """Take in the day that was kept last; nothing where it is being kept just now, or by an earlier release."""
    workspace.database.execute(TABLES)
    listed = lake.list_files(cold, f"{names.LAKE_SNAPSHOTS}/{LAST_WRITTEN}")
    if not listed:
        return
    folder = max(listed, key=lambda each: each.changed_at).name
    files = {kpi: workspace.folder / f"kept-{kpi}.parquet" for kpi, _ in FIGURES.values()}
    try:
        for kpi, path in files.items():
            lake.get_file(cold, f"{names.LAKE_SNAPSHOTS}/{kpi}/{folder}/part.parquet", path)
    except FileNotFoundError:
        return
    take(workspace, folder.removeprefix("day="), files)


def take(workspace: Workspace, day: str, files: dict[str, Path]) -> None:
    """Take in a day's files, by KPI, where all say that they knew the same."""
    told = [said for path in files.values() if (said := said_in(path, "known"))]
    if len(told) < len(files) or any(said != told[0] for said in told):
        return
    known, rules = (json.dumps(told[0][name]) for name in ("known", "rules"))
    workspace.database.execute("INSERT INTO kept_days VALUES (?, ?, ?)", [day, known, rules])
    for table, (kpi, query) in FIGURES.items():
        workspace.fill(f"{SCHEMA}.{table}", documents.TABLES[table], [])
        source = query.replace("FROM file", f"FROM read_parquet('{files[kpi]}', hive_partitioning = false)")
        workspace.database.execute(f"INSERT INTO {SCHEMA}.{table} {source}")


@contextmanager
def as_known_then(workspace: Workspace, day: dict[str, Any]) -> Iterator[None]:
    """Let all statements see, in a schema of their own, the change sets that a kept day knew, and its rules."""
    then = _rules_in(day["rules"]) | {"today": day["day"]}
    (now,) = workspace.rows("SELECT " + ", ".join(f"getvariable('{name}') AS {name}" for name in then))
    workspace.set_variable("known", day["known"])
    workspace.run("as_known_then")
    workspace.database.execute(f"SET search_path = '{SCHEMA},main'")
    for name, value in then.items():
        workspace.set_variable(name, value)
    try:
        yield
    finally:
        workspace.database.execute("SET search_path = 'main'")
        for name, value in now.items():
            workspace.set_variable(name, value)


def _rules_in(text: str) -> dict[str, Any]:
    """Return thresholds: days are whole numbers, amounts and rates exact decimals, written as texts."""
    rules = json.loads(text)
    return {name: Decimal(value) if isinstance(value, str) else value for name, value in rules.items()}


def note_differences(workspace: Workspace) -> None:
    """Note what the kept figures say differently from those of what was known then."""
    for name in COMPARISONS:
        workspace.database.execute(
            "INSERT INTO snapshot_differences SELECT kind, coalesce(day, getvariable('today')), record, left_leg, "
            f"'lake', left_says, right_says FROM changes_against_{name}"
        )
