"""The hub: who is told what, and what is dropped."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from comptoir.stores.expected import Missed
from dash_app.live import Hub
from dash_app.queries import Health
from dash_app.throttle import FREE_TRIES, Throttle


def result(version: int, *, epoch: int = 1, kind: str = "winners", key: str = "week:2026-01-05") -> dict[str, object]:
    return {"epoch": epoch, "version": version, "type": kind, "key": key, "body": {}}


def test_a_lower_or_equal_version_of_a_key_is_dropped():
    hub = Hub()
    assert hub.take(result(7))
    assert not hub.take(result(7))
    assert not hub.take(result(6))
    assert hub.take(result(1, key="month:2026-01-01"))
    assert hub.take(result(1, epoch=2))
    assert not hub.take(result(99, epoch=1))


def test_heartbeats_and_file_states_change_no_figure():
    hub = Hub()
    before = {subject: hub.count(subject) for subject in ("winners", "losses", "reductions", "files")}
    assert not hub.take(result(1, kind="heartbeat", key="stream_analytics"))
    assert not hub.take(result(1, kind="files", key="f-1"))
    assert before == {subject: hub.count(subject) for subject in before}


def test_a_subscriber_hears_which_subjects_changed_and_only_once():
    async def scene() -> None:
        hub = Hub()
        subscription = hub.subscribe()
        hub.changed("files")
        hub.take(result(1))
        await asyncio.sleep(0)
        assert await subscription.next_changes(1) == {"files", "winners"}
        assert await subscription.next_changes(0.01) == set()
        hub.unsubscribe(subscription)
        hub.changed("files")
        assert await subscription.next_changes(0.01) == set()

    asyncio.run(scene())


def test_health_is_told_when_what_is_shown_changes():
    hub = Hub()
    count = hub.count("health")
    hub.set_health(Health(stream_silent=False))
    assert hub.count("health") == count
    hub.set_health(Health(stream_silent=True))
    assert hub.count("health") == count + 1
    missed = Missed("0a1b", "sales", None, datetime(2026, 3, 31, 7, tzinfo=UTC))
    hub.set_health(Health(stream_silent=True, missed=(missed,)))
    assert hub.count("health") == count + 2


def test_counts_of_a_new_process_differ_from_those_of_the_last():
    # A page that outlived a restart compares its count with the new process's.
    assert Hub().count("files") > 1_000_000


def test_guessing_is_slowed_down_and_forgiven_after_success():
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for _ in range(FREE_TRIES):
        assert throttle.seconds_to_wait("a@1") == 0
        throttle.failed("a@1")
    first_pause = throttle.seconds_to_wait("a@1")
    assert first_pause == 15.0
    now[0] += first_pause
    assert throttle.seconds_to_wait("a@1") == 0
    throttle.failed("a@1")
    assert throttle.seconds_to_wait("a@1") == 30.0
    assert throttle.seconds_to_wait("b@1") == 0
    throttle.succeeded("a@1")
    assert throttle.seconds_to_wait("a@1") == 0
