"""The Spark session of the stream and of the batch.

What `spark-submit` was given on its command line comes first; everything else has the values below.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from pyspark import SparkConf
from pyspark.sql import SparkSession

if TYPE_CHECKING:
    from comptoir.settings import Settings

# Figures are small and must be quick: one plan of a few milliseconds matters more than parallelism.
TUNING: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.adaptive.enabled": "false",
    # One-partition inputs then join, group and rank in a single task, without any exchange.
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    # Each `F.` call would otherwise look up the Python line that it stands on.
    "spark.python.sql.dataFrameDebugging.enabled": "false",
    "spark.sql.streaming.pollingDelay": "50ms",  # 20 ms took 12 % of a core while idle
    "spark.sql.streaming.noDataMicroBatches.enabled": "false",
    "spark.sql.streaming.stopTimeout": "20s",
    "spark.cleaner.periodicGC.interval": "10min",
    # What nobody looks at; by default the last 1,000 are kept, and searched whenever one more comes.
    "spark.ui.retainedJobs": "20",
    "spark.ui.retainedStages": "20",
    "spark.sql.ui.retainedExecutions": "20",
}

# pyspark asks the JVM for these by their short names whenever it hands over a list or rows. Each time all jars were
# searched for them in several packages: 1 ms, some forty times in a batch of one invoice.
LOOKED_UP: Final = ("PythonUtils", "PythonSQLUtils")

# The embedded HDFS has one DataNode. The NameNode hears of a file's last block from it, some milliseconds after the
# client first asks whether the file is complete. By default the client then waits 400 ms, twice or more in each batch.
LAST_BLOCK: Final = "spark.hadoop.dfs.client.block.write.locateFollowingBlock"
EMBEDDED_HDFS: Final = {
    "spark.hadoop.dfs.replication": "1",
    f"{LAST_BLOCK}.initial.delay.ms": "5",
    f"{LAST_BLOCK}.retries": "13",  # each wait is twice the one before: 41 s in all
}

# For the stream: generating and compiling code took longer than interpreting a few thousand rows
# (half of all CPU time of a batch of 200 invoices).
INTERPRETED: Final = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
COMPILED: Final = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}


def prefer(session: SparkSession, options: dict[str, str]) -> None:
    """Let a session's next queries be `INTERPRETED` or `COMPILED`."""
    for key, value in options.items():
        session.conf.set(key, value)


def build_session(settings: Settings, name: str) -> SparkSession:
    """Start the session, or return the one that runs.

    Args:
        settings: where HDFS is, and which master to use when no `spark-submit` says so.
        name: the application's name.
    """
    conf = SparkConf(loadDefaults=_is_submitted())
    options = TUNING | {"spark.app.name": name, "spark.hadoop.fs.defaultFS": settings.hdfs}
    if settings.hdfs_url is None:
        options |= EMBEDDED_HDFS
    if not _is_submitted():
        options |= _launch_options(settings)
    for key, value in options.items():
        conf.setIfMissing(key, value)
    session = SparkSession.builder.config(conf=conf).getOrCreate()
    session.sparkContext.setLogLevel("WARN")
    keep_looked_up(session)
    return session


def keep_looked_up(session: SparkSession) -> None:
    """Look up once what `LOOKED_UP` names, so that the JVM is not asked again."""
    jvm = session._jvm  # noqa: SLF001 - there is no other way to it
    for name in LOOKED_UP:
        setattr(jvm, name, getattr(jvm, name))


def _is_submitted() -> bool:
    """Tell whether `spark-submit` started this process; it then owns the JVM, its memory and its class path."""
    return "PYSPARK_GATEWAY_PORT" in os.environ


def _launch_options(settings: Settings) -> dict[str, str]:
    from comptoir.embedded.jars import spark_jars  # noqa: PLC0415 - a submitted application brings its own
    from comptoir.embedded.spark import driver_options  # noqa: PLC0415

    jars = ",".join(str(jar) for jar in spark_jars(settings))
    options = {"spark.master": settings.spark, "spark.driver.memory": "1g"}
    options["spark.driver.extraJavaOptions"] = driver_options(settings)
    return options | ({"spark.jars": jars} if jars else {})
