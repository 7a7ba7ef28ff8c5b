"""The guards that a campaign leaves out one by one, to see that a scenario turns red without it.

Each is the place of a function, `module:function`, and what is done instead; it is given the function itself and what
that was called with.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Function = Any


def _unfenced(_function: Function, write: Any) -> Any:
    """Write whether or not the batch was written before."""
    from pymongo import ReplaceOne, UpdateOne  # noqa: PLC0415 - loaded in every process that starts

    make = ReplaceOne if write.replaces else UpdateOne
    return make({"_id": write.key}, write.change, upsert=True)


def _nothing(_function: Function, *_args: Any, **_kwargs: Any) -> None:
    """Leave it out."""


def _copied_unseen(_function: Function, source: Path, copy: Path, _entry: Any) -> None:
    """Copy whatever lies there now."""
    shutil.copyfile(source, copy)


def _losses_passed_over(function: Function, spark: Any, settings: Any, ends: Any) -> Any:
    """Go on behind what a topic has dropped."""
    from pyspark.sql.streaming.readwriter import DataStreamReader

    option = DataStreamReader.option
    DataStreamReader.option = lambda self, key, value: option(  # type: ignore[method-assign,assignment]
        self, key, "false" if key == "failOnDataLoss" else value
    )
    try:
        return function(spark, settings, ends)
    finally:
        DataStreamReader.option = option  # type: ignore[method-assign]


def _tried_once(function: Function, **changes: Any) -> Any:
    """Give tasks no second try."""
    return function(**{**changes, "retries": 0})


def _submitted_once(function: Function, application: Any, command: Any) -> Any:
    """Leave a stream alone that ran before."""
    return "left alone" if application.log_file.exists() else function(application, command)


def _given_up(_function: Function, _stream: Any, query: Any, _failures: int) -> None:
    """Let a query's failure end the stream."""
    raise query.exception()


def _not_started_again(function: Function, *args: Any) -> str:
    """Have the supervisor leave servers dead."""
    text: str = function(*args)
    return text.replace("autorestart=true", "autorestart=false")


def _unattended(_function: Function, _settings: Any, server: Any) -> list[str]:
    """Start servers as they are: a later supervisor doesn't know them."""
    return [*server.command]


def _taken_from_others(_function: Function, hot: Any, kind: str, _seconds: float) -> Any:
    """Take a lease whoever has it."""
    return hot.leases.find_one_and_update({"_id": kind}, {"$inc": {"token": 1}}, return_document=True)


def _whoever_has_it(_function: Function, lease: Any, fields: dict[str, Any]) -> None:
    """Change a lease that may be another's by now."""
    lease.hot.leases.update_one({"_id": lease.kind}, [{"$set": fields}])


def _not_looked_at(_function: Function, entry: Any, path: Any, _origin: Any) -> bool:
    """Take all bytes for new ones."""
    return bool(entry["path"] != str(path))


def _at_once(function: Function, settings: Any, memory: Any) -> Any:
    """Take files as soon as they are seen."""
    return function(settings.model_copy(update={"settle_seconds": 0.0}), memory)


def _nobody_writes(_function: Function, _paths: set[str]) -> set[str]:
    """Look at no process."""
    return set()


def _a_month_later(function: Function, tables: Any, known: Any, settings: Any, *, today: Any) -> Any:
    """Judge as if the days to come had come."""
    from datetime import timedelta  # noqa: PLC0415 - loaded in every process that starts

    return function(tables, known, settings, today=today + timedelta(days=30))


def _taken_for_one(function: Function, tables: Any, known: Any, settings: Any, *, today: Any) -> Any:
    """Take what is no quantity for one piece."""
    from dataclasses import replace  # noqa: PLC0415 - as above

    from comptoir.reading.columns import Columns  # noqa: PLC0415 - as above

    def without_problems(table: Any) -> Any:
        columns = table.typed.by_name
        quantity = {"quantity": table.typed.of_rows("quantity").fill_null(1)} if "quantity" in columns else {}
        return replace(table, problems=[], typed=Columns({**columns, **quantity}))

    return function([without_problems(table) for table in tables], known, settings, today=today)


def _only_now(function: Function, hot: Any, deltas: Any, versions: Any) -> Any:
    """Compute again only what holds the present day."""
    from dataclasses import replace  # noqa: PLC0415 - as above
    from datetime import UTC, datetime  # noqa: PLC0415 - as above

    from comptoir.rules import windows_of  # noqa: PLC0415 - as above

    return replace(function(hot, deltas, versions), windows=set(windows_of(datetime.now(UTC).date())))


# By guard: the places that make it up, and what each does without it.
MUTANTS: dict[str, dict[str, Callable[..., Any]]] = {
    "fences of facts": {"comptoir_spark.sinks:Fenced.operation": _unfenced},
    "numbers of batches": {"comptoir_spark.sinks:record_batch": _nothing},
    "what is pending": {"comptoir_spark.pending:load": _nothing},
    "stop at lost events": {"comptoir_spark.sources:read_kafka": _losses_passed_over},
    "stop at a damaged checkpoint": {"comptoir_spark.pipelines:refuse_lost": _nothing},
    "offsets that go on": {"comptoir_spark.pipelines:refuse_gap": _nothing},
    "windows of all days": {"comptoir_spark.figures:touched_by": _only_now},
    "dead letters": {"comptoir_spark.results:Results.refuse": _nothing},
    "markers of transactions": {"comptoir.publishing.kafka:last_marker": _nothing},
    "predecessor's change set": {"comptoir.publishing.publish:finish_committed": _nothing},
    "leases": {
        "comptoir.stores.leases:_take": _taken_from_others,
        "comptoir.stores.leases:Lease._change": _whoever_has_it,
    },
    "hash of the bytes": {"comptoir.landing.original:_copy_received": _copied_unseen},
    "bytes that are known": {"comptoir.landing.intake:_comes_anew": _not_looked_at},
    "files that are still written": {
        "comptoir.landing.watching:settled_files": _at_once,
        "comptoir.landing.watching:open_for_writing": _nobody_writes,
    },
    "days to come": {"comptoir.quality.judging:judge_file": _a_month_later},
    "cells that can't be read": {"comptoir.quality.judging:judge_file": _taken_for_one},
    "trying again": {
        "comptoir_airflow.policy:default_args": _tried_once,
        "comptoir_airflow.launch:adopt_or_submit": _submitted_once,
        "comptoir_spark.pipelines:StreamApplication._judge_failure": _given_up,
    },
    "servers started again": {"comptoir.embedded.supervisor:_program": _not_started_again},
    "servers adopted": {"comptoir.embedded.supervisor:attended": _unattended},
}
