"""Where two documents of the hot store say different things; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.stores.amounts import from_stored
from comptoir.stores.hot import Decimal128

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

Document = dict[str, Any]

# Who wrote a document and when is not what it says.
STAMPS: Final = frozenset({"_id", "b", "s", "version", "as_of", "pages"})
# Of these collections only some fields are compared; of the others all but the stamps.
COMPARED: Final = {
    names.FACTS_PRODUCT: ("days",),
    names.FACTS_CLIENT: ("days",),
    names.KPI_WINNERS: ("top", "ranking", "cost_missing", "totals"),
}
ROW_KEYS: Final = ("stock_id", "product_id")
NOTHING: Final = "nothing"


@dataclass(frozen=True)
class Difference:
    """A document that differs.

    Attributes:
        collection: where it is.
        key: its `_id`.
        lake: what the lake tells, without fence; empty where it tells nothing.
        hot: the document as it was read; empty where there is none.
    """

    collection: str
    key: str
    lake: Document
    hot: Document

    def __str__(self) -> str:
        """Say the first value that differs, for the log."""
        lake, hot = (dict(_leaves(content(self.collection, side))) for side in (self.lake, self.hot))
        path = min(path for path in lake.keys() | hot.keys() if lake.get(path, NOTHING) != hot.get(path, NOTHING))
        sides = f"the lake says {lake.get(path, NOTHING)}, the hot store {hot.get(path, NOTHING)}"
        return f"{self.collection} {self.key}, {path}: {sides}"


def differences_of(collection: str, lake: Mapping[str, Document], hot: Mapping[str, Document]) -> list[Difference]:
    """Return the documents of a collection whose content differs, in the order of their keys.

    Args:
        collection: its name.
        lake: what there should be, by `_id`.
        hot: what there is, by `_id`.
    """
    pairs = [(key, lake.get(key, {}), hot.get(key, {})) for key in sorted(lake.keys() | hot.keys())]
    return [
        Difference(collection, key, expected, shown)
        for key, expected, shown in pairs
        if content(collection, expected) != content(collection, shown)
    ]


def without_codes_of_sales(collection: str, document: Document, named: Collection[str] = ()) -> Document:
    """Return a figure without the codes that sales alone tell: each place shows another of those that they ever told.

    Args:
        collection: where it is.
        document: the figure; a product whose cost is missing is one that no file of products tells of.
        named: the clients that a file of clients tells of.
    """
    if collection == names.KPI_WINNERS:
        return document | {"cost_missing": [_without_code(row) for row in document.get("cost_missing", [])]}
    is_told = collection != names.KPI_REDUCTIONS or document["_id"] in named
    return document if is_told else _without_code(document)


def _without_code(row: Document) -> Document:
    return {name: value for name, value in row.items() if name != "code"}


def content(collection: str, document: Document) -> Document:
    """Return what a document says, without what says nothing: zeros, and lists and maps that are empty."""
    fields = COMPARED.get(collection, document.keys())
    kept: Document = _plain({name: document[name] for name in fields if name in document})
    return kept


def _plain(value: Any) -> Any:
    match value:
        case Decimal128():
            return from_stored(value)
        case datetime():  # MongoDB keeps milliseconds
            return value.replace(microsecond=value.microsecond // 1000 * 1000)
        case dict():
            parts = {name: _plain(part) for name, part in value.items() if name not in STAMPS}
            return {name: part for name, part in parts.items() if part or part is None}
        case [{}, *_]:  # rows: equal ones may stand in any order
            return {_key_of(row): _plain(row) for row in value}
    return value


def _key_of(row: Document) -> str:
    return next(str(row[name]) for name in ROW_KEYS if name in row)


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, (*path, name))
    else:
        yield ".".join(path), value
