"""Records and the register become a change set: an event where the effective version of a record changes.

The effective version is the claim of the latest-landed file. A record that is registered from a file which
landed later stays as it is; so does one that comes as it is registered already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.changes.act import Act
from comptoir.records import uuid_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

EVENT_SCHEMA: Final = pl.Schema(
    {
        "event_id": pl.String(),
        "file_id": pl.String(),
        "sequence": pl.Int64(),
        "kind": pl.String(),
        "op": pl.String(),
        "record_id": pl.String(),
        "before": pl.String(),
        "after": pl.String(),
        "business_day": pl.Date(),
        "published_at": pl.Datetime("us", "UTC"),
        "landing": pl.Int64(),
    }
)
CLAIM_SCHEMA: Final = pl.Schema(
    {
        "file_id": pl.String(),
        "landing": pl.Int64(),
        "sequence": pl.Int64(),
        "record_id": pl.String(),
        "version": pl.String(),
        "digest": pl.String(),
        "rows": pl.List(pl.Int64),
        "sheet": pl.String(),
    }
)


@dataclass(frozen=True)
class Stamp:
    """What a change set carries besides its records: whose it is, which number it has, and when it was made.

    `token` is the fencing token of the lease under which it was made; `turn` says which of the acts after the
    file's landing it belongs to, from 1.
    """

    kind: str
    sequence: int
    file_id: str
    landing: int
    token: int
    published_at: datetime
    act: Act = Act.LAND
    turn: int = 0


@dataclass(frozen=True)
class ChangeSet:
    """A file's records of one kind, all of them as claims, and an event for each that changes something.

    A long file has several, each with all that it says of some of the records.
    `landing` of an event is that of the file whose claim counts afterwards, null where none does. In a
    withdrawal the claims are those that are taken back: `digest` is that of what counts afterwards instead.
    """

    stamp: Stamp
    events: pl.DataFrame
    claims: pl.DataFrame

    @property
    def changes(self) -> pl.DataFrame:
        """The events that change a version; the others tell one anew, see `changes.shown`."""
        return self.events.filter(pl.col("before").ne_missing(pl.col("after")))

    @property
    def confirmed(self) -> list[str]:
        """Ids of the claimed records that change nothing."""
        return self.claims.join(self.changes, on="record_id", how="anti")["record_id"].to_list()

    @property
    def rows_applied(self) -> int:
        """How many rows of the file changed something."""
        changed = self.claims.join(self.changes, on="record_id", how="semi")
        return int(changed["rows"].list.len().sum())

    @property
    def rows_unchanged(self) -> int:
        """How many rows of the file changed nothing."""
        return int(self.claims["rows"].list.len().sum()) - self.rows_applied


def changed_records(records: pl.DataFrame, registered: Mapping[str, tuple[str, int]], landing: int) -> pl.DataFrame:
    """Return the records whose effective version changes, with `op`.

    Args:
        records: what the file says, of `records.RECORD_SCHEMA`.
        registered: digest and landing number of the registered records, by record id.
        landing: the file's landing number.
    """
    found = pl.DataFrame(
        [(record_id, digest, land) for record_id, (digest, land) in registered.items()],
        schema={"record_id": pl.String(), "registered_digest": pl.String(), "registered_landing": pl.Int64},
        orient="row",
    )
    compared = records.join(found, on="record_id", how="left", maintain_order="left")
    is_new = pl.col("registered_digest").is_null()
    differs = pl.col("digest") != pl.col("registered_digest")
    landed_later = pl.col("registered_landing") < landing
    op = pl.when(is_new).then(pl.lit("insert")).otherwise(pl.lit("replace"))
    changed = compared.filter(is_new | (differs & landed_later)).with_columns(op.alias("op"))
    return changed.drop("registered_digest", "registered_landing")


def make_change_set(records: pl.DataFrame, changed: pl.DataFrame, before: Mapping[str, str], stamp: Stamp) -> ChangeSet:
    """Make the change set of a file's records.

    Args:
        records: all that the file says, of `records.RECORD_SCHEMA`.
        changed: those that change something, from `changed_records`.
        before: the registered version of those that replace one, by record id.
        stamp: what the change set carries.
    """
    ids = changed["record_id"].to_list()
    events = changed.select("op", "record_id", pl.col("version").alias("after"), "business_day").with_columns(
        pl.Series("event_id", [event_id_of(stamp, record_id) for record_id in ids], pl.String),
        pl.Series("before", [before.get(record_id) for record_id in ids], pl.String),
        *stamped(stamp, "file_id", "sequence", "kind", "published_at", "landing"),
    )
    claims = records.with_columns(*stamped(stamp, "file_id", "landing", "sequence"))
    return ChangeSet(
        stamp,
        events.select(*EVENT_SCHEMA).cast(EVENT_SCHEMA),
        claims.select(*CLAIM_SCHEMA).cast(CLAIM_SCHEMA),
    )


def event_id_of(stamp: Stamp, record_id: str) -> str:
    """Return the identity of an event, the same however often it is made."""
    return uuid_of(f"event:{stamp.file_id}:{stamp.kind}:{record_id}:{stamp.sequence}")


def stamped(stamp: Stamp, *fields: str) -> list[pl.Expr]:
    """Return fields of a stamp as columns that are the same in each row."""
    return [pl.lit(getattr(stamp, field)).alias(field) for field in fields]
