"""What an earlier release left is understood by this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from comptoir.changes.act import Act
from comptoir.stores import acts, ledger
from comptoir.stores.hot import open_hot, prepare_hot
from comptoir.stores.upgrading import upgrade_ledger

if TYPE_CHECKING:
    from comptoir.settings import Settings

pytestmark = pytest.mark.stack


def test_a_file_of_one_change_set_a_kind_can_be_withdrawn(servers: Settings) -> None:
    hot = open_hot(servers)
    prepare_hot(hot)
    origin: dict[str, Any] = {"name": "v.csv", "path": "", "size": 1, "landing": 1, "source": "folder", "answers": {}}
    entry = ledger.new_entry(sha256=uuid4().hex * 2, attempt=1, by=None, **origin)
    del entry["staged"]
    told = {"sequence": 7, "offsets": {"topic-raw-sales": {"0": 3}}, "rows_applied": 2, "rows_unchanged": 0}
    act = {"act": "withdraw", "published": {"sales": {"sequence": 9, "offsets": {}, "records_remove": 1}}}
    assert ledger.insert(hot, entry | {"state": "withdrawing", "published": {"sales": told}, "acts": [act]})

    upgrade_ledger(hot)
    upgrade_ledger(hot)

    upgraded = ledger.find(hot, entry["_id"])
    published = ledger.published_of(upgraded, "sales")
    assert (published.sequences, published.counts) == ([7], {"rows_applied": 2, "rows_unchanged": 0})
    assert acts.is_published(upgraded)
    assert acts.is_granted(upgraded, Act.WITHDRAW)
    assert upgraded["staged"] is None
