"""How fast and in how much memory files are read, judged and turned into change sets, beside others at the same files.

Usage: python bench/imports.py [speed | memory | check]…; all of them where none is named, as `make bench` does.
bench/README.md says what the columns mean. Each measurement is a process of its own, which this script starts with the
name of a task and a file; the tasks take turns, and each line is the median of its runs.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl
import xlsxwriter

from comptoir.changes.change_set import ChangeSet, Stamp, changed_records, make_change_set
from comptoir.changes.records import Clock, build_records
from comptoir.embedded.processes import group_rss_mb
from comptoir.examining import examine
from comptoir.lazy import Spool
from comptoir.memory import KEEP_FREED
from comptoir.quality import data_docs
from comptoir.quality.reject_file import write_reject_file
from comptoir.quality.suites import Suites
from comptoir.reading.apart import read_apart
from comptoir.reading.exchange import read_outcome, write_recognised
from comptoir.reading.reader import recognise
from comptoir.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from comptoir.examining import Examined
    from comptoir.quality.checking import Checked
    from comptoir.reading.tables import ReadFile

SEED = 1
RUNS = 3
CSV_LINES = 1_000_000
MANY_CSV_LINES = 5_000_000
XLSX_ROWS = 100_000
CHECKED_CSV_LINES = 2_130_000  # 100 MiB
CHECKED_XLSX_ROWS = 500_000
WRONG_EVERY = 10  # rows, where a file has wrong ones
LINES_AN_INVOICE = 4
RETURNS = 0.05
CSV_RATIO, XLSX_RATIO = 6, 4
CHANGE_SET_SECONDS = 20.0
PEAK_MEBIBYTES = 1536
CHECK_SECONDS = 60.0
LOOK_SECONDS = 0.05
TODAY = date(2026, 3, 31)
SETTINGS = Settings(timezone="Europe/Paris", currency="EUR")
TASK_VARIABLES = os.environ | KEEP_FREED
HEADERS = ("no_facture", "code_client", "code_produit", "quantite", "prix_unitaire", "date_heure")


@dataclass(frozen=True)
class Taken:
    """What a stage took; `peak` is the process's peak of resident memory up to its end, in MiB."""

    cpu: float
    wall: float
    peak: float


class Stages:
    """What the named stages of a task took; what is done apart within a stage is not counted in it."""

    def __init__(self) -> None:
        """Start with none."""
        self.taken: dict[str, Taken] = {}
        self._apart = Taken(0.0, 0.0, 0.0)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what happens in a `with` block, in all threads of this process."""
        cpu, wall, before = time.process_time(), time.perf_counter(), self._apart
        yield
        cpu += self._apart.cpu - before.cpu
        wall += self._apart.wall - before.wall
        self.taken[name] = Taken(time.process_time() - cpu, time.perf_counter() - wall, peak_mebibytes())

    def apart(self, name: str, act: Callable[[Checked], object]) -> Callable[[Checked], None]:
        """Return a function that does the same and adds what it took to a stage of its own."""

        def measured(checked: Checked) -> None:
            cpu, wall, before = time.process_time(), time.perf_counter(), self._apart
            act(checked)
            took = (time.process_time() - cpu, time.perf_counter() - wall)
            self._apart = Taken(before.cpu + took[0], before.wall + took[1], peak_mebibytes())
            self.taken[name] = self._apart

        return measured


def peak_mebibytes() -> float:
    """Return the peak of this process's resident memory until now."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bare_csv(path: Path, stages: Stages) -> None:
    """Read all cells as texts: the least that any program must do."""
    with stages.stage("read"):
        pl.read_csv(path, separator=";", infer_schema=False)


def bare_xlsx(path: Path, stages: Stages) -> None:
    """Read all cells into Python objects."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - one task's library must not weigh on another's

    with stages.stage("read"):
        CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def pandas_csv(path: Path, stages: Stages) -> None:
    """Read and type as people do: dates parsed, prices in binary."""
    import pandas as pd  # noqa: PLC0415 - as above

    with stages.stage("read"):
        pd.read_csv(path, sep=";", decimal=",", parse_dates=["date_heure"], dayfirst=True)


def pandas_xlsx(path: Path, stages: Stages) -> None:
    """Read and type as people do."""
    import openpyxl  # noqa: F401, PLC0415 - so that loading it is not measured
    import pandas as pd  # noqa: PLC0415 - as above

    with stages.stage("read"):
        pd.read_excel(path, engine="openpyxl")


def ours(path: Path, stages: Stages) -> None:
    """Do all that an import does to a file before its publication, the register being empty."""
    import great_expectations  # noqa: F401 - so that loading it is not measured

    clock, suites = Clock(SETTINGS.timezone, TODAY), Suites()
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        with stages.stage("read"):
            write_recognised(recognise(path, SETTINGS), Path(folder))
            file = read_outcome(Path(folder))
        with stages.stage("judge"):
            examined = examine(file, None, SETTINGS, "good_rows", clock, look=stages.apart("suites", suites.run))
        with stages.stage("change set"):
            parts = Spool(change_set_of(by_kind["sales"], clock) for by_kind in examined.accepted())
        rows = rows_of(file)
    if sum(part.rows_applied for part in parts) != rows or not suites.results[0].success:
        raise SystemExit("Not every row of the file was applied: this measures nothing.")


def rows_of(file: ReadFile) -> int:
    """Return how many rows were read."""
    return sum(table.frame.height for table in file.tables)


def whole(path: Path, stages: Stages) -> None:
    """Do the same as an import's tasks do it: read in a process apart, and keep rows and reports on disk."""
    clock, suites = Clock(SETTINGS.timezone, TODAY), Suites()
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as name:
        folder = Path(name)
        with stages.stage("read"):
            file = read_apart(path, SETTINGS)
        with stages.stage("judge"):
            examined = examine(file, None, SETTINGS, "good_rows", clock, look=suites.run)
        with stages.stage("reports"):
            staged = stage(examined, folder)
            data_docs.build(suites.results, folder / "docs", SETTINGS, title=path.name)
            write_reject_file(examined.rejected, path, folder / "rejects", SETTINGS)
        counts = examined.counts
        del file, examined  # another task publishes
        with stages.stage("change set"):
            applied = sum(change_set_of([pl.read_parquet(each)], clock).rows_applied for each in staged)
    if applied != counts.rows_read - counts.rows_rejected or not applied:
        raise SystemExit("The rows don't add up: this measures nothing.")


def stage(examined: Examined, folder: Path) -> list[Path]:
    """Write the accepted rows down, portion by portion."""
    paths = []
    for portion, by_kind in enumerate(examined.accepted()):
        for number, frame in enumerate(by_kind["sales"]):
            paths.append(folder / f"{portion}-{number}.parquet")
            frame.write_parquet(paths[-1], compression="zstd")
    return paths


def change_set_of(accepted: Sequence[pl.DataFrame], clock: Clock) -> ChangeSet:
    """Return the change set of a portion's accepted rows."""
    records = build_records("sales", accepted, clock)
    stamp = Stamp("sales", 1, "bench", 1, 1, datetime(2026, 3, 31, tzinfo=UTC))
    return make_change_set(records, changed_records(records, {}, 1), {}, stamp)


TASKS: dict[str, Callable[[Path, Stages], None]] = {
    "bare csv": bare_csv,
    "bare xlsx": bare_xlsx,
    "pandas csv": pandas_csv,
    "pandas xlsx": pandas_xlsx,
    "ours": ours,
    "whole": whole,
}


def sales_rows(count: int) -> Iterator[tuple[str, str, str, int, Decimal, datetime]]:
    """Yield lines of invoices: 2,000 products, 5,000 clients, a year of days, some returns."""
    draw = random.Random(SEED)  # noqa: S311 - test data needs no cryptography
    first = datetime(2025, 1, 1, 9)  # noqa: DTZ001 - on the trader's wall clock
    for line in range(count):
        if line % LINES_AN_INVOICE == 0:
            sign = -1 if draw.random() < RETURNS else 1
            client = f"CL{draw.randrange(5000):04d}"
            moment = first + timedelta(days=draw.randrange(365), minutes=draw.randrange(600))
        price = Decimal(draw.randrange(100, 30_000)).scaleb(-2)
        product = f"P{draw.randrange(2000):04d}"
        yield f"F{line // LINES_AN_INVOICE:07d}", client, product, sign * draw.randrange(1, 20), price, moment


def write_csv(path: Path, count: int, *, wrong_every: int = 0) -> Path:
    """Write a French export: semicolons, decimal commas, days first; where wanted with prices that are none."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(";".join(HEADERS) + "\r\n")
        for number, (invoice, client, product, quantity, price, moment) in enumerate(sales_rows(count), start=1):
            is_wrong = wrong_every and number % wrong_every == 0
            amount = "?" if is_wrong else str(price).replace(".", ",")
            file.write(f"{invoice};{client};{product};{quantity};{amount};{moment:%d/%m/%Y %H:%M}\r\n")
    return path


def write_xlsx(path: Path, count: int) -> Path:
    """Write the same as a workbook of typed cells."""
    options = {"constant_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("Ventes")
        sheet.write_row(0, 0, HEADERS)
        for number, row in enumerate(sales_rows(count), start=1):
            sheet.write_row(number, 0, row)
    return path


def run_task(task: str, path: Path) -> None:
    """Run a task in this process and print what its stages took, as JSON."""
    stages = Stages()
    TASKS[task](path, stages)
    print(json.dumps({name: asdict(taken) for name, taken in stages.taken.items()}))


def measure(task: str, path: Path) -> dict[str, Taken]:
    """Run a task in a process of its own, with the environment that the platform gives to its tasks."""
    done = subprocess.run(command(task, path), check=True, stdout=subprocess.PIPE, text=True, env=TASK_VARIABLES)
    return {name: Taken(**taken) for name, taken in json.loads(done.stdout).items()}


def command(task: str, path: Path) -> list[str]:
    """Return the words that run a task."""
    return [sys.executable, __file__, task, str(path)]


def peak_together(path: Path) -> float:
    """Import a file and return the most memory that the task and the process that reads for it held at once, in MiB."""
    words, peak = command("whole", path), 0
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, env=TASK_VARIABLES, start_new_session=True) as task:
        while task.poll() is None:
            peak = max(peak, group_rss_mb(task.pid) or 0)
            time.sleep(LOOK_SECONDS)
    if task.returncode:
        raise SystemExit("The import failed: this measures nothing.")
    return peak


def check_takes(path: Path, home: Path) -> Taken:
    """Run `comptoir check` on a file with no platform, and return what it and the process that reads for it took."""
    words = [str(Path(sys.executable).with_name("comptoir")), "check", str(path), "--json"]
    before, began = cpu_of_ended(), time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"COMPTOIR_HOME": str(home)})
    return Taken(cpu_of_ended() - before, time.perf_counter() - began, 0)


def cpu_of_ended() -> float:
    """Return the CPU seconds of all processes that this one and those it started have waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def median_of(runs: Sequence[dict[str, Taken]]) -> dict[str, Taken]:
    """Return the median of each stage's figures."""
    return {
        name: Taken(
            *(statistics.median(figures) for figures in zip(*(astuple(run[name]) for run in runs), strict=True))
        )
        for name in runs[0]
    }


def main(chosen: Sequence[str]) -> None:
    """Measure what was chosen, in a folder that goes with it."""
    for name in chosen or PARTS:
        with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
            PARTS[name](Path(folder))


def measure_speed(folder: Path) -> None:
    """Measure the tasks in turns, and print tables, ratios and the peak of memory."""
    large = write_csv(folder / "sales.csv", CSV_LINES)
    many = write_csv(folder / "many.csv", MANY_CSV_LINES)
    book = write_xlsx(folder / "sales.xlsx", XLSX_ROWS)
    plan = [("bare csv", large), ("pandas csv", large), ("ours", large)]
    plan += [("bare xlsx", book), ("pandas xlsx", book), ("ours", book)]
    turns = [[measure(task, path) for task, path in plan] for _ in range(RUNS)]
    longest = measure("ours", many)
    bare, pandas, csv, bare_book, pandas_book, xlsx = (median_of(runs) for runs in zip(*turns, strict=True))
    print_table(f"CSV, {CSV_LINES:,} lines", CSV_LINES, {"polars bare": bare, "pandas": pandas, "ours": csv})
    print_table(
        f"XLSX, {XLSX_ROWS:,} rows",
        XLSX_ROWS,
        {"calamine bare": bare_book, "pandas + openpyxl": pandas_book, "ours": xlsx},
    )
    print_verdicts(csv, bare, xlsx, bare_book)
    print_table(f"CSV, {MANY_CSV_LINES:,} lines", MANY_CSV_LINES, {"ours": longest})


def measure_memory(folder: Path) -> None:
    """Print the most memory that a task and its reading process hold at once, for files of several lengths."""
    for lines, wrong_every in ((CSV_LINES, 0), (MANY_CSV_LINES, 0), (MANY_CSV_LINES, WRONG_EVERY)):
        path = write_csv(folder / "sales.csv", lines, wrong_every=wrong_every)
        peaks = [peak_together(path) for _ in range(RUNS)]
        said = "kept" if max(peaks) <= PEAK_MEBIBYTES else "missed"
        wrong = f", one in {wrong_every} wrong" if wrong_every else ""
        median = statistics.median(peaks)
        print(f"\n{lines:,} lines{wrong}: {median:,.0f} MiB, most {max(peaks):,}; aim {PEAK_MEBIBYTES:,}: {said}")


def measure_check(folder: Path) -> None:
    """Print how long `comptoir check` takes on large files while no platform runs."""
    book = write_xlsx(folder / "sales.xlsx", CHECKED_XLSX_ROWS)
    for path in (write_csv(folder / "sales.csv", CHECKED_CSV_LINES), book):
        runs = [check_takes(path, folder / "home") for _ in range(RUNS)]
        cpu, wall = (statistics.median(figures) for figures in ([r.cpu for r in runs], [r.wall for r in runs]))
        said = "kept" if wall <= CHECK_SECONDS else "missed"
        size = path.stat().st_size / 1024**2
        print(
            f"\nchecked {path.name}, {size:.0f} MiB: {cpu:.1f} CPU s, {wall:.1f} s; aim {CHECK_SECONDS:.0f} s: {said}"
        )


PARTS: Final[dict[str, Callable[[Path], None]]] = {
    "speed": measure_speed,
    "memory": measure_memory,
    "check": measure_check,
}


def print_table(title: str, rows: int, tasks: dict[str, dict[str, Taken]]) -> None:
    """Print each stage of each task."""
    print(f"\n{title:<28}{'CPU s':>9}{'wall s':>9}{'rows/CPU s':>13}{'peak MiB':>10}")
    for task, stages in tasks.items():
        for name, taken in stages.items():
            words = f"{task}: {name}"
            print(f"{words:<28}{taken.cpu:>9.2f}{taken.wall:>9.2f}{rows / taken.cpu:>13,.0f}{taken.peak:>10.0f}")


def print_verdicts(
    csv: dict[str, Taken], bare: dict[str, Taken], xlsx: dict[str, Taken], bare_book: dict[str, Taken]
) -> None:
    """Print the ratios that are aimed at, and whether they are reached."""
    for name, ours_taken, limit, aim in (("CSV", csv, bare, CSV_RATIO), ("XLSX", xlsx, bare_book, XLSX_RATIO)):
        ratio = (ours_taken["read"].cpu + ours_taken["judge"].cpu) / limit["read"].cpu
        gx = ours_taken["suites"].cpu / limit["read"].cpu
        said = "reached" if ratio <= aim else "missed"
        print(f"\n{name}: read, mapped, typed, judged at {ratio:.1f} times the bare read; aim {aim}: {said}", end="")
        print(f"; Great Expectations on top {gx:.1f} times")
    wall = sum(taken.wall for taken in csv.values())
    said = "reached" if wall <= CHANGE_SET_SECONDS else "missed"
    print(f"\n{CSV_LINES:,} lines to a change set in {wall:.1f} s; aim {CHANGE_SET_SECONDS:.0f} s: {said}")


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in TASKS:
        run_task(sys.argv[1], Path(sys.argv[2]))
    else:
        main(sys.argv[1:])
