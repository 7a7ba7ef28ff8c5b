"""Rows above the lines of sales that say for them what they don't say themselves: invoices, clients, products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from comptoir.reconciling.cells import Texts

INVOICE: Final = frozenset({"invoice_no", "invoice_id"})
NUMBERS: Final = frozenset({"quantity", "unit_price"})
OF_GROUPS: Final = frozenset({"client_code", "client_id", "product_code", "product_id"})

Cells = dict[str, str]


def with_heads(
    rows: Iterable[tuple[int, Texts]], places: Mapping[str, int], *, has_groups: bool
) -> Iterator[tuple[int, Texts]]:
    """Give all rows, lines with what the nearest rows above them say that sell nothing.

    Args:
        rows: their numbers and cells.
        places: the place of each column's cells.
        has_groups: whether some of these rows name a client or a product for all lines below.
    """
    group: Cells = {}
    invoice: Cells = {}
    for row, cells in rows:
        own = {column: text for column, place in places.items() if place < len(cells) and (text := cells[place])}
        if _is_line(own):
            invoice = invoice if _goes_on(own, invoice) else {}
            yield row, _filled(cells, group | invoice | own, places)
            continue
        if own.keys() & INVOICE:
            invoice = (invoice if _goes_on(own, invoice) else {}) | own
        elif has_groups and own.keys() & OF_GROUPS:
            group, invoice = {column: text for column, text in own.items() if column not in NUMBERS}, {}
        yield row, cells


def _is_line(own: Cells) -> bool:
    return any(any(digit in "123456789" for digit in own.get(column, "")) for column in NUMBERS)


def _goes_on(own: Cells, invoice: Cells) -> bool:
    """Tell whether a row is of the invoice above it: it names the same one, or none."""
    return all(invoice.get(column) == own[column] for column in INVOICE & own.keys())


def _filled(cells: Texts, said: Cells, places: Mapping[str, int]) -> Texts:
    filled = list(cells) + [None] * (max(places.values()) + 1 - len(cells))
    for column, text in said.items():
        filled[places[column]] = text
    return filled
