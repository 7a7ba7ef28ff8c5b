"""Figures whose rows have no bound: a head, and the rows of its lists on pages, as MongoDB refuses large documents.

A page belongs to one version of its figure, which its `_id` names, and never changes. The pages of a version are
written before its head; those of lower versions go once the head has moved. Whoever finds a page missing has read a
head that is not the latest any more, and reads again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.stores.polling import poll

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comptoir.stores.hot import Hot

Row = dict[str, Any]

# By the collection of the heads.
LISTS: Final = {names.KPI_WINNERS: ("ranking", "cost_missing"), names.KPI_LOSSES: ("rows", "low_margin")}
PAGE_ROWS: Final = 1_000  # some 350 KB of loss risks, where MongoDB takes 16 MiB
MOVING_SECONDS: Final = 20.0  # a head stands for as long as its figure takes to be computed, its pages longer


def split(figure: Row, lists: Iterable[str]) -> tuple[Row, list[Row]]:
    """Return a figure's head, with how many pages each list has, and the pages.

    Args:
        figure: all of it, with `_id` and `version`.
        lists: the fields whose rows go to pages.
    """
    parts = {name: _parts(figure[name]) for name in lists}
    counts = {name: len(rows) for name, rows in parts.items()}
    head = {name: value for name, value in figure.items() if name not in parts} | {"pages": counts}
    pages = [
        {"_id": identity, "version": figure["version"], "rows": rows}
        for name in parts
        for identity, rows in zip(_identities(head, name), parts[name], strict=True)
    ]
    return head, pages


def _parts(rows: Sequence[Row]) -> list[Sequence[Row]]:
    return [rows[start : start + PAGE_ROWS] for start in range(0, len(rows), PAGE_ROWS)]


def _identities(head: Row, name: str) -> list[str]:
    return [f"{head['_id']}#{head['version']}#{name}#{number}" for number in range(head["pages"][name])]


def older_than(head: Row) -> Row:
    """Return the condition that pages of a head's earlier versions meet."""
    return _of_versions(head, {"$lt": head["version"]})


def up_to(head: Row) -> Row:
    """Return the condition that pages of a head's version and of earlier ones meet."""
    return _of_versions(head, {"$lte": head["version"]})


def _of_versions(head: Row, versions: Row) -> Row:
    return {"_id": {"$regex": f"^{head['_id']}#"}, "version": versions}


def as_found(hot: Hot, collection: str, head: Row, lists: Sequence[str]) -> Row:
    """Return a head with its lists: the latest one where it has moved, without the rows of pages that are lost."""
    found = _pages_of(hot, head, lists)
    while not _is_whole(head, found):
        latest = hot.facts[collection].find_one({"_id": head["_id"]}) or head
        if latest["version"] == head["version"]:
            break
        head, found = latest, _pages_of(hot, latest, lists)
    return head | {name: _rows(pages) for name, pages in found.items()}


def _pages_of(hot: Hot, head: Row, lists: Iterable[str]) -> dict[str, list[Row]]:
    return {name: _read(hot, _identities(head, name)) for name in lists}


def _is_whole(head: Row, found: Mapping[str, list[Row]]) -> bool:
    return all(len(pages) == head["pages"][name] for name, pages in found.items())


def _read(hot: Hot, identities: list[str]) -> list[Row]:
    """Return the pages that are there, in their order."""
    if not identities:
        return []
    found = {page["_id"]: page for page in hot.facts[names.KPI_PAGES].find({"_id": {"$in": identities}})}
    return [found[identity] for identity in identities if identity in found]


def _rows(pages: Iterable[Row]) -> list[Row]:
    return [row for page in pages for row in page["rows"]]


def read_whole(hot: Hot, collection: str, key: str, lists: Iterable[str]) -> Row:
    """Return the head of a key with some of its lists, all of one version; empty where there is none.

    Raises:
        TransientError: pages were missing each time.
    """

    def look() -> Row | None:
        head = hot.facts[collection].find_one({"_id": key})
        if head is None:
            return {}
        found = _pages_of(hot, head, lists)
        return head | {name: _rows(pages) for name, pages in found.items()} if _is_whole(head, found) else None

    return poll(look, MOVING_SECONDS, f"{collection} {key} is being written again; ask once more.")
