"""What a repair that died had begun is asked once while nothing moves: of many clients the answer is long."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from comptoir.settings import Settings
from comptoir_spark import repairing
from comptoir_spark.figures import Touched
from tests.spark.tables import day

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot
    from comptoir_spark.lake import Lake

LEFT = Touched(clients={"a"})


@pytest.mark.parametrize(("is_begun", "repaired"), [(False, []), (True, [LEFT])])
def test_what_a_dead_repair_had_begun_is_asked_once_and_finished(
    monkeypatch: pytest.MonkeyPatch, is_begun: bool, repaired: list[Touched]
) -> None:
    asked: list[Any] = []
    done: list[Touched] = []
    told = cast("Lake", SimpleNamespace(deltas=SimpleNamespace(sparkSession=None)))
    equal = SimpleNamespace(compared=Counter(), differences=[])
    monkeypatch.setattr(repairing, "compare", lambda *_: equal)
    monkeypatch.setattr(repairing, "standing_still", lambda *_: nullcontext([]))
    monkeypatch.setattr(repairing.lake, "read", lambda *_: told)
    monkeypatch.setattr(repairing, "Figures", lambda *_: None)
    monkeypatch.setattr(repairing, "Results", lambda *_: None)
    monkeypatch.setattr(repairing, "_is_begun", lambda _hot: is_begun)
    monkeypatch.setattr(repairing, "unfinished", lambda hot: asked.append(hot) or LEFT)
    monkeypatch.setattr(repairing, "repair", lambda *_, left: done.append(left))
    repairing.agree(told, cast("Hot", SimpleNamespace(epoch=1)), Settings(), day("2026-03-10"))
    assert done == repaired
    assert len(asked) == len(repaired)
