"""The local executor, with the heavy libraries loaded once instead of once per task."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from airflow.executors.local_executor import LocalExecutor

# What a task of `ingest_file` needs. A task is a fork of the executor: what is imported here costs it
# nothing, and about four seconds otherwise. Nothing is ever run here: a fork inherits no threads.
HEAVY_MODULES: Final = (
    "polars",
    "pyarrow",
    "pyarrow.parquet",
    "pandas",
    "great_expectations",
    "confluent_kafka",
    "pymongo",
    "hdfs_native",
    "httpx",
    "airflow.providers.apache.kafka.hooks.base",
    "airflow.providers.mongo.hooks.mongo",
    "comptoir.ingest",
    "comptoir_airflow.operators",
)


class PreloadingLocalExecutor(LocalExecutor):
    """Imports `HEAVY_MODULES` before it forks its workers."""

    def start(self) -> None:
        """Import what tasks need, then start the workers."""
        for module in HEAVY_MODULES:
            import_module(module)
        super().start()
