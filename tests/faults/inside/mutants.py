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


MUTANTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "fences of facts": ("comptoir_spark.sinks:Fenced.operation", _unfenced),
    "numbers of batches": ("comptoir_spark.sinks:record_batch", _nothing),
    "what is pending": ("comptoir_spark.pending:load", _nothing),
    "stop at lost events": ("comptoir_spark.sources:read_kafka", _losses_passed_over),
    "dead letters": ("comptoir_spark.results:Results.refuse", _nothing),
    "markers of transactions": ("comptoir.publishing.kafka:last_marker", _nothing),
    "predecessor's change set": ("comptoir.publishing.publish:finish_committed", _nothing),
    "hash of the bytes": ("comptoir.landing.original:_copy_received", _copied_unseen),
}
