"""A small application that loads the classes which the stream and the batch load, too.

Usage: python -m comptoir.embedded.spark_training FOLDER JAVA_OPTIONS
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pyspark.sql import SparkSession, Window  # noqa: TID253 - this module is a program, which nothing imports
from pyspark.sql import functions as f  # noqa: TID253

from comptoir.embedded.spark import ON_ONE_MACHINE

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def main(folder: Path, java_options: str) -> None:
    """Write a few rows, and let a stream read them."""
    builder = SparkSession.builder.master("local[2]").config("spark.driver.extraJavaOptions", java_options)
    for name, value in ON_ONE_MACHINE.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    _write(session, folder / "rows")
    _stream(session, folder)
    session.stop()


def _write(session: SparkSession, folder: Path) -> None:
    rows = session.range(100).select((f.col("id") % 7).alias("key"), f.to_json(f.struct("id")).alias("text"))
    totals = rows.groupBy("key").agg(f.count("text").alias("rows"), f.sum(f.get_json_object("text", "$.id")))
    ranked = totals.withColumn("rank", f.row_number().over(Window.orderBy("key")))
    ranked.join(rows, "key").collect()
    rows.write.parquet(str(folder))


def _stream(session: SparkSession, folder: Path) -> None:
    rows = session.readStream.schema("key long, text string").parquet(str(folder / "rows"))
    writer = rows.writeStream.foreachBatch(_count)
    query = writer.option("checkpointLocation", str(folder / "checkpoint")).trigger(availableNow=True).start()
    query.awaitTermination()


def _count(batch: DataFrame, _: int) -> None:
    batch.groupBy("key").count().collect()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
