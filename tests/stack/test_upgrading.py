"""What an earlier release left is understood by this one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from comptoir import names
from comptoir.changes.act import Act
from comptoir.errors import TransientError
from comptoir.stores import acts, ledger, pages
from comptoir.stores.figures import read_losses, read_winners
from comptoir.stores.hot import Decimal128, open_hot, prepare_hot
from comptoir.stores.upgrading import upgrade_figures, upgrade_ledger, upgrade_pending
from comptoir_spark import pending
from comptoir_spark.figures import Touched

if TYPE_CHECKING:
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

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


def test_losses_of_a_day_that_were_one_document_are_read(servers: Settings) -> None:
    hot = open_hot(servers)
    rows = [{"stock_id": f"{n:04}", "value_at_risk": Decimal128(Decimal(n))} for n in range(pages.PAGE_ROWS + 1)]
    low = [{"code": "P", "margin": Decimal128(Decimal("0.1000"))}]
    whole = {"_id": "2026-03-10", "on": "2026-03-10", "version": 7, "rows": rows, "low_margin": low}
    hot.facts[names.KPI_LOSSES].insert_one(whole | {"totals": {"lots": len(rows)}})

    upgrade_figures(hot)
    upgrade_figures(hot)

    shown = read_losses(hot, date(2026, 3, 10))
    told = [(row["stock_id"], row["value_at_risk"]) for row in shown["rows"]]
    assert told == [(f"{n:04}", f"{n}.00") for n in range(pages.PAGE_ROWS + 1)]
    assert [(row["code"], row["margin"]) for row in shown["low_margin"]] == [("P", 0.1)]
    head = hot.facts[names.KPI_LOSSES].find_one({"_id": "2026-03-10"}) or {}
    assert (head["totals"], head["pages"], "rows" in head) == ({"lots": len(rows)}, {"rows": 2, "low_margin": 1}, False)


def test_clients_that_were_pending_beside_all_else_stay_pending_also_when_their_batch_is_done_again(
    servers: Settings,
) -> None:
    hot = open_hot(servers)
    offsets = {names.TOPIC_SALES: {"0": 9}}
    waiting = {"_id": "pending", "batch": 4, "windows": ["month:2026-03-01"], "clients": ["a", "b"], "offsets": offsets}
    hot.facts[names.PROGRESS].insert_one(waiting)

    upgrade_pending(hot)
    upgrade_pending(hot)

    pending.note(hot, 4, Touched(set(), {"b"}), {names.TOPIC_SALES: {"0": [5, 9]}})
    found = pending.load(hot)
    assert found
    assert found.touched.clients == {"a", "b"}
    assert {window.id for window in found.touched.windows} == {"month:2026-03-01"}
    assert found.reached == offsets
    pending.finish(hot, found)
    assert pending.load(hot) is None


def bring_old_ranking(hot: Hot, month: int, versions: list[int]) -> None:
    """A month of products ranked and one without a cost, as an earlier release kept it; its head has version 7."""
    rows = [{"rank": number + 1, "code": f"P{number}"} for number in range(pages.PAGE_ROWS + 1)]
    missing = [{"product_id": "x", "code": "X", "quantity": 2, "revenue": Decimal128(Decimal("5.0000"))}]
    key = f"month:2026-{month:02}-01"
    head = {"_id": key, "version": 7, "pages": 2, "top": rows[:100], "cost_missing": missing}
    hot.facts[names.KPI_WINNERS].insert_one(head)
    parts = rows[: pages.PAGE_ROWS], rows[pages.PAGE_ROWS :]
    old = [{"_id": f"{key}#{number}", "version": versions[number], "rows": parts[number]} for number in (0, 1)]
    hot.facts["kpi_ranking"].insert_many(old)


def test_rankings_on_pages_without_a_version_are_read_unless_they_were_being_written(
    servers: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hot = open_hot(servers)
    bring_old_ranking(hot, 1, [7, 7])
    bring_old_ranking(hot, 2, [8, 7])

    upgrade_figures(hot)
    upgrade_figures(hot)

    shown = read_winners(hot, "month", date(2026, 1, 10), whole=True)
    assert [row["code"] for row in shown["rows"]] == [f"P{number}" for number in range(pages.PAGE_ROWS + 1)]
    assert shown["cost_missing"] == [{"code": "X", "quantity": 2, "revenue": "5.00"}]
    top = read_winners(hot, "month", date(2026, 2, 10))
    assert (top["rows"][0]["code"], len(top["rows"]), len(top["cost_missing"])) == ("P0", 10, 1)
    monkeypatch.setattr(pages, "MOVING_SECONDS", 0.0)
    with pytest.raises(TransientError, match="ask once more"):
        read_winners(hot, "month", date(2026, 2, 10), whole=True)
    assert "kpi_ranking" not in hot.facts.list_collection_names()
