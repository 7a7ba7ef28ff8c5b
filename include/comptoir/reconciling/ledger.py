"""What the ledger says of each file: whether its bytes are kept, and how many of its rows went where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comptoir.stores.hot import reaching_mongo

if TYPE_CHECKING:
    from comptoir.reconciling.workspace import Workspace
    from comptoir.stores.hot import Hot

IMPORTED: Final = frozenset({"applied", "partial", "withdrawn"})
LEFT_ASIDE: Final = frozenset(
    {"headers_repeated", "totals_left_aside", "feet_left_aside", "bare_rows_left_aside", "groups_left_aside"}
)
COUNTS: Final = ("rows_read", "rows_applied", "rows_unchanged", "rows_rejected", "rows_released")
COLUMNS: Final = {
    "file_id": "VARCHAR",
    "name": "VARCHAR",
    "sha256": "VARCHAR",
    "raw_sha256": "VARCHAR",
    "is_imported": "BOOLEAN",
    "rows_left_aside": "BIGINT",
} | dict.fromkeys(COUNTS, "BIGINT")


@reaching_mongo()
def entries_with_bytes(hot: Hot) -> list[dict[str, Any]]:
    """Return the entries whose bytes are in the lake, in the order of their landing, with `is_imported`."""
    found = hot.ledger.find({"raw": {"$ne": None}}).sort("landing", 1)
    return [entry | {"is_imported": entry["state"] in IMPORTED} for entry in found]


def load(workspace: Workspace, entries: list[dict[str, Any]], digests: dict[str, str]) -> None:
    """Fill `ledger`; `digests` are the SHA-256 of the bytes in the lake, by file id."""
    workspace.fill("ledger", COLUMNS, (_row(entry, digests.get(entry["_id"])) for entry in entries))


def _row(entry: dict[str, Any], raw_sha256: str | None) -> list[Any]:
    told = [entry["_id"], entry["name"], entry["sha256"], raw_sha256, str(entry["is_imported"])]
    return [*told, str(_left_aside(entry)), *(str(entry.get(field, 0)) for field in COUNTS)]


def _left_aside(entry: dict[str, Any]) -> int:
    return sum(int(problem["params"]["count"]) for problem in entry["problems"] if problem["code"] in LEFT_ASIDE)
