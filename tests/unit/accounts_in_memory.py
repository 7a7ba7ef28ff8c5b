"""Enough of a document store, in memory, for accounts, their trail and mappings: tests of the gate need no server.

The same calls against a real MongoDB are made by the tests in a browser.
"""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from comptoir.stores.hot import DuplicateKeyError

if TYPE_CHECKING:
    from collections.abc import Iterator


class MemoryCollection:
    """Documents by `_id`, with the few operators that those use."""

    def __init__(self) -> None:
        self.documents: dict[Any, dict[str, Any]] = {}

    def find_one(self, match: dict[str, Any], _fields: object = None) -> dict[str, Any] | None:
        found = [self.documents.get(match["_id"])] if "_id" in match else list(self.documents.values())
        return deepcopy(found[0]) if found and found[0] else None

    def find(self, match: dict[str, Any] | None = None) -> MemoryCollection:
        found = MemoryCollection()
        wanted = (match or {}).items()
        found.documents = {key: each for key, each in self.documents.items() if wanted <= each.items()}
        return found

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Give copies of the documents."""
        return iter(deepcopy(list(self.documents.values())))

    def sort(self, key: str, _order: int) -> list[dict[str, Any]]:
        return sorted(deepcopy(list(self.documents.values())), key=lambda document: document[key])

    def insert_one(self, document: dict[str, Any]) -> None:
        key = document.get("_id", len(self.documents))
        if key in self.documents:
            raise DuplicateKeyError(f"{key} is there already")
        self.documents[key] = deepcopy(document)

    def find_one_and_delete(self, match: dict[str, Any]) -> dict[str, Any] | None:
        return self.documents.pop(match["_id"], None)

    def update_one(self, match: dict[str, Any], change: dict[str, Any], *, upsert: bool = False) -> SimpleNamespace:
        if upsert:
            self.documents.setdefault(match["_id"], dict(match))
        document = self.documents.get(match["_id"])
        if document is None or not all(_meets(document.get(field), wanted) for field, wanted in match.items()):
            return SimpleNamespace(matched_count=0)
        document.update(change.get("$set", {}))
        for field, step in change.get("$inc", {}).items():
            document[field] += step
        for field, pushed in change.get("$push", {}).items():
            kept = document.get(field, [])
            is_one = not (isinstance(pushed, dict) and "$each" in pushed)
            document[field] = [*kept, pushed] if is_one else [*kept, *pushed["$each"]][pushed["$slice"] :]
        for field, pulled in change.get("$pull", {}).items():
            document[field] = [each for each in document[field] if each != pulled]
        return SimpleNamespace(matched_count=1)


def _meets(value: Any, wanted: Any) -> bool:
    """Tell whether a field is as wanted, or, of a list, one of its values is."""
    values = value if isinstance(value, list) else [value]
    match wanted:
        case {"$ne": other}:
            return other not in values
        case {"$in": possible}:
            return value in possible
    return wanted in values


class MemoryHot:
    """Stands where the opened hot store stands."""

    epoch = 1

    def __init__(self) -> None:
        self.control = {name: MemoryCollection() for name in ("users", "audit_log", "mappings")}

    @property
    def acts(self) -> list[str]:
        """What the audit log says, in order."""
        return [entry["act"] for entry in self.control["audit_log"].documents.values()]
