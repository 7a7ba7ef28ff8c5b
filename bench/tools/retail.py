"""A real retailer's year as change sets: 541,909 lines, of which those of 25,898 invoices are published."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from comptoir.changes.change_set import ChangeSet, Stamp, changed_records, make_change_set
from comptoir.changes.records import Clock, build_records
from comptoir.examining import examine
from comptoir.lazy import Spool
from comptoir.publishing import kafka
from comptoir.reading.reader import read_file
from comptoir.settings import PROJECT_ROOT
from comptoir.stores.offsets import Offsets, merge_offsets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from comptoir.settings import Settings

DATA = Path(os.environ.get("COMPTOIR_SHARED_DATA", PROJECT_ROOT.parent / "shared" / "data"))
WHOLE_YEAR = DATA / "online-retail-full.csv.gz"
PUBLISHED = datetime(2011, 12, 12, 9, tzinfo=UTC)  # the Monday after the file's last day


def whole_year() -> Path:
    """Return the file; leave with a sentence where it is not at hand."""
    if not WHOLE_YEAR.exists():
        print(f"Skipped: {WHOLE_YEAR} is not there; set COMPTOIR_SHARED_DATA to the folder that has it.")
        sys.exit(0)
    return WHOLE_YEAR


def accepted_of(path: Path, settings: Settings) -> list[Sequence[pl.DataFrame]]:
    """Read and judge a sales file, the register being empty; return its accepted rows, portion by portion."""
    examined = examine(read_file(path, settings), None, settings, "good_rows", clock_of(settings))
    return [portion["sales"] for portion in examined.accepted()]


def clock_of(settings: Settings) -> Clock:
    """Return the clock of the day on which the year is published."""
    return Clock(settings.timezone, PUBLISHED.date())


def change_sets_of(portions: Sequence[Sequence[pl.DataFrame]], settings: Settings) -> Spool[ChangeSet]:
    """Return the change sets of accepted rows, one for each portion, each invoice being new."""
    return Spool(sales_changes(tables, clock_of(settings), 1) for tables in portions)


def sales_changes(accepted: Sequence[pl.DataFrame], clock: Clock, sequence: int) -> ChangeSet:
    """Return the change set of accepted rows of sales; each invoice is new."""
    records = build_records("sales", accepted, clock)
    stamp = Stamp("sales", sequence, f"file-{sequence}", sequence, 1, PUBLISHED)
    return make_change_set(records, changed_records(records, {}, sequence), {}, stamp)


def lines_of(change_sets: Spool[ChangeSet]) -> int:
    """Return how many lines change sets apply."""
    return sum(each.rows_applied for each in change_sets)


def events_of(change_sets: Spool[ChangeSet]) -> int:
    """Return how many invoices change sets apply."""
    return sum(each.events.height for each in change_sets)


def send(settings: Settings, change_sets: Iterable[ChangeSet]) -> Offsets:
    """Send change sets of sales as imports do once they are in the lake; return the last offsets."""
    channel = kafka.Channel("sales", {"bootstrap.servers": settings.kafka})
    ends: Offsets = {}
    for each in change_sets:
        ends = merge_offsets(ends, kafka.send(channel, each, resumed=False, check=lambda: None))
    return ends
