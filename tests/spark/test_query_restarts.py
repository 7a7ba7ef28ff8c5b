"""A query of the stream that fails and is started again is told, once in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptoir.alerts import alerts_file
from comptoir.settings import Settings
from comptoir_spark.pipelines import report_restart

if TYPE_CHECKING:
    from pathlib import Path


def test_a_query_that_fails_again_and_again_is_told_once(tmp_path: Path):
    for failures in (1, 2):
        report_restart(Settings(home=tmp_path), "\nThe quota is exceeded.\n\tat org.apache", failures)
    (line,) = alerts_file(tmp_path).read_text().splitlines()
    sentence = "The stream's query failed and is started again: The quota is exceeded."
    assert line.partition(" ")[2] == f"{sentence} See {tmp_path}/logs/stream_analytics.log"
