"""Publishing a file's records of one kind, and withdrawing and restoring them, exactly once, whatever dies when.

Under the lease of the kind: take a sequence, compare with the register, commit the change set to the lake,
then finish it: name the claims, update the register, send the events, note it in the ledger, complete the
lease. The commit decides. A change set that is in the lake is finished by whoever holds the lease next,
from the lake, before anything else; one that isn't has left no trace, and its sequence is used again.

A long file has a change set of each of its portions, and gives the lease back after each, so that small files come
in between. As it waits for the stream, too, these don't queue behind all of it.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.changes import shown, withdrawal
from comptoir.changes.act import Act
from comptoir.changes.change_set import CLAIM_SCHEMA, ChangeSet, Stamp, changed_records, make_change_set
from comptoir.changes.records import Clock, build_records
from comptoir.errors import RejectedFileError
from comptoir.publishing import kafka, lake
from comptoir.stores import ledger, register
from comptoir.stores.acts import ACT_OF
from comptoir.stores.closing import closing_day, has_closing_moved, refuse_closed
from comptoir.stores.leases import LONGEST_PAUSE_SECONDS, Lease, lease
from comptoir.stores.ledger import State
from comptoir.stores.offsets import Offsets, has_passed, merge_offsets
from comptoir.stores.register import Update, Version
from comptoir.stores.settling import read_by_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot

# Of 100,000 to 250,000 lines each: with three of them ahead the stream has full batches for 20 s and more.
PORTIONS_AHEAD: Final = 3
TURN_SECONDS: Final = 1.2 * LONGEST_PAUSE_SECONDS  # whoever waits for a lease looks once in that time
STANDING_SECONDS: Final = 60.0  # where the stream stands, a file goes on: Kafka keeps what it has not read


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
    """Publish a file's accepted rows of a kind, portion by portion; what is published already is passed over.

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
        ClosedBooksError: the closing date has moved since the rows were judged, and nothing is published yet.
    """

    def compare(held: Lease, portion: int) -> ChangeSet:
        stamp = _stamp(held, entry)
        clock = Clock(settings.timezone, stamp.published_at.astimezone(settings.zone).date())
        return _compare(servers, _records(servers, kind, portions[portion], stamp, clock), stamp, clock.today)

    judged_at = entry["staged"]["at"]
    work = Work(kind, len(portions), judged_at, compare, told=lambda: _found(servers, entry))
    _publish_in_turns(servers, settings, work)


def change_back_kind(servers: Servers, settings: Settings, entry: ledger.Entry, kind: str) -> None:
    """Withdraw or restore a file's records of a kind, as its latest act says; what is done already is passed over.

    Raises:
        TransientError: a server was away or another worker took over; the same call may be made again.
        ClosedBooksError: an invoice of a closed period would change, and nothing is changed yet.
    """
    act, turn = ACT_OF[State(entry["state"])], len(entry["acts"])
    landed = ledger.published_of(entry, kind).sequences

    def compare(held: Lease, portion: int) -> ChangeSet:
        return _changed_back(servers, settings, landed[portion], _stamp(held, entry, act, turn))

    work = Work(kind, len(landed), None, compare, told=lambda: _found(servers, entry)["acts"][turn - 1])
    _publish_in_turns(servers, settings, work)


def _records(servers: Servers, kind: str, tables: Sequence[pl.DataFrame], stamp: Stamp, clock: Clock) -> pl.DataFrame:
    records = build_records(kind, tables, clock)
    if kind == "products":
        return register.place_products(servers.hot, records, stamp.landing, clock.today)[0]
    return records


def foresee_change_back(
    servers: Servers, settings: Settings, entry: ledger.Entry, kind: str, act: Act
) -> Iterator[ChangeSet]:
    """Give what withdrawing or restoring a file's records of a kind would change now; nothing is written.

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
    for landed in ledger.published_of(entry, kind).sequences:
        yield _changed_back(servers, settings, landed, stamp)


def _changed_back(servers: Servers, settings: Settings, landed: int, stamp: Stamp) -> ChangeSet:
    today = stamp.published_at.astimezone(settings.zone).date()
    claimed = lake.read_claims(servers.cold, stamp.kind, landed)
    if stamp.act is Act.RESTORE:
        return _compare(servers, withdrawal.records_of(stamp.kind, claimed, today), stamp, today)
    return _take_back(servers, claimed, stamp, today)


def _found(servers: Servers, entry: ledger.Entry) -> ledger.Entry:
    return ledger.find(servers.hot, entry["_id"])


@dataclass(frozen=True)
class Work:
    """What is to be published of a file and kind.

    Attributes:
        kind: the kind.
        portions: how many change sets there are to be.
        judged_at: when its rows were judged, closed books among all else; None where none were.
        make: compares a portion with the register, under the lease.
        told: what the ledger notes by now of all kinds, of the file's landing or of its later act.
    """

    kind: str
    portions: int
    judged_at: datetime | None
    make: Callable[[Lease, int], ChangeSet]
    told: Callable[[], ledger.Entry]

    def published(self) -> ledger.Published:
        """Return what the ledger notes of it by now."""
        return ledger.published_of(self.told(), self.kind)

    def has_begun(self) -> bool:
        """Tell whether anything of the file is published by now, of this or of another kind."""
        return bool(self.told()["published"])


def _publish_in_turns(servers: Servers, settings: Settings, work: Work) -> None:
    """Publish each portion once, under a lease of its own.

    The last one's lease is taken even where all is noted: its holder may have died before that was complete.
    """
    done, last = len(work.published().sequences), work.portions - 1
    ahead: deque[Offsets] = deque(maxlen=PORTIONS_AHEAD)
    for portion in range(min(done, last), last + 1):
        if ahead:
            _give_way(servers.hot, ahead)
        with lease(servers.hot, settings, work.kind) as held:
            _publish_once(servers, held, work, portion)
        ahead.append(work.published().offsets)


def _publish_once(servers: Servers, held: Lease, work: Work, portion: int) -> None:
    """Make, commit and finish a portion's change set, after a predecessor's; stop once it is noted as done."""
    finish_committed(servers, held)
    while len(work.published().sequences) <= portion:
        change_set = _made(servers.hot, held, work, portion)
        if lake.commit(servers.cold, change_set):
            _finish(servers, held, change_set, resumed=False)
        else:
            finish_committed(servers, held)


def _made(hot: Hot, held: Lease, work: Work, portion: int) -> ChangeSet:
    try:
        change_set = work.make(held, portion)
        if work.kind == "sales" and not work.has_begun():
            _refuse_closed(hot, held, work, change_set)
    except RejectedFileError:
        held.give_up()
        raise
    return change_set


def _refuse_closed(hot: Hot, held: Lease, work: Work, first: ChangeSet) -> None:
    """Refuse the whole of a file before anything of it: the rest is published whatever is closed meanwhile."""
    refuse_closed(hot, first.events)
    if closing_day(hot) and (work.judged_at is None or has_closing_moved(hot, since=work.judged_at)):
        for portion in range(1, work.portions):
            refuse_closed(hot, work.make(held, portion).events)


def _give_way(hot: Hot, ahead: deque[Offsets]) -> None:
    """Let others have the lease, and the stream come nearer: it reads what they publish after all this."""
    time.sleep(TURN_SECONDS)
    seen: Offsets = {}
    since = time.monotonic()
    while len(ahead) == PORTIONS_AHEAD and not has_passed(now := read_by_stream(hot), ahead[0]):
        if now != seen:
            seen, since = now, time.monotonic()
        elif time.monotonic() - since > STANDING_SECONDS:
            ahead.clear()
        time.sleep(TURN_SECONDS)


def finish_committed(servers: Servers, held: Lease) -> None:
    """Finish the change set that a predecessor committed and left unfinished, if there is one."""
    sequence = held.last_sequence + 1
    if lake.is_committed(servers.cold, held.kind, sequence):
        change_set = lake.read(servers.cold, held.kind, sequence)
        _finish(servers, held, change_set, resumed=True)


def finish_left(servers: Servers, settings: Settings, kind: str) -> None:
    """Finish what a dead holder of a kind's lease committed; what it only began is forgotten.

    Raises:
        TransientError: a server was away or another worker has the lease; the same call may be made again.
    """
    with lease(servers.hot, settings, kind) as held:
        finish_committed(servers, held)
        if held.pending:
            held.give_up()


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


def _finish(servers: Servers, held: Lease, change_set: ChangeSet, *, resumed: bool) -> None:
    """Do all that follows from a committed change set; each step may have been done before."""
    stamp = change_set.stamp
    lake.name_claims(servers.cold, stamp)
    _register(servers.hot, change_set)
    channel = kafka.Channel(stamp.kind, servers.kafka)
    sent = kafka.send(channel, change_set, resumed=resumed, check=held.check)
    offsets = merge_offsets(held.last_offsets, sent)
    published = ledger.Published([stamp.sequence], offsets, _counts(change_set))
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
