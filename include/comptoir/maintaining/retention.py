"""What nobody needs any more, store by store; each function removes it and says how much that was.

What the promises rest on is never removed: raw files, change sets and claims, held rows, the ledger, the register and
the audit log.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.embedded.attend import LOG_LIMIT_BYTES
from comptoir.publishing.topics import keep_topics
from comptoir.stores import cold as store
from comptoir.stores import ledger
from comptoir.stores.hot import at_current_epoch, epochs_kept, in_chunks, reaching_mongo
from comptoir.stores.pages import up_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pymongo.database import Database

    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot

DAY_FOLDER: Final = "day="
EPOCH_FOLDER: Final = "epoch-"
BATCHES_KEPT: Final = 1_000  # notes of a stream's batches; a replay needs the last one
REPORTS: Final = {"data_docs": "data_docs", "rejects": "rejects"}  # the ledger's field and its folder in the home


@reaching_mongo()
def thin_snapshots(hot: Hot, cold: Cold, settings: Settings) -> Counter[str]:
    """Keep old days' snapshots and loss risks at the ends of months alone; any other day can be computed anew."""
    oldest = datetime.now(settings.zone).date() - timedelta(days=settings.snapshot_days)
    gone = [path for path, day in _snapshot_days(cold) if day < oldest and not is_month_end(day)]
    for path in gone:
        store.remove(cold, path)
    return Counter(snapshots_removed=len(gone), losses_removed=_thin_losses(hot, oldest))


def _thin_losses(hot: Hot, oldest: date) -> int:
    """Remove loss risks of old days but the latest ones, which are shown; heads before their pages, as readers look.

    The stream may be answering for such a day at this moment: what it writes has a higher version than what goes.
    """
    facts = at_current_epoch(hot).facts
    latest = facts[names.KPI_LOSSES].find_one({}, {"_id": 1}, sort=[("_id", -1)]) or {"_id": ""}
    before = min(oldest.isoformat(), latest["_id"])
    heads = _old_heads(facts, before)
    as_seen = [{"_id": head["_id"], "version": head["version"]} for head in heads]
    removed = sum(facts[names.KPI_LOSSES].delete_one(each).deleted_count for each in as_seen)
    for head in [*heads, *_headless(facts, before)]:
        facts[names.KPI_PAGES].delete_many(up_to(head))
    return removed


def _old_heads(facts: Database[dict[str, Any]], before: str) -> list[dict[str, Any]]:
    """Return the heads of days before another one, without months' last days."""
    heads = facts[names.KPI_LOSSES].find({"_id": {"$lt": before}}, {"version": 1})
    return [head for head in heads if not is_month_end(date.fromisoformat(head["_id"]))]


def _headless(facts: Database[dict[str, Any]], before: str) -> list[dict[str, Any]]:
    """Return what to remove of old days' pages whose head is gone, as whoever removed or wrote them died.

    A page that is younger than a head of yesterday may be one whose head is about to be written.
    """
    yesterday = {"as_of": {"$lt": datetime.now(UTC) - timedelta(days=1)}}
    last = facts[names.KPI_LOSSES].find_one(yesterday, {"version": 1}, sort=[("version", -1)])
    if last is None:
        return []
    pages, heads = (
        facts[name].find({"_id": {"$lt": before}}, {"_id": 1}) for name in (names.KPI_PAGES, names.KPI_LOSSES)
    )
    days = {page["_id"].partition("#")[0] for page in pages} - {head["_id"] for head in heads}
    return [{"_id": day, "version": last["version"]} for day in sorted(days)]


def _snapshot_days(cold: Cold) -> Iterator[tuple[str, date]]:
    for kpi in store.list_names(cold, names.LAKE_SNAPSHOTS):
        folder = f"{names.LAKE_SNAPSHOTS}/{kpi}"
        for name in store.list_names(cold, folder):
            yield f"{folder}/{name}", date.fromisoformat(name.removeprefix(DAY_FOLDER))


def is_month_end(day: date) -> bool:
    """Tell whether a day is the last one of its month."""
    return (day + timedelta(days=1)).day == 1


def trim_topics(hot: Hot, cold: Cold, settings: Settings) -> Counter[str]:  # noqa: ARG001 - as all steps
    """See that Kafka keeps each topic's messages as long as the settings say; Kafka itself removes older ones."""
    return Counter(topics_changed=len(keep_topics(settings)))


@reaching_mongo()
def trim_checkpoints(hot: Hot, cold: Cold, settings: Settings) -> Counter[str]:  # noqa: ARG001 - as all steps
    """Remove the checkpoints of epochs whose figures are gone, and the oldest notes of the stream's batches."""
    current = at_current_epoch(hot)
    kept = epochs_kept(hot)
    gone = [path for path, epoch in _checkpoints(cold) if epoch < current.epoch and epoch not in kept]
    for path in gone:
        store.remove(cold, path)
    batches = current.facts[names.BATCHES]
    last = next(batches.find({}, {"number": 1}).sort("number", -1).limit(1), {"number": 0})
    notes = batches.delete_many({"number": {"$lte": last["number"] - BATCHES_KEPT}}).deleted_count
    return Counter(checkpoints_removed=len(gone), batch_notes_removed=notes)


def _checkpoints(cold: Cold) -> Iterator[tuple[str, int]]:
    for query in store.list_names(cold, names.LAKE_CHECKPOINTS):
        folder = f"{names.LAKE_CHECKPOINTS}/{query}"
        for name in store.list_names(cold, folder):
            if name.startswith(EPOCH_FOLDER):
                yield f"{folder}/{name}", int(name.removeprefix(EPOCH_FOLDER))


@reaching_mongo()
def clear_staging(hot: Hot, cold: Cold, settings: Settings) -> Counter[str]:
    """Remove accepted rows that were on their way when something died, of files that have come to their end."""
    long_ago = datetime.now(UTC) - timedelta(hours=settings.lake_grace_hours)
    waiting = [each.name for each in store.list_files(cold, names.LAKE_STAGING) if each.changed_at < long_ago]
    on_its_way = {"state": {"$in": sorted(ledger.ON_ITS_WAY)}}
    found = (hot.ledger.find({"_id": {"$in": some}} | on_its_way, {"_id": 1}) for some in in_chunks(waiting))
    needed = {entry["_id"] for some in found for entry in some}
    gone = [name for name in waiting if name not in needed]
    for name in gone:
        store.remove(cold, f"{names.LAKE_STAGING}/{name}")
    return Counter(staged_files_removed=len(gone), working_copies_removed=_clear_working_copies(settings, long_ago))


def _clear_working_copies(settings: Settings, long_ago: datetime) -> int:
    """Remove the copies that tasks were reading when they were killed; return how many."""
    folder = settings.home / "work"
    left = [each for each in folder.glob("*") if each.stat().st_mtime < long_ago.timestamp()]
    for copy in left:
        shutil.rmtree(copy, ignore_errors=True)
    return len(left)


@reaching_mongo()
def remove_reports(hot: Hot, cold: Cold, settings: Settings) -> Counter[str]:  # noqa: ARG001 - as all steps
    """Remove Data Docs and reject files of files that came long ago; the ledger keeps their gravest problems."""
    long_ago = datetime.now(UTC) - timedelta(days=settings.report_days)
    done: Counter[str] = Counter()
    for field, folder in REPORTS.items():
        old = {"received_at": {"$lt": long_ago}, field: {"$ne": None}, "state": {"$nin": sorted(ledger.UNSETTLED)}}
        for entry in list(hot.ledger.find(old, {"_id": 1})):
            # The ledger first: a page never points to what is gone.
            hot.ledger.update_one({"_id": entry["_id"]}, {"$set": {field: None}})
            shutil.rmtree(settings.home / folder / entry["_id"], ignore_errors=True)
            done["reports_removed"] += 1
    return done


def remove_logs(hot: Hot, cold: Cold, settings: Settings) -> Counter[str]:  # noqa: ARG001 - as all steps
    """Remove logs that nobody has written to for long, of tasks and of servers' earlier lives; cut long ones."""
    folder = settings.home / "logs"
    long_ago = (datetime.now(UTC) - timedelta(days=settings.log_days)).timestamp()
    old = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_mtime < long_ago]
    for path in old:
        path.unlink(missing_ok=True)
        _remove_empty(path.parent, folder)
    long = [path for path in folder.glob("*.log") if path.stat().st_size > LOG_LIMIT_BYTES]
    for path in long:
        _cut(path)
    return Counter(logs_removed=len(old), logs_cut=len(long))


def _cut(log: Path) -> None:
    """Set what a log says aside and empty it; servers append to it, and go on at its new end."""
    shutil.copyfile(log, log.with_suffix(".log.1"))
    os.truncate(log, 0)


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
