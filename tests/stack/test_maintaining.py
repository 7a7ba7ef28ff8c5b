"""Maintenance on real servers, beside the stream: no reader notices, whatever dies when; what is to stay stays."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import duckdb
import pytest
from confluent_kafka.admin import AdminClient, ConfigResource
from hdfs_native.fsspec import HdfsFileSystem

from comptoir import names
from comptoir.changes.act import Act
from comptoir.maintaining.maintain import ACT, maintain
from comptoir.reconciling.audit import audit
from comptoir.settings import PROJECT_ROOT
from comptoir.stores import cold, ledger
from comptoir.stores.hot import at_current_epoch
from tests.conftest import variables_of
from tests.stack.publishing_tools import KILLED, Importer, open_importer
from tests.stack.streaming_tools import Stream, run_batch, run_rebuild

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.settings import Settings

pytestmark = [pytest.mark.stack, pytest.mark.timeout(3600)]

LISTING = re.findall(r"```sql\n(.*?)```", (PROJECT_ROOT / "docs" / "lake.md").read_text(encoding="utf-8"), re.DOTALL)[0]
PRODUCTS = "product_code,name,category,buy_price,sell_price,min_margin_threshold,valid_from\n"
SALES = "invoice_no,client_code,product_code,quantity,unit_price,timestamp\n"
FILES = 12
SECONDS_IN_HOURS = 1 / 3600
# Before and after each write that a compaction makes; the sales' claims get their name before their change sets.
SEAMS = [
    ("write_parquet_parts", 1, "after"),
    ("publish", 1, "before"),
    ("publish", 1, "after"),
    ("publish", 2, "before"),
    ("publish", 2, "after"),
]


class Keeper:
    """Servers with their stream, a dozen small files of sales, and several ways to read all of them."""

    def __init__(self, stream: Stream, importer: Importer) -> None:
        self.stream = stream
        self.importer = importer
        self.settings = importer.settings
        self.files: list[str] = []

    def bring(self, content: str) -> None:
        entry = self.importer.bring_in(content, "file.csv")
        self.files.append(entry["_id"])
        self.wait_until("applied", entry["_id"])

    def wait_until(self, state: str, file_id: str) -> None:
        self.stream.wait_for(lambda: ledger.find(self.importer.hot, file_id)["state"] == state)

    def sell(self, number: int) -> None:
        """Bring in an invoice of its own, and a correction of one that all files have."""
        self.bring(
            f"{SALES}K{number},C1,A,{number + 1},2.50,2026-03-02 10:00:00\nK,C1,A,{number + 1},,2026-03-02 11:00:00\n"
        )

    def maintain(self, step: str = "compact_lake", **changes: Any) -> dict[str, int]:
        settings = self.settings.model_copy(update=changes)
        return maintain(self.importer.hot, self.importer.cold, settings, step)

    def die(self, *seam: object, grace_hours: float = 24.0) -> None:
        """Compact until it dies at a seam."""
        script = PROJECT_ROOT / "tests/stack/die_while_maintaining.py"
        words = [sys.executable, str(script), "compact_lake", *map(str, seam)]
        own = self.importer.environment | {"COMPTOIR_LAKE_GRACE_HOURS": str(grace_hours)}
        died = subprocess.run(words, env=self.stream.env | own, cwd=PROJECT_ROOT, check=False)
        assert died.returncode == KILLED

    def listed(self, folder: str = names.LAKE_EVENTS) -> list[str]:
        return [name for name in cold.list_names(self.importer.cold, f"{folder}/sales") if name[0] != "."]

    def query(self) -> list[Any]:
        """Read the sales' events as docs/lake.md tells: how many, how many of them once, and their sequences."""
        address = urlsplit(self.settings.hdfs)
        with closing(duckdb.connect()) as lake:
            lake.register_filesystem(HdfsFileSystem(address.hostname or "", address.port or 0))
            lake.execute(f"SET VARIABLE lake = '{self.settings.hdfs}{self.settings.lake_root}'")
            lake.execute(LISTING)
            counts = "SELECT count(*), count(DISTINCT event_id), list(DISTINCT sequence ORDER BY sequence)"
            return lake.execute(f"{counts} FROM read_parquet(getvariable('sales'))").fetchall()

    def assert_right(self) -> None:
        hot = at_current_epoch(self.importer.hot)
        assert audit(hot, self.importer.cold, self.settings).differences == []

    def acts(self, subject: str) -> list[dict[str, Any]]:
        return list(self.importer.hot.control[names.AUDIT_LOG].find({"act": ACT, "subject": subject}).sort("at", 1))


@pytest.fixture(scope="module")
def keeper(servers: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeper]:
    importer = open_importer(servers, tmp_path_factory.mktemp("home"), lease_seconds=3.0)
    log = tmp_path_factory.mktemp("stream") / "stream.log"
    one = Keeper(Stream(servers, variables_of(servers), importer.hot, log), importer)
    one.stream.start()
    one.bring(f"{PRODUCTS}A,Apple,Fruit,1.00,2.00,0.20,2020-01-01\n")
    one.files.clear()
    for number in range(FILES):
        one.sell(number)
    yield one
    if one.stream.process and one.stream.process.poll() is None:
        one.stream.kill()


def test_no_reader_notices_a_compaction_nor_its_death(keeper: Keeper):
    before, small = keeper.query(), keeper.listed()
    assert before == [(2 * FILES, 2 * FILES, list(range(1, FILES + 1)))]
    keeper.assert_right()
    for seam in SEAMS:
        keeper.die(*seam)
        assert keeper.query() == before, seam
        keeper.assert_right()
    assert len(keeper.listed()) == FILES + 1
    assert keeper.maintain() == {}

    run_batch(keeper.stream, date(2026, 3, 2))
    assert not keeper.importer.hot.control[names.AUDIT_LOG].find_one({"act": "facts repaired"})

    keeper.die("remove", 24, "after", grace_hours=SECONDS_IN_HOURS)
    assert 1 < len(keeper.listed()) < FILES + 1
    assert keeper.query() == before
    keeper.assert_right()

    assert keeper.maintain(lake_grace_hours=SECONDS_IN_HOURS)["files_removed"] > 0
    (whole,) = keeper.listed()
    assert not set(keeper.listed(names.LAKE_CLAIMS)) & set(small)
    assert keeper.query() == before
    keeper.assert_right()
    assert whole == f"{1:012d}-{FILES:012d}.parquet"
    assert cold.list_names(keeper.importer.cold, f"{names.LAKE_EVENTS}/sales") == [whole]


def test_what_was_compacted_is_withdrawn_and_restored(keeper: Keeper):
    """The first file's claims are in the compacted file, and so is what counts once the last is withdrawn."""
    for file_id in (keeper.files[0], keeper.files[-1]):
        keeper.importer.change_back(file_id, Act.WITHDRAW)
        keeper.wait_until("withdrawn", file_id)
        keeper.assert_right()
    keeper.importer.change_back(keeper.files[-1], Act.RESTORE)
    keeper.wait_until("applied", keeper.files[-1])
    keeper.assert_right()


def test_compacted_files_grow(keeper: Keeper):
    for number in range(FILES, FILES + 4):
        keeper.sell(number)
    before = keeper.query()
    assert keeper.maintain()["files_made"] == 1
    assert keeper.acts("compact_lake")[-1]["details"]["files_compacted"] == 8
    assert keeper.query() == before
    keeper.assert_right()


def test_the_hot_store_is_made_anew_from_compacted_files(keeper: Keeper):
    run_rebuild(keeper.stream)
    assert keeper.stream.wait_for_end() == 0
    keeper.assert_right()
    keeper.stream.hot = at_current_epoch(keeper.stream.hot)
    keeper.stream.start()


def test_snapshots_stay_at_month_ends(keeper: Keeper):
    days = ("2020-01-30", "2020-01-31", datetime.now(keeper.settings.zone).date().isoformat())
    paths = [f"{names.LAKE_SNAPSHOTS}/losses/day={day}" for day in days]
    for path in paths:
        cold.put(keeper.importer.cold, f"{path}/part.parquet", b"figures")
    facts = at_current_epoch(keeper.importer.hot).facts
    facts[names.KPI_LOSSES].insert_many([{"_id": day, "version": 3} for day in days[:2]])
    facts[names.KPI_PAGES].insert_many([{"_id": f"{day}#3#rows#0", "version": 3} for day in days[:2]])
    assert keeper.maintain("thin_snapshots") == {"snapshots_removed": 1, "losses_removed": 1}
    for collection in (names.KPI_LOSSES, names.KPI_PAGES):
        assert [each["_id"][:10] for each in facts[collection].find({"_id": {"$lt": "2021"}})] == [days[1]]
    assert facts[names.KPI_LOSSES].find_one({"_id": days[2]}) is not None
    assert [cold.exists(keeper.importer.cold, path) for path in paths] == [False, True, True]
    assert keeper.acts("thin_snapshots")[-1]["details"] == {"snapshots_removed": 1, "losses_removed": 1}


def test_checkpoints_of_epochs_long_gone_are_removed(keeper: Keeper):
    query = f"{names.LAKE_CHECKPOINTS}/stream_analytics-v1"
    hot = at_current_epoch(keeper.importer.hot)
    gone = f"{query}/epoch-{hot.epoch - 2}"
    cold.put(keeper.importer.cold, f"{gone}/offsets/0", b"offsets")
    hot.facts[names.BATCHES].insert_many(
        [{"_id": f"old:{number}", "number": number} for number in (-2_000, -1_999, -1)]
    )
    done = keeper.maintain("trim_checkpoints")
    assert done == {"checkpoints_removed": 1, "batch_notes_removed": 2}
    assert not cold.exists(keeper.importer.cold, gone)
    assert cold.exists(keeper.importer.cold, f"{query}/epoch-{hot.epoch}")


def test_staged_rows_of_files_on_their_way_stay(keeper: Keeper):
    waiting = keeper.importer.receive(f"{SALES}W,C1,A,1,2.50,2026-03-02 10:00:00\n").file_id
    for file_id in (waiting, keeper.files[0], "unknown-1"):
        cold.put(keeper.importer.cold, f"{names.LAKE_STAGING}/{file_id}/sales/0/0.parquet", b"rows")
    assert keeper.maintain("clear_staging") == {}
    assert keeper.maintain("clear_staging", lake_grace_hours=1e-9) == {"staged_files_removed": 2}
    assert cold.list_names(keeper.importer.cold, names.LAKE_STAGING) == [waiting]


def test_topics_keep_their_messages_as_long_as_the_settings_say(keeper: Keeper):
    assert keeper.maintain("trim_topics") == {}
    assert keeper.maintain("trim_topics", event_days=30) == {"topics_changed": 5}
    topic = ConfigResource(ConfigResource.Type.TOPIC, names.TOPIC_SALES)
    admin = AdminClient(keeper.importer.kafka)
    (found,) = admin.describe_configs([topic]).values()
    assert int(found.result()["retention.ms"].value) == timedelta(days=30) / timedelta(milliseconds=1)
    assert int(found.result()["max.message.bytes"].value) > 10_000_000


def test_old_reports_go_and_the_ledger_says_so(keeper: Keeper):
    file_id = keeper.files[0]
    entry = ledger.find(keeper.importer.hot, file_id)
    long_ago = datetime.now(UTC) - timedelta(days=500)
    keeper.importer.hot.ledger.update_one({"_id": file_id}, {"$set": {"received_at": long_ago}})
    docs = keeper.settings.home / "data_docs" / file_id
    assert docs.exists()
    assert keeper.maintain("remove_reports") == {"reports_removed": 1}
    assert not docs.exists()
    entry = ledger.find(keeper.importer.hot, file_id)
    assert (entry["data_docs"], entry["rejects"]) == (None, None)
    assert (keeper.settings.home / "data_docs" / keeper.files[1]).exists()
