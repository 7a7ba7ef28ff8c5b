"""The facts and figures that the audit's statements make of events, without a server and without the pipeline."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from comptoir.reconciling import audit, lake, messages
from comptoir.reconciling.workspace import open_workspace
from comptoir.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from comptoir.reconciling.workspace import Workspace

COLUMNS: Final = {
    "event_id": "VARCHAR",
    "sequence": "BIGINT",
    "kind": "VARCHAR",
    "record_id": "VARCHAR",
    "before": "VARCHAR",
    "after": "VARCHAR",
    "landing": "BIGINT",
}


def figures_of(events: Iterable[dict[str, Any]], on: date, timezone: str) -> Workspace:
    """Compute facts and figures of events on a day."""
    workspace = open_workspace(timezone)
    workspace.set_variable("today", on)
    for name in audit.THRESHOLDS:
        workspace.set_variable(name, getattr(Rules(), name))
    workspace.database.execute(lake.CLAIMS)
    workspace.fill("change_sets", lake.CHANGE_SETS, [])
    messages.fill(workspace, [], {})
    workspace.fill("told", COLUMNS, [[_text(each[column]) for column in COLUMNS] for each in events])
    workspace.database.execute("INSERT INTO events BY NAME FROM told")
    audit.make_figures(workspace)
    return workspace


def _text(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value
