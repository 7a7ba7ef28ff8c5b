"""A checkpoint that can't be understood needs somebody; one that can't be fetched now is fetched later."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from comptoir.errors import StoppedError
from comptoir_spark.pipelines import refuse_lost, told_whole

if TYPE_CHECKING:
    from pathlib import Path

    from pyspark.sql import SparkSession
    from pyspark.sql.streaming.query import StreamingQuery

pytestmark = pytest.mark.spark


def started(spark: SparkSession, checkpoint: Path) -> StreamingQuery:
    rows = spark.readStream.format("rate").load()
    return rows.writeStream.format("noop").option("checkpointLocation", str(checkpoint)).start()


@pytest.fixture
def checkpoint(spark: SparkSession, tmp_path: Path) -> Path:
    """The checkpoint of a query that has finished some batches."""
    query = started(spark, tmp_path)
    deadline = time.monotonic() + 60
    while len(list((tmp_path / "commits").glob("[0-9]*"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    query.stop()
    return tmp_path


def spoil(folder: Path, content: bytes) -> None:
    for path in folder.iterdir():
        if path.name.isdigit():
            path.write_bytes(content)
        path.with_name(f".{path.name}.crc").unlink(missing_ok=True)  # HDFS keeps its sums elsewhere


@pytest.mark.parametrize("content", [b"v1\n{", b"\0what is this", b""])
@pytest.mark.parametrize("part", ["offsets", "commits"])
def test_what_spark_did_not_write_so_is_a_stop(
    spark: SparkSession, checkpoint: Path, part: str, content: bytes
) -> None:
    spoil(checkpoint / part, content)
    query = started(spark, checkpoint)
    deadline = time.monotonic() + 60
    while query.isActive:
        assert time.monotonic() < deadline, "the query took it"
        time.sleep(0.1)
    with pytest.raises(StoppedError, match=r"checkpoint can't be read.*comptoir rebuild"):
        refuse_lost(told_whole(query.exception()))


def test_a_checkpoint_that_could_not_be_fetched_is_none() -> None:
    refuse_lost("java.net.ConnectException at DFSInputStream.read at OffsetSeqLog.deserialize(OffsetSeqLog.scala:80)")
