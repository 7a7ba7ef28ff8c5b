"""What the platform knows when a file is judged: products, clients, and which books are closed."""

from __future__ import annotations

from collections.abc import Collection, Mapping  # noqa: TC003 - read at run time by dataclasses' users
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from comptoir.quality.identities import with_identity

if TYPE_CHECKING:
    from datetime import date

    from comptoir.quality.verdicts import Verdict


@dataclass(frozen=True)
class Known:
    """What rows are held against besides the file itself.

    Attributes:
        products: ids of those that the register or an earlier table of the same file has.
        clients: likewise.
        closing: the first day of the open period; None where nothing is closed.
        invoice_days: the registered business day of each invoice, by id, of those that the file speaks of.
        allows_redating: whether an administrator let invoices come again far from their registered day, or have lines
            of far days or of several shops.
    """

    products: Collection[str] = frozenset()
    clients: Collection[str] = frozenset()
    closing: date | None = None
    invoice_days: Mapping[str, date] = field(default_factory=dict)
    allows_redating: bool = False

    def with_accepted(self, verdict: Verdict) -> Known:
        """Return these plus what a verdict on a products or clients table accepted."""
        entity = verdict.table.kind.entity
        if entity not in {"product", "client"}:
            return self
        ids = with_identity(verdict.accepted, entity)[entity].drop_nulls().to_list()
        if entity == "product":
            return replace(self, products={*self.products, *ids})
        return replace(self, clients={*self.clients, *ids})
