"""Claims, change sets and raw files of the lake, as any reader of Parquet finds them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from pyarrow import parquet

from comptoir import names
from comptoir.reconciling import raw_files
from comptoir.stores import cold as lake

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.reconciling.workspace import Workspace
    from comptoir.stores.cold import Cold

HASHED_BYTES: Final = 1 << 20
CHANGE_SETS: Final = {
    "kind": "VARCHAR",
    "sequence": "BIGINT",
    "file_id": "VARCHAR",
    "landing": "BIGINT",
    "act": "VARCHAR",
    "published_at": "TIMESTAMPTZ",
}
CLAIMS: Final = """
CREATE TABLE claims (kind VARCHAR, file_id VARCHAR, landing BIGINT, sequence BIGINT, record_id VARCHAR,
    version VARCHAR, digest VARCHAR, rows BIGINT[], sheet VARCHAR);
CREATE TABLE events (event_id VARCHAR, file_id VARCHAR, sequence BIGINT, kind VARCHAR, op VARCHAR,
    record_id VARCHAR, before VARCHAR, after VARCHAR, business_day DATE, published_at TIMESTAMPTZ, landing BIGINT);
"""


def load(workspace: Workspace, cold: Cold) -> None:
    """Fill `change_sets`, `claims` and `events` from the committed change sets and their claims."""
    workspace.database.execute(CLAIMS)
    found = [
        change_set
        for kind in names.KINDS
        for name in without_repeated(lake.list_names(cold, f"{names.LAKE_EVENTS}/{kind}"))
        for change_set in _load_one(workspace, cold, kind, name)
    ]
    workspace.fill("change_sets", CHANGE_SETS, found)


def without_repeated(listed: list[str]) -> list[str]:
    """Leave out hidden files, and those whose sequences stand in a compacted one (`<first>-<last>.parquet`), too."""
    visible = [name for name in listed if not name.startswith(".")]
    ends = {name: name.removesuffix(".parquet").split("-") for name in visible}
    compacted = [name for name in visible if "-" in name]

    def is_repeated(name: str) -> bool:
        first, last = ends[name][0], ends[name][-1]
        return any(ends[each][0] <= first and last <= ends[each][-1] for each in compacted if each != name)

    return [name for name in visible if not is_repeated(name)]


def _load_one(workspace: Workspace, cold: Cold, kind: str, name: str) -> list[list[Any]]:
    events, claims = workspace.folder / "events.parquet", workspace.folder / "claims.parquet"
    lake.get_file(cold, f"{names.LAKE_EVENTS}/{kind}/{name}", events)
    lake.get_file(cold, f"{names.LAKE_CLAIMS}/{kind}/{name}", claims)
    workspace.database.execute(f"INSERT INTO events BY NAME FROM read_parquet('{events}')")
    workspace.database.execute(
        f"INSERT INTO claims BY NAME SELECT $kind AS kind, * FROM read_parquet('{claims}')", {"kind": kind}
    )
    footer = {key.decode(): value.decode() for key, value in (parquet.read_metadata(events).metadata or {}).items()}
    held = json.loads(footer["change_sets"]) if "change_sets" in footer else [footer]
    return [[each[column] for column in CHANGE_SETS] for each in held]


def load_raw(workspace: Workspace, cold: Cold, entries: list[dict[str, Any]]) -> dict[str, str]:
    """Read the raw files of ledger entries that claim anything into the raw tables.

    Returns:
        The SHA-256 of each file's bytes in the lake, by its id; a file whose bytes are not there is absent.
    """
    raw_files.prepare(workspace)
    claimed = {row["file_id"] for row in workspace.rows("SELECT DISTINCT file_id FROM change_sets")}
    digests = {}
    for entry in entries:
        path = workspace.folder / "raw"
        try:
            lake.get_file(cold, entry["raw"], path)
        except FileNotFoundError:
            continue
        digests[entry["_id"]] = _sha256(path)
        if entry["_id"] in claimed:
            raw_files.load(workspace, entry, path)
    return digests


def _sha256(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(HASHED_BYTES):
            digest.update(piece)
    return digest.hexdigest()
