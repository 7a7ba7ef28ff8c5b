"""How fast and in how much memory files are read, judged and turned into change sets, beside others at the same files.

Run it with `make bench`; bench/README.md says what the columns mean. Each measurement is a process of its own, which
this script starts with the name of a task and a file; the tasks take turns, and each line is the median of its runs.
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
from typing import TYPE_CHECKING

import polars as pl
import xlsxwriter

from comptoir.changes.change_set import ChangeSet, Stamp, changed_records, make_change_set
from comptoir.changes.records import Clock, build_records
from comptoir.examining import examine
from comptoir.lazy import Spool
from comptoir.memory import KEEP_FREED
from comptoir.quality.suites import Suites
from comptoir.reading.exchange import read_outcome, write_recognised
from comptoir.reading.reader import recognise
from comptoir.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from comptoir.quality.checking import Checked

SEED = 1
RUNS = 3
CSV_LINES = 1_000_000
MANY_CSV_LINES = 5_000_000
XLSX_ROWS = 100_000
LINES_AN_INVOICE = 4
RETURNS = 0.05
CSV_RATIO, XLSX_RATIO = 6, 4
CHANGE_SET_SECONDS = 20.0
PEAK_MEBIBYTES = 1536
TODAY = date(2026, 3, 31)
SETTINGS = Settings(timezone="Europe/Paris", currency="EUR")
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
        rows = sum(table.frame.height for table in file.tables)
    if sum(part.rows_applied for part in parts) != rows or not suites.results[0].success:
        raise SystemExit("Not every row of the file was applied: this measures nothing.")


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


def write_csv(path: Path, count: int) -> Path:
    """Write a French export: semicolons, decimal commas, days first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(";".join(HEADERS) + "\r\n")
        for invoice, client, product, quantity, price, moment in sales_rows(count):
            amount = str(price).replace(".", ",")
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
    words = [sys.executable, __file__, task, str(path)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | KEEP_FREED)
    return {name: Taken(**taken) for name, taken in json.loads(done.stdout).items()}


def median_of(runs: Sequence[dict[str, Taken]]) -> dict[str, Taken]:
    """Return the median of each stage's figures."""
    return {
        name: Taken(
            *(statistics.median(figures) for figures in zip(*(astuple(run[name]) for run in runs), strict=True))
        )
        for name in runs[0]
    }


def main() -> None:
    """Write the files, measure the tasks in turns, and print tables, ratios and the peak of memory."""
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        large = write_csv(Path(folder) / "sales.csv", CSV_LINES)
        many = write_csv(Path(folder) / "many.csv", MANY_CSV_LINES)
        book = write_xlsx(Path(folder) / "sales.xlsx", XLSX_ROWS)
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
    print_peak(longest)


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


def print_peak(stages: dict[str, Taken]) -> None:
    """Print the peak of memory that is aimed at, and whether it is kept."""
    peak = max(taken.peak for taken in stages.values())
    said = "kept" if peak <= PEAK_MEBIBYTES else "missed"
    print(f"\n{MANY_CSV_LINES:,} lines within {peak:.0f} MiB; aim {PEAK_MEBIBYTES}: {said}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run_task(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
