"""Facts and figures of a day over five million lines of the lake, beside DuckDB's for the same Parquet.

Run it with `make bench`; bench/README.md says what the columns mean. Spark's session is warm: it has computed another
day of the same lake.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from tools.sales_lake import DAYS, FIRST, write_lake

from comptoir import names
from comptoir.reconciling import audit
from comptoir.reconciling.workspace import open_workspace
from comptoir.rules import Rules, windows_of
from comptoir.settings import Settings
from comptoir_spark import lake
from comptoir_spark.frames import rows_of
from comptoir_spark.pipelines import figures_of
from comptoir_spark.session import build_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import SparkSession

LINES = 5_000_000
RUNS = 3
AIM = 8
DAY = (FIRST + timedelta(days=DAYS - 1)).date()  # the last one, so that every line counts
SQL = Path(audit.__file__).with_name("sql")

# Of what the audit loads, the figures need the last event of each record only.
EVENTS = """
CREATE VIEW events AS FROM read_parquet('{events}/*/*.parquet');
CREATE TABLE effective_changes AS
    SELECT kind, record_id, sequence, landing, after AS version FROM events
    QUALIFY row_number() OVER (PARTITION BY kind, record_id ORDER BY sequence DESC) = 1;
"""

Totals = dict[str, tuple[int, Decimal]]


@dataclass(frozen=True)
class Taken:
    """What a computation took of processors and of time, and what it found."""

    cpu: float
    wall: float
    totals: Totals


def cpu_seconds() -> float:
    """Return what this process and all below it, Spark's JVM among them, have used of processors until now."""
    this = psutil.Process()
    times = [process.cpu_times() for process in (this, *this.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def measured(compute: Callable[[], Totals]) -> Taken:
    """Compute, and return what that took."""
    cpu, wall = cpu_seconds(), time.perf_counter()
    totals = compute()
    return Taken(cpu_seconds() - cpu, time.perf_counter() - wall, totals)


def by_spark(spark: SparkSession, settings: Settings, day: date) -> Totals:
    """Compute a day as the batch does, up to the rows that it would write."""
    told = lake.read(spark, settings)
    found = {name: rows_of(frame) for name, frame in figures_of(told, Rules.of(settings), day).items()}
    for frame in (told.deltas, told.versions, told.products):
        frame.unpersist()
    return {
        "winners": _total(found["winners"], "revenue"),
        "low_margin": _total(found["low_margin"], "revenue"),
        "reductions": _total(found["reductions"], "new_total"),
    }


def _total(rows: list[dict[str, Any]], column: str) -> tuple[int, Decimal]:
    return len(rows), sum((Decimal(row[column]) for row in rows), Decimal(0))


def by_duckdb(settings: Settings, day: date) -> Totals:
    """Compute the same by the statements of the audit, in a database of its own."""
    workspace = open_workspace(settings.timezone)
    workspace.database.execute("SET enable_progress_bar = false")
    workspace.set_variable("today", day)
    for name in audit.THRESHOLDS:
        workspace.set_variable(name, getattr(settings, name))
    workspace.database.execute(EVENTS.format(events=f"{settings.lake_root}/{names.LAKE_EVENTS}"))
    workspace.run("legs")
    for part in ("lines", "heads", "others"):
        workspace.database.execute(f"CREATE TABLE {part}_changes AS FROM {part}_of('effective_changes')")
    workspace.run("expected_facts")
    workspace.run("expected_figures")
    shown = ", ".join(f"'{window.id}'" for window in windows_of(day))
    queries = {
        "winners": f"SELECT count(*), sum(revenue) FROM expected_windows WHERE window_id IN ({shown})",  # noqa: S608 - names of windows
        "low_margin": "SELECT count(*), coalesce(sum(revenue), 0) FROM expected_low_margin",
        "reductions": "SELECT count(*), sum(new_total) FROM expected_reductions",
    }
    found = {name: workspace.database.execute(query).fetchone() for name, query in queries.items()}
    return {name: (int(row[0]), Decimal(row[1])) for name, row in found.items() if row}


def main(lines: int) -> None:
    """Write the lake, warm the session, measure both in turns, and print their CPU seconds and the ratio."""
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        write_lake(Path(folder), lines)
        settings = Settings(home=Path(folder), hdfs_url="file:///", lake_root=folder, timezone="Europe/London")
        spark = build_session(settings, "bench")
        cold = measured(lambda: by_spark(spark, settings, DAY - timedelta(days=1)))
        print(f"{lines:,} lines; first computation in the session {cold.cpu:.1f} CPU s; load {os.getloadavg()}")
        turns = [
            (measured(lambda: by_spark(spark, settings, DAY)), measured(lambda: by_duckdb(settings, DAY)))
            for _ in range(RUNS)
        ]
        spark.stop()
    print_turns(turns)


def print_turns(turns: list[tuple[Taken, Taken]]) -> None:
    """Print each turn and the median of the ratios; leave with the figures where they differ."""
    print(f"{'CPU s':>24}{'wall s':>9}")
    for turn in turns:
        for name, taken in zip(("Spark", "DuckDB"), turn, strict=True):
            print(f"{name:<12}{taken.cpu:>12.1f}{taken.wall:>9.1f}")
        if turn[0].totals != turn[1].totals:
            raise SystemExit(f"The figures differ, so this measures nothing: {turn[0].totals} {turn[1].totals}")
    ratio = statistics.median(spark.cpu / duck.cpu for spark, duck in turns)
    print(f"Spark at {ratio:.1f} times DuckDB's CPU seconds, figures equal; aim {AIM}:", end=" ")
    print("reached" if ratio <= AIM else "missed")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LINES)
