"""The file of alerts tells each thing in a line, and the same thing once in a while."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from comptoir.alerts import LOOK_BACK_BYTES, QUIET, alerts_file, write_alert, write_alert_once
from comptoir.embedded import deaths

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
PAGE = "http://127.0.0.1:21001/dags/ingest_file"
DEATH = "processname:kafka groupname:kafka from_state:RUNNING expected:0 pid:123"
GIVEN_UP = "processname:kafka groupname:kafka from_state:BACKOFF"


def test_an_alert_is_one_line(tmp_path: Path):
    write_alert(tmp_path, NOON, "Kafka is away.\nTry again.", PAGE)
    assert alerts_file(tmp_path).read_text() == f"2026-03-31T12:00:00+00:00 Kafka is away. Try again. See {PAGE}\n"


@pytest.mark.parametrize(
    ("page", "later", "lines"),
    [(PAGE, QUIET - timedelta(seconds=1), 1), (PAGE, QUIET, 2), (f"{PAGE}/other", timedelta(0), 2)],
)
def test_what_was_told_lately_of_a_page_is_told_once(tmp_path: Path, page: str, later: timedelta, lines: int):
    write_alert_once(tmp_path, NOON, "Kafka is away.", PAGE)
    write_alert_once(tmp_path, NOON + later, "Kafka is still away.", page)
    assert len(alerts_file(tmp_path).read_text().splitlines()) == lines


def test_only_the_end_of_a_long_file_is_read(tmp_path: Path):
    write_alert(tmp_path, NOON, "Kafka is away.", PAGE)
    write_alert(tmp_path, NOON, "x" * LOOK_BACK_BYTES, "elsewhere")
    write_alert(tmp_path, NOON, "Kafka is back.", f"{PAGE}/other")
    for page in (PAGE, f"{PAGE}/other"):
        write_alert_once(tmp_path, NOON, "Told?", page)
    assert [line.endswith(f"Told? See {PAGE}") for line in alerts_file(tmp_path).read_text().splitlines()][3:] == [True]


def test_a_server_that_ended_by_itself_is_told_until_the_supervisor_leaves(tmp_path: Path):
    told = [("PROCESS_STATE_EXITED", DEATH), ("PROCESS_STATE_FATAL", GIVEN_UP)]
    events = "".join(f"ver:3.0 eventname:{name} len:{len(text)}\n{text}" for name, text in told)
    words = [sys.executable, "-m", deaths.__name__, str(tmp_path)]
    done = subprocess.run(words, input=events, env=os.environ, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "READY\nRESULT 2\nOKREADY\nRESULT 2\nOKREADY\n", "")
    sentences = [line.partition(" ")[2] for line in alerts_file(tmp_path).read_text().splitlines()]
    page = f"See {tmp_path}/logs/kafka.log"
    assert sentences == [
        f"kafka (process 123) ended without having been asked to; it is started again. {page}",
        f"kafka does not start; it is not tried again before the next `comptoir up`. {page}",
    ]
