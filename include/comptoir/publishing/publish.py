"""Publishing a file's records of one kind, and withdrawing and restoring them, exactly once, whatever dies when.

Under the lease of the kind: take a sequence, compare with the register, commit the change set to the lake,
then finish it: name the claims, update the register, send the events, note it in the ledger, complete the
lease. The commit decides. A change set that is in the lake is finished by whoever holds the lease next,
from the lake, before anything else; one that isn't has left no trace, and its sequence is used again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from comptoir.changes import shown, withdrawal
from comptoir.changes.act import Act
from comptoir.changes.change_set import (
    CLAIM_SCHEMA,
    ChangeSet,
    Parts,
    Stamp,
    changed_records,
    make_change_set,
    stamp_of,
)
from comptoir.changes.records import Clock, build_records
from comptoir.lazy import Spool
from comptoir.publishing import kafka, lake
from comptoir.stores import ledger, register
from comptoir.stores.acts import ACT_OF
from comptoir.stores.closing import refuse_closed
from comptoir.stores.leases import lease
from comptoir.stores.ledger import State
from comptoir.stores.register import Update, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

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
    servers: Servers, settings: Settings, entry: ledger.Entry, kind: str, portions: Sequence[Sequence[pl.DataFrame]]
) -> None:
    """Publish a file's accepted rows of a kind; nothing happens where that is done already.

    Args:
        servers: what to write to.
        settings: for the lease and the trader's time zone.
        entry: the file's entry in the ledger.
        kind: the kind of the rows.
        portions: the accepted rows, all of a record in one portion; of each one frame per sheet, with `row` and
            `sheet`.

    Raises:
        TransientError: a server was away or another worker took over; the same call may be made again.
        RejectedFileError: the rows contradict each other.
        ClosedBooksError: the closing date has moved since the rows were judged.
    """

    def compare(held: Lease) -> Parts:
        stamp = _stamp(held, entry)
        clock = Clock(settings.timezone, stamp.published_at.astimezone(settings.zone).date())
        records = (_records(servers, kind, tables, stamp, clock) for tables in portions)
        return Spool(_compare(servers, each, stamp, clock.today) for each in records)

    _publish_once(servers, settings, kind, compare, lambda: kind in _found(servers, entry)["published"])


def change_back_kind(servers: Servers, settings: Settings, entry: ledger.Entry, kind: str) -> None:
    """Withdraw or restore a file's records of a kind, as its latest act says; nothing happens where that is done.

    Raises:
        TransientError: a server was away or another worker took over; the same call may be made again.
        ClosedBooksError: an invoice of a closed period would change.
    """
    act, turn = ACT_OF[State(entry["state"])], len(entry["acts"])

    def compare(held: Lease) -> Parts:
        return [_changed_back(servers, settings, entry, _stamp(held, entry, act, turn))]

    def is_done() -> bool:
        return kind in _found(servers, entry)["acts"][turn - 1]["published"]

    _publish_once(servers, settings, kind, compare, is_done)


def _records(servers: Servers, kind: str, tables: Sequence[pl.DataFrame], stamp: Stamp, clock: Clock) -> pl.DataFrame:
    records = build_records(kind, tables, clock)
    if kind == "products":
        return register.place_products(servers.hot, records, stamp.landing, clock.today)[0]
    return records


def foresee_change_back(servers: Servers, settings: Settings, entry: ledger.Entry, kind: str, act: Act) -> ChangeSet:
    """Return what withdrawing or restoring a file's records of a kind would change now; nothing is written.

    Raises:
        TransientError: a server was away, or another worker is changing these records.
    """
    stamp = Stamp(
        kind=kind,
        sequence=0,
        file_id=entry["_id"],
        landing=entry["landing"],
        token=0,
        published_at=datetime.now(UTC),
        act=act,
        turn=len(entry["acts"]) + 1,
    )
    return _changed_back(servers, settings, entry, stamp)


def _changed_back(servers: Servers, settings: Settings, entry: ledger.Entry, stamp: Stamp) -> ChangeSet:
    today = stamp.published_at.astimezone(settings.zone).date()
    claimed = lake.read_claims(servers.cold, stamp.kind, entry["published"][stamp.kind]["sequence"])
    if stamp.act is Act.RESTORE:
        return _compare(servers, withdrawal.records_of(stamp.kind, claimed, today), stamp, today)
    return _take_back(servers, claimed, stamp, today)


def _found(servers: Servers, entry: ledger.Entry) -> ledger.Entry:
    return ledger.find(servers.hot, entry["_id"])


def _publish_once(
    servers: Servers, settings: Settings, kind: str, make: Callable[[Lease], Parts], is_done: Callable[[], bool]
) -> None:
    """Make, commit and finish a change set under the lease, after a predecessor's; stop once it is noted as done."""
    with lease(servers.hot, settings, kind) as held:
        finish_committed(servers, held)
        while not is_done():
            change_set = make(held)
            if kind == "sales":
                for part in change_set:
                    refuse_closed(servers.hot, part.events)
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


def _stamp(held: Lease, entry: ledger.Entry, act: Act = Act.LAND, turn: int = 0) -> Stamp:
    return Stamp(
        kind=held.kind,
        sequence=held.allot(entry["_id"]),
        file_id=entry["_id"],
        landing=entry["landing"],
        token=held.token,
        published_at=datetime.now(UTC),
        act=act,
        turn=turn,
    )


def _compare(servers: Servers, records: pl.DataFrame, stamp: Stamp, today: date) -> ChangeSet:
    digests = register.fetch_digests(servers.hot, stamp.kind, records["record_id"].to_list())
    changed = changed_records(records, digests, stamp.landing)
    replaced = [record_id for record_id in changed["record_id"] if record_id in digests]
    before = register.fetch_versions(servers.hot, stamp.kind, replaced)
    return _with_shown(servers, make_change_set(records, changed, before, stamp), {}, today)


def _with_shown(servers: Servers, made: ChangeSet, heirs: Mapping[str, int | None], today: date) -> ChangeSet:
    """Add to a change set of products what must be told anew, so that the latest-landed claim shows each product."""
    if made.stamp.kind != "products":
        return made
    before = register.fetch_standings(servers.hot, made.claims["record_id"].to_list())
    prices = shown.to_tell_anew(made, before, shown.landings_after(made, before, heirs))
    versions = register.fetch_versions(servers.hot, "products", list(prices))
    return shown.tell_anew(made, prices, versions, today) if prices else made


def _take_back(servers: Servers, claimed: pl.DataFrame, stamp: Stamp, today: date) -> ChangeSet:
    record_ids = claimed["record_id"].to_list()
    registered = register.fetch_claims(servers.hot, stamp.kind, record_ids)
    heirs = withdrawal.heirs_of(record_ids, registered, stamp.landing)
    changed = withdrawal.changed_by_withdrawal(heirs, _claims_of(servers, stamp.kind, heirs))
    before = register.fetch_versions(servers.hot, stamp.kind, changed["record_id"].to_list())
    made = withdrawal.make_withdrawal(claimed, changed, before, stamp, today)
    return _with_shown(servers, made, dict(heirs.select("record_id", "landing").iter_rows()), today)


def _claims_of(servers: Servers, kind: str, heirs: pl.DataFrame) -> pl.DataFrame:
    """Read the claims that count once those of a file are taken back, one file of the lake after the other."""
    found = [pl.DataFrame(schema=CLAIM_SCHEMA)]
    for (sequence,), wanted in heirs.drop_nulls("sequence").group_by("sequence"):
        claims = lake.read_claims(servers.cold, kind, int(str(sequence)))
        found.append(claims.join(wanted, on="record_id", how="semi"))
    return pl.concat(found)


def _finish(servers: Servers, held: Lease, change_set: Parts, *, resumed: bool) -> None:
    """Do all that follows from a committed change set; each step may have been done before."""
    stamp = stamp_of(change_set)
    lake.name_claims(servers.cold, stamp)
    counts: Counter[str] = Counter()
    for part in change_set:
        _register(servers.hot, part)
        counts.update(_counts(part))
    channel = kafka.Channel(stamp.kind, servers.kafka)
    sent = kafka.send(channel, change_set, resumed=resumed, check=held.check)
    offsets = kafka.merge_offsets(held.last_offsets, sent)
    published = {"sequence": stamp.sequence, "offsets": offsets} | counts
    ledger.note_published(servers.hot, stamp.file_id, stamp.kind, published, turn=stamp.turn)
    held.complete(stamp.sequence, offsets)


def _counts(change_set: ChangeSet) -> dict[str, int]:
    """Return what a change set did: rows of a file that came, else records that changed back."""
    if change_set.stamp.act is Act.LAND:
        return {"rows_applied": change_set.rows_applied, "rows_unchanged": change_set.rows_unchanged}
    changed = change_set.changes["op"].value_counts().rows()
    return {f"records_{op}": count for op, count in changed} | {"records_unchanged": len(change_set.confirmed)}


def _register(hot: Hot, change_set: ChangeSet) -> None:
    stamp = change_set.stamp
    changed = change_set.claims.join(change_set.changes, on="record_id", how="inner", maintain_order="left")
    update = Update(
        sequence=stamp.sequence,
        landing=stamp.landing,
        takes_back=stamp.act is Act.WITHDRAW,
        changed=[Version(*fields) for fields in changed.select("record_id", "digest", "after").iter_rows()],
        unchanged=change_set.confirmed,
    )
    register.apply(hot, stamp.kind, update)
    if stamp.kind == "products":
        told = change_set.events.select("record_id", "landing").iter_rows()
        register.note_told(hot, stamp.sequence, dict(told))
