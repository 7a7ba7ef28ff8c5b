"""The local executor, with the heavy libraries loaded once instead of once per task."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
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
    "comptoir_airflow.hooks",
    "comptoir_airflow.operators",
)
PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h


class PreloadingLocalExecutor(LocalExecutor):
    """Imports `HEAVY_MODULES` before it forks its workers, and leaves no worker behind when it is killed.

    A worker that outlived the scheduler would keep the scheduler's connections to the database open by the
    sockets that it inherited, and with them whatever rows were locked at that moment: nothing would be
    scheduled any more.
    """

    def start(self) -> None:
        """Import what tasks need, then start the workers."""
        for module in HEAVY_MODULES:
            import_module(module)
        if sys.platform == "linux":
            os.register_at_fork(after_in_child=die_with_parent)
        super().start()


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends; what it started detached lives on."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
