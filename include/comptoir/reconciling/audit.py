"""Raw files = change sets = Kafka = facts = figures: one pass that puts them side by side and tells what differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from comptoir.reconciling import documents, kept, lake, ledger, messages, snapshots
from comptoir.reconciling.workspace import open_workspace
from comptoir.stores.figures import day_of_losses

if TYPE_CHECKING:
    from comptoir.reconciling.workspace import Workspace
    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot

DIFFERENCES_SHOWN: Final = 100
TEXT_SHOWN: Final = 500  # characters of what a leg says of a record; an invoice may have 10,000 lines
LINES_AT_ONCE: Final = 500_000  # of 5,000,000 the lists did not fit into the workspace's memory
LEGS: Final = ("raw", "changes", "kafka", "facts", "kpis")
THRESHOLDS: Final = (
    "expiring_days",
    "dead_stock_days",
    "low_margin_days",
    "gold_threshold",
    "silver_threshold",
    "promo_threshold",
    "reduction_rate_standard",
    "reduction_rate_silver",
    "reduction_rate_gold",
)
# From left to right: what differs first is where to look first.
COMPARISONS: Final = (
    "bytes_against_ledger",
    "rows_against_ledger",
    "unread_sheets_of_files",
    "raw_against_invoices",
    "raw_against_records",
    "claims_against_changes",
    "changes_against_kafka",
    "changes_against_product_facts",
    "changes_against_client_facts",
    "changes_against_unpriced",
    "changes_against_folded",
    "changes_against_kept",
    "changes_against_ranking",
    "changes_against_top",
    "changes_against_heads",
    "changes_against_cost_missing",
    "changes_against_losses",
    "changes_against_loss_totals",
    "changes_against_low_margin",
    "changes_against_reductions",
    "snapshot_differences",
)
# The effective records of each leg, cut into lines, heads and all else.
VERSIONS: Final = {"changes": "effective_changes", "kafka": "effective_messages"}


@dataclass(frozen=True)
class Report:
    """What an audit found.

    Attributes:
        checked: of each kind and day what every leg has: `{kind, day, raw, changes, kafka, facts, kpis}`, each leg
            `{count, quantity, amount}` or None where it has no such figure.
        differences: the first ones, from left to right: `{kind, day, record, between, left, right}`.
        differences_total: how many there are.
    """

    checked: list[dict[str, Any]]
    differences: list[dict[str, Any]]
    differences_total: int

    @property
    def equal(self) -> bool:
        """Whether all legs say the same."""
        return not self.differences_total

    def to_json(self) -> dict[str, Any]:
        """Return the report as scripts read it."""
        return {
            "equal": self.equal,
            "checked": self.checked,
            "differences": self.differences,
            "differences_total": self.differences_total,
        }


def audit(hot: Hot, cold: Cold, settings: Settings) -> Report:
    """Compare all legs once; what is on its way while it reads shows as a difference.

    Raises:
        TransientError: a server was away; the same call may be made again.
    """
    on = day_of_losses(hot, datetime.now(settings.zone))
    workspace = open_workspace(settings.timezone)
    workspace.set_variable("today", on)
    for name in THRESHOLDS:
        workspace.set_variable(name, getattr(settings, name))
    # Right to left: what comes in between is missing on the right, never on the left.
    documents.load(workspace, hot, on)
    messages.load(workspace, settings)
    kept.load(workspace, cold)
    snapshots.load(workspace, cold)
    entries = ledger.entries_with_bytes(hot)
    lake.load(workspace, cold)
    ledger.load(workspace, entries, lake.load_raw(workspace, cold, entries))
    return compare(workspace)


def compare(workspace: Workspace) -> Report:
    """Put the legs that were loaded side by side, and tell what differs."""
    _put_side_by_side(workspace)
    differences: list[dict[str, Any]] = []
    total = 0
    for comparison in COMPARISONS:
        found = workspace.rows(f"SELECT *, count(*) OVER () AS total FROM {comparison} LIMIT {DIFFERENCES_SHOWN}")
        total += found[0]["total"] if found else 0
        differences += map(_difference, found)
    checked = [_checked(row) for row in workspace.rows("FROM checked ORDER BY kind, day NULLS FIRST")]
    return Report(checked, differences[:DIFFERENCES_SHOWN], total)


def make_figures(workspace: Workspace, *, only_until_today: bool = False) -> None:
    """Make facts and figures of the change sets that were loaded, and the lines, heads and others of each leg.

    Args:
        workspace: where.
        only_until_today: whether sales of later days are left out.
    """
    workspace.run("lake")
    workspace.run("legs")
    for leg, versions in VERSIONS.items():
        for part in ("lines", "heads", "others"):
            workspace.database.execute(f"CREATE TABLE {part}_{leg} AS FROM {part}_of('{versions}')")
        for part in ("lines", "heads") if only_until_today else ():
            workspace.database.execute(f"DELETE FROM {part}_{leg} WHERE day > getvariable('today')")
    workspace.run("expected_facts")
    workspace.run("expected_figures")


def _put_side_by_side(workspace: Workspace) -> None:
    make_figures(workspace)
    kept.make_expected(workspace)
    workspace.run("differences")
    workspace.run("figure_differences")
    _judge_snapshots(workspace)
    _gather_raw_invoices(workspace)
    workspace.run("raw_legs")
    workspace.run("checked")


def _judge_snapshots(workspace: Workspace) -> None:
    """Compare the figures of the day that was kept last with those of what was known then."""
    for day in workspace.rows("FROM kept_days"):
        with snapshots.as_known_then(workspace, day):
            make_figures(workspace, only_until_today=True)
            workspace.run("snapshot_windows")
            workspace.run("figure_differences")
            snapshots.note_differences(workspace)


def _gather_raw_invoices(workspace: Workspace) -> None:
    """Gather the lines of the claimed invoices, some of them at once: lists that are being made can't be spilled."""
    ((rows,),) = workspace.database.execute("SELECT count(*) FROM claim_rows WHERE kind = 'sales'").fetchall()
    parts = -(-rows // LINES_AT_ONCE)
    for part in range(parts):
        workspace.database.execute(f"INSERT INTO raw_invoices FROM raw_invoices_of({part}, {parts})")


def _difference(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "day": row["day"].isoformat() if row["day"] else None,
        "record": row["record"],
        "between": [row["left_leg"], row["right_leg"]],
        "left": _shortened(row["left_says"]),
        "right": _shortened(row["right_says"]),
    }


def _shortened(text: str | None) -> str | None:
    return text if text is None or len(text) <= TEXT_SHOWN else f"{text[:TEXT_SHOWN]}…"


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    day = row["day"].isoformat() if row["day"] else None
    return {"kind": row["kind"], "day": day} | {leg: row[leg] for leg in LEGS}
