"""Which products and clients are known when a file is judged."""

from __future__ import annotations

from collections.abc import Collection  # noqa: TC003 - read at run time by dataclasses' users
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from comptoir.quality.identities import with_identity

if TYPE_CHECKING:
    from comptoir.quality.verdicts import Verdict


@dataclass(frozen=True)
class Known:
    """Ids of the products and clients that the register or an earlier table of the same file has."""

    products: Collection[str] = frozenset()
    clients: Collection[str] = frozenset()

    def with_accepted(self, verdict: Verdict) -> Known:
        """Return these plus what a verdict on a products or clients table accepted."""
        entity = verdict.table.kind.entity
        if entity not in {"product", "client"}:
            return self
        ids = with_identity(verdict.accepted, entity)[entity].drop_nulls().to_list()
        if entity == "product":
            return replace(self, products={*self.products, *ids})
        return replace(self, clients={*self.clients, *ids})
