"""The lake's commit point: a sequence gets one change set, also where its small file was compacted and is gone."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import polars as pl
import pytest

from comptoir.changes.act import Act
from comptoir.changes.change_set import CLAIM_SCHEMA, EVENT_SCHEMA, ChangeSet, Stamp
from comptoir.errors import StoppedError
from comptoir.publishing import lake
from comptoir.stores import cold

if TYPE_CHECKING:
    from comptoir.stores.cold import Cold

NO_COLD = cast("Cold", None)
COMPACTED, FIRST_AFTER = "000000000001-000000000140.parquet", "000000000141.parquet"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names in the folder of the sales' events, which a commit adds to."""
    listed = {COMPACTED, FIRST_AFTER}

    def publish(_cold: Cold, _temporary: str, final: str) -> bool:
        name = final.removeprefix("events/sales/")
        is_new = name not in listed
        listed.add(name)
        return is_new

    monkeypatch.setattr(cold, "side_by_side", lambda _cold: nullcontext(NO_COLD))
    monkeypatch.setattr(cold, "write_parquet", lambda *_: None)
    monkeypatch.setattr(cold, "publish", publish)
    monkeypatch.setattr(cold, "list_names", lambda _cold, _folder: sorted(listed))
    return listed


def change_set(sequence: int) -> ChangeSet:
    stamp = Stamp("sales", sequence, "file-1", 7, 3, datetime(2026, 5, 4, 9, tzinfo=UTC), Act.LAND)
    return ChangeSet(stamp, pl.DataFrame(schema=EVENT_SCHEMA), pl.DataFrame(schema=CLAIM_SCHEMA))


@pytest.mark.parametrize("sequence", [1, 101, 140])
@pytest.mark.parametrize("small", [set(), {"000000000101.parquet"}], ids=["compacted", "within the grace"])
def test_a_compacted_sequence_is_never_committed_again(folder: set[str], sequence: int, small: set[str]):
    folder |= small
    before = set(folder)
    with pytest.raises(StoppedError, match=f"older than the lake: change set {sequence} of sales"):
        lake.is_committed(NO_COLD, "sales", sequence)
    with pytest.raises(StoppedError, match="older than the lake"):
        lake.commit(NO_COLD, change_set(sequence))
    assert folder == before


def test_behind_what_is_compacted_the_first_commit_counts(folder: set[str]):
    assert lake.is_committed(NO_COLD, "sales", 141)
    assert not lake.is_committed(NO_COLD, "sales", 142)
    assert not lake.commit(NO_COLD, change_set(141))
    assert lake.commit(NO_COLD, change_set(142))
    assert not lake.commit(NO_COLD, change_set(142))
    assert folder == {COMPACTED, FIRST_AFTER, "000000000142.parquet"}
