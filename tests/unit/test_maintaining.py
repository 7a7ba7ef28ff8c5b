"""What maintenance decides: which files are compacted, which days stay, which logs go."""

from __future__ import annotations

import os
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest

from comptoir import names
from comptoir.maintaining import compacting, retention
from comptoir.maintaining.compacting import FEWEST_FILES, FULL_BYTES, Sized, groups_of
from comptoir.publishing.spans import Span
from comptoir.publishing.topics import kept_for
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot

NO_HOT, NO_COLD = cast("Hot", None), cast("Cold", None)
SMALL = 10_000


def small(first: int, count: int) -> list[Sized]:
    return [Sized(Span(number, number), SMALL) for number in range(first, first + count)]


def test_many_small_neighbours_become_one_and_few_stay():
    assert groups_of(small(1, FEWEST_FILES)) == [[Span(number, number) for number in range(1, FEWEST_FILES + 1)]]
    assert groups_of(small(1, FEWEST_FILES - 1)) == []
    assert groups_of([]) == []


def test_a_compacted_file_grows_until_it_is_full():
    grown = Sized(Span(1, 100), FULL_BYTES // 2)
    (group,) = groups_of([grown, *small(101, FEWEST_FILES)])
    assert group[0] == Span(1, 100)
    full = Sized(Span(1, 100), FULL_BYTES)
    (group,) = groups_of([full, *small(101, FEWEST_FILES)])
    assert group[0] == Span(101, 101)
    assert groups_of([full, *small(101, FEWEST_FILES - 1)]) == []


def test_a_file_has_the_size_of_its_change_sets_and_claims_and_unfinished_ones_wait(monkeypatch: pytest.MonkeyPatch):
    moment = compacting.datetime(2026, 3, 1, tzinfo=compacting.UTC)
    folders = {"events": (1, 2), "claims": (10, 20)}

    def list_files(_cold: Cold, folder: str) -> list[compacting.store.Listed]:
        first, second = folders[folder.partition("/")[0]]
        sizes = {"000000000001.parquet": first, "000000000002.parquet": second, "000000000003.parquet": 99}
        return [compacting.store.Listed(name, size, moment) for name, size in sizes.items()]

    monkeypatch.setattr(compacting.store, "list_files", list_files)
    assert compacting._sized(NO_COLD, "sales", 2) == [Sized(Span(1, 1), 11), Sized(Span(2, 2), 22)]


def test_a_hidden_file_is_abandoned_once_its_change_set_is_finished_long_ago():
    moment = compacting.datetime(2026, 3, 1, tzinfo=compacting.UTC)
    later = moment.replace(day=2)

    def is_abandoned(name: str, finished: int) -> bool:
        return compacting._is_abandoned(compacting.store.Listed(name, 1, moment), finished, later)

    assert is_abandoned(".000000000005-3.parquet.tmp", 5)
    assert not is_abandoned(".000000000006-3.parquet.tmp", 5)
    assert is_abandoned(".000000000001-000000000009-ab.parquet.tmp", 9)
    assert not is_abandoned("000000000005.parquet", 5)


@pytest.mark.parametrize(
    ("day", "stays"),
    [("2026-01-31", True), ("2026-01-30", False), ("2024-02-29", True), ("2024-02-28", False), ("2026-02-28", True)],
)
def test_month_ends_stay(day: str, stays: bool):
    assert retention.is_month_end(date.fromisoformat(day)) is stays


def test_topics_keep_what_the_settings_say():
    settings = Settings(event_days=30, result_days=2)
    days = {name: int(kept_for(name, settings).get("retention.ms", 0)) / 86_400_000 for name in names.TOPIC_PARTITIONS}
    assert (days[names.TOPIC_SALES], days[names.TOPIC_DEAD_LETTERS], days[names.TOPIC_RESULTS]) == (30, 30, 2)
    assert kept_for(names.TOPIC_MARKERS, settings)["cleanup.policy"] == "compact"


def test_logs_that_nobody_writes_to_go_with_their_folders(tmp_path: Path):
    settings = Settings(home=tmp_path, log_days=10)
    old, fresh = tmp_path / "logs/airflow/run/old.log", tmp_path / "logs/stream.log"
    for path in (old, fresh):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")
    eleven_days_ago = time.time() - 11 * 86_400
    os.utime(old, (eleven_days_ago, eleven_days_ago))
    assert retention.remove_logs(NO_HOT, NO_COLD, settings) == Counter(logs_removed=1)
    assert fresh.exists()
    assert not (tmp_path / "logs/airflow").exists()


def test_a_long_log_is_cut_while_its_server_goes_on_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retention, "LOG_LIMIT_BYTES", 10)
    log = tmp_path / "logs/kafka.log"
    log.parent.mkdir()
    with log.open("a") as server:
        server.write("a long log\n")
        server.flush()
        assert retention.remove_logs(NO_HOT, NO_COLD, Settings(home=tmp_path)) == Counter(logs_cut=1)
        server.write("on")
    assert log.read_text() == "on"
    assert (tmp_path / "logs/kafka.log.1").read_text() == "a long log\n"


def test_copies_that_killed_tasks_left_go_once_nobody_reads_them(tmp_path: Path):
    settings = Settings(home=tmp_path)
    old, fresh = tmp_path / "work/file-1-old", tmp_path / "work/file-2-new"
    for folder in (old, fresh):
        folder.mkdir(parents=True)
    os.utime(old, (1, 1))
    assert retention._clear_working_copies(settings, datetime.now(UTC) - timedelta(hours=1)) == 1
    assert [path.name for path in (tmp_path / "work").iterdir()] == [fresh.name]
