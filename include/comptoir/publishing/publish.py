"""Publishing a file's records of one kind, exactly once, whatever dies when.

Under the lease of the kind: take a sequence, compare with the register, commit the change set to the lake,
then finish it: name the claims, update the register, send the events, note it in the ledger, complete the
lease. The commit decides. A change set that is in the lake is finished by whoever holds the lease next,
from the lake, before anything else; one that isn't has left no trace, and its sequence is used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comptoir.changes.change_set import ChangeSet, Stamp, changed_records, make_change_set
from comptoir.changes.records import Clock, build_records
from comptoir.publishing import kafka, lake
from comptoir.stores import ledger, register
from comptoir.stores.leases import lease
from comptoir.stores.register import Origin, Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot
    from comptoir.stores.leases import Lease


@dataclass(frozen=True)
class Servers:
    """What publishing writes to.

    Attributes:
        hot: register, ledger and leases.
        cold: the lake.
        kafka: the configuration of Kafka's clients, at least `bootstrap.servers`.
    """

    hot: Hot
    cold: Cold
    kafka: dict[str, Any]


def publish_kind(
    servers: Servers, settings: Settings, entry: ledger.Entry, kind: str, tables: Sequence[pl.DataFrame]
) -> None:
    """Publish a file's accepted rows of a kind; nothing happens where that is done already.

    Args:
        servers: what to write to.
        settings: for the lease and the trader's time zone.
        entry: the file's entry in the ledger.
        kind: the kind of the rows.
        tables: the accepted rows, one frame per sheet, with `row` and `sheet`.

    Raises:
        TransientError: a server was away or another worker took over; the same call may be made again.
        RejectedFileError: the rows contradict each other.
    """
    with lease(servers.hot, settings, kind) as held:
        finish_committed(servers, held)
        while kind not in ledger.find(servers.hot, entry["_id"])["published"]:
            change_set = _compare(servers, settings, held, entry, tables)
            if lake.commit(servers.cold, change_set):
                _finish(servers, held, change_set, resumed=False)
            else:
                finish_committed(servers, held)


def finish_committed(servers: Servers, held: Lease) -> None:
    """Finish the change set that a predecessor committed and left unfinished, if there is one."""
    sequence = held.last_sequence + 1
    if lake.is_committed(servers.cold, held.kind, sequence):
        change_set = lake.read(servers.cold, held.kind, sequence)
        _finish(servers, held, change_set, resumed=True)


def _compare(
    servers: Servers, settings: Settings, held: Lease, entry: ledger.Entry, tables: Sequence[pl.DataFrame]
) -> ChangeSet:
    now = datetime.now(UTC)
    stamp = Stamp(
        kind=held.kind,
        sequence=held.allot(entry["_id"]),
        file_id=entry["_id"],
        landing=entry["landing"],
        token=held.token,
        published_at=now,
    )
    records = build_records(held.kind, tables, Clock(settings.timezone, now.astimezone(settings.zone).date()))
    digests = register.fetch_digests(servers.hot, held.kind, records["record_id"].to_list())
    changed = changed_records(records, digests, stamp.landing)
    replaced = [record_id for record_id in changed["record_id"] if record_id in digests]
    before = register.fetch_versions(servers.hot, held.kind, replaced)
    return make_change_set(records, changed, before, stamp)


def _finish(servers: Servers, held: Lease, change_set: ChangeSet, *, resumed: bool) -> None:
    """Do all that follows from a committed change set; each step may have been done before."""
    stamp = change_set.stamp
    lake.name_claims(servers.cold, stamp)
    _register(servers.hot, change_set)
    channel = kafka.Channel(stamp.kind, servers.kafka)
    sent = kafka.send(channel, change_set, resumed=resumed, check=held.check)
    offsets = kafka.merge_offsets(held.last_offsets, sent)
    published = {
        "sequence": stamp.sequence,
        "offsets": offsets,
        "rows_applied": change_set.rows_applied,
        "rows_unchanged": change_set.rows_unchanged,
    }
    ledger.note_published(servers.hot, stamp.file_id, stamp.kind, published)
    held.complete(stamp.sequence, offsets)


def _register(hot: Hot, change_set: ChangeSet) -> None:
    stamp = change_set.stamp
    changed = change_set.claims.join(change_set.events, on="record_id", how="semi", maintain_order="left")
    versions = [Version(*fields) for fields in changed.select("record_id", "digest", "version").iter_rows()]
    origin = Origin(stamp.sequence, stamp.file_id, stamp.landing)
    register.apply(hot, stamp.kind, origin, versions, change_set.confirmed)
