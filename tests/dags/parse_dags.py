"""Parse each DAG file as the DAG processor does, in a fork with Airflow loaded, and print what it is as JSON."""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import DagBag

HEAVY = ("polars", "pyspark", "great_expectations", "confluent_kafka", "pymongo", "pandas", "pyarrow")


def describe_file(path: str) -> dict[str, Any]:
    began = time.perf_counter()
    bag = DagBag(path)
    seconds = time.perf_counter() - began
    heavy = [module for module in HEAVY if module in sys.modules]
    dags = [describe(dag) for dag in bag.dags.values()]
    return {"seconds": seconds, "heavy": heavy, "errors": list(bag.import_errors.values()), "dags": dags}


def describe(dag: Any) -> dict[str, Any]:
    return {
        "dag_id": dag.dag_id,
        "doc_md": dag.doc_md,
        "tags": sorted(dag.tags),
        "tag_types": sorted({type(tag).__name__ for tag in dag.tags}),
        "schedule": type(dag.timetable).__name__,
        "timezone": str(getattr(dag.timetable, "timezone", None)),
        "started": dag.start_date is not None and dag.start_date.year == 2000,
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "params": sorted(dag.params),
        "tasks": {task.task_id: describe_task(task) for task in dag.tasks},
    }


def describe_task(task: Any) -> dict[str, Any]:
    named = [*_several(task.on_failure_callback), *_several(task.on_retry_callback)]
    return {
        "type": type(task).__name__,
        "owner": task.owner,
        "retries": task.retries,
        "first_retry_seconds": task.retry_delay.total_seconds(),
        "longest_retry_seconds": task.max_retry_delay.total_seconds(),
        "backoff": float(task.retry_exponential_backoff),
        "callbacks": [callback.__name__ for callback in named],
        "downstream": sorted(task.downstream_task_ids),
        "links": sorted(link.name for link in task.operator_extra_links),
    }


def _several(callbacks: Any) -> list[Any]:
    return list(callbacks) if isinstance(callbacks, list | tuple) else [callbacks] if callbacks else []


def describe_in_fork(path: Path) -> dict[str, Any]:
    ours, theirs = multiprocessing.Pipe(duplex=False)
    fork = multiprocessing.get_context("fork").Process(target=lambda: theirs.send(describe_file(str(path))))
    fork.start()
    description = ours.recv()
    fork.join()
    return description


if __name__ == "__main__":
    files = sorted(Path(sys.argv[1]).glob("*.py"))
    sys.stdout.write(json.dumps({path.name: describe_in_fork(path) for path in files}))
