"""When the stream needs its task: gone, silent, or well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from comptoir.settings import Settings
from comptoir_airflow import lease
from comptoir_airflow.heartbeat import Beat, Verdict, has_left, judge
from comptoir_airflow.triggers import DropZoneTrigger, StreamHeartbeatTrigger, StreamWatch

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
RUNNING, STARTING, STOPPED = "running", "starting", "stopped"


def ago(seconds: float) -> datetime:
    return NOON - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("held", "started", "beat", "verdict"),
    [
        (False, 500, Beat(ago(1), RUNNING), Verdict.GONE),
        (True, 500, Beat(ago(60), RUNNING), None),
        (True, 500, Beat(ago(61), RUNNING), Verdict.SILENT),
        (True, 500, Beat(ago(61), STARTING), None),
        (True, 500, Beat(ago(181), STARTING), Verdict.SILENT),
        (True, 100, Beat(ago(900), RUNNING), None),  # the heartbeat of an earlier start
        (True, 181, Beat(ago(900), RUNNING), Verdict.SILENT),
        (True, 100, None, None),
        (True, 181, None, Verdict.SILENT),
    ],
)
def test_a_stream_is_gone_silent_or_well(held: bool, started: float, beat: Beat | None, verdict: Verdict | None):
    limit = timedelta(seconds=60)
    assert judge(held=held, started=ago(started), beat=beat, now=NOON, limit=limit) is verdict


@pytest.mark.parametrize(
    ("beat", "started", "left"),
    [
        (Beat(ago(10), STOPPED), ago(500), True),
        (Beat(ago(10), RUNNING), ago(500), False),  # killed
        (Beat(ago(500), STOPPED), ago(10), False),  # started anew since, and gone before it said anything
        (Beat(ago(10), STOPPED), None, False),
        (None, ago(500), False),
    ],
)
def test_a_stream_that_stopped_as_asked_is_told_from_one_that_died(beat: Beat | None, started: datetime, left: bool):
    assert has_left(beat, started) is left


def test_a_free_lease_is_seen_without_mongodb(tmp_path: Path):
    settings = Settings(home=tmp_path, mongo_uri="mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50")
    assert StreamWatch(settings).look() is Verdict.GONE


def test_an_outage_of_mongodb_is_no_silence(tmp_path: Path):
    settings = Settings(home=tmp_path, mongo_uri="mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50")
    assert lease.take(lease.Application("stream_analytics", tmp_path)) is not None
    assert StreamWatch(settings).look() is None


@pytest.mark.parametrize("trigger", [DropZoneTrigger, StreamHeartbeatTrigger])
def test_a_trigger_is_made_again_from_what_it_serializes(trigger: type):
    path, arguments = trigger().serialize()
    assert path == f"comptoir_airflow.triggers.{trigger.__name__}"
    assert isinstance(trigger(**arguments), trigger)
