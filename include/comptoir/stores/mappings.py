"""Mappings that owners confirmed by an answer: used again whenever a sheet comes with the same headers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comptoir import accounts
from comptoir.errors import MisconfiguredError
from comptoir.names import MAPPINGS
from comptoir.reading.guide import Guide, signature_of
from comptoir.stores.hot import reaching_mongo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comptoir.reading.guide import Mappings
    from comptoir.reading.tables import Table
    from comptoir.stores.hot import Hot


@reaching_mongo()
def remembered(hot: Hot) -> Mappings:
    """Return every mapping, by the signature of its headers."""
    return {document["_id"]: document["mapping"] for document in hot.control[MAPPINGS].find()}


@reaching_mongo()
def remember(hot: Hot, tables: Sequence[Table], answers: Mapping[str, str], by: str) -> None:
    """Keep what answers said of columns, for the headers of each table; a later answer replaces an earlier one."""
    guide = Guide(answers)
    for table in tables:
        answered = guide.answered(table.kind, table.sheet)
        if answered:
            headers = [header for header in table.sent.by_name if header != "row"]
            _keep(hot, headers, table.kind.name, answered, by)


def _keep(hot: Hot, headers: list[str], kind: str, answered: dict[str, str | None], by: str) -> None:
    signature = signature_of(headers)
    before = hot.control[MAPPINGS].find_one({"_id": signature}) or {"mapping": {}}
    mapping = before["mapping"] | answered
    if mapping == before["mapping"]:
        return
    fields = {"kind": kind, "headers": headers, "mapping": mapping, "by": by, "at": datetime.now(UTC)}
    hot.control[MAPPINGS].update_one({"_id": signature}, {"$set": fields}, upsert=True)
    details = {"from": before["mapping"], "to": mapping}
    accounts.record_act(hot, who=by, act="mapping remembered", subject=signature, details=details)


@reaching_mongo()
def list_mappings(hot: Hot) -> list[dict[str, Any]]:
    """Return every mapping as plain JSON, the latest first."""
    return [
        {
            "id": document["_id"],
            "kind": document["kind"],
            "headers": document["headers"],
            "mapping": document["mapping"],
            "by": document["by"],
            "at": document["at"].isoformat(timespec="seconds").replace("+00:00", "Z"),
        }
        for document in hot.control[MAPPINGS].find().sort("at", -1)
    ]


@reaching_mongo()
def forget(hot: Hot, signature: str, *, by: str = "operator") -> None:
    """Forget a mapping: files with its headers ask again; what was imported under it stays.

    Raises:
        MisconfiguredError: there is no such mapping.
    """
    gone = hot.control[MAPPINGS].find_one_and_delete({"_id": signature})
    if gone is None:
        raise MisconfiguredError(
            f"There is no mapping {signature}; `comptoir mappings` shows those that there are.",
            f"La correspondance {signature} n'existe pas ; `comptoir mappings` montre celles qu'il y a.",
        )
    accounts.record_act(hot, who=by, act="mapping forgotten", subject=signature, details={"from": gone["mapping"]})
