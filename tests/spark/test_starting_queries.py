"""A query is started again and again while a server is away, and the platform hears meanwhile that the stream lives."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from comptoir.errors import StoppedError, TransientError
from comptoir_spark import pipelines
from comptoir_spark.pipelines import QUERY_TRIES, StreamApplication

if TYPE_CHECKING:
    from collections.abc import Callable

AWAY = TransientError("Kafka can't be reached.")


class Beats:
    """A heartbeat that counts, and is asked to stop once it has beaten so often."""

    def __init__(self, stops_after: int) -> None:
        self.heard, self._stops_after = 0, stops_after

    def beat(self, state: str, _writer: object) -> None:
        assert state == "running"
        self.heard += 1

    def is_stop_requested(self) -> bool:
        return self.heard >= self._stops_after


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> Callable[..., StreamApplication]:
    def make(*failures: Exception, stops_after: int = 99) -> StreamApplication:
        left = list(failures)

        def start(*_: object) -> str:
            if left:
                raise left.pop(0)
            return "the query"

        monkeypatch.setattr(pipelines, "start_query", start)
        monkeypatch.setattr(pipelines, "QUERY_PAUSE_SECONDS", 0.0)
        one = StreamApplication.__new__(StreamApplication)
        one._heartbeat = Beats(stops_after)  # type: ignore[assignment]
        one._spark = one._writer = one._hot = one._settings = SimpleNamespace(epoch=1)  # type: ignore[assignment]
        monkeypatch.setattr(pipelines, "at_current_epoch", lambda hot: hot)
        return one

    return make


def test_it_waits_for_a_server_that_is_away_and_says_that_it_lives(application: Callable[..., StreamApplication]):
    one = application(AWAY, AWAY)
    assert one._started() == "the query"
    assert one._heartbeat.heard == 2  # type: ignore[attr-defined]


def test_it_gives_up_in_the_end(application: Callable[..., StreamApplication]):
    one = application(*[AWAY] * QUERY_TRIES)
    with pytest.raises(TransientError):
        one._started()


def test_it_leaves_when_it_is_asked_to(application: Callable[..., StreamApplication]):
    one = application(*[AWAY] * 5, stops_after=1)
    with pytest.raises(TransientError):
        one._started()
    assert one._heartbeat.heard == 1  # type: ignore[attr-defined]


def test_what_no_retry_heals_is_not_tried_again(application: Callable[..., StreamApplication]):
    one = application(StoppedError("The checkpoint goes on elsewhere."), AWAY)
    with pytest.raises(StoppedError):
        one._started()
    assert one._heartbeat.heard == 0  # type: ignore[attr-defined]
