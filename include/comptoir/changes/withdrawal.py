"""A file's claims are taken back, or made again: what counts then, as a change set like any other.

The effective version of a record is the claim of the latest-landed file that is not withdrawn. Where that was
the withdrawn file's, the next claim counts again; where there is none, the record goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from comptoir.changes.change_set import CLAIM_SCHEMA, EVENT_SCHEMA, ChangeSet, Stamp, event_id_of, stamped
from comptoir.changes.records import RECORD_SCHEMA
from comptoir.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

HEIR_SCHEMA: Final = pl.Schema(
    {"record_id": pl.String(), "lost_digest": pl.String(), "landing": pl.Int64(), "sequence": pl.Int64()}
)


class Claim(NamedTuple):
    """That a file tells of a record: the file's landing number, and the change set that has the claim's text."""

    landing: int
    sequence: int


class Registered(NamedTuple):
    """What the register knows of a record: the effective version's digest, and every claim that counts."""

    digest: str
    claims: Sequence[Claim]


def heirs_of(claimed: Sequence[str], registered: Mapping[str, Registered], landing: int) -> pl.DataFrame:
    """Find whose claim counts once those of a file are taken back.

    Args:
        claimed: the ids of the records that the file claims.
        registered: these records as the register has them, by record id.
        landing: the file's landing number.

    Returns:
        A frame of `HEIR_SCHEMA`, one row per record whose effective version is the file's, with that version's
        digest; `landing` and `sequence` are those of the claim that counts then, null where there is none.

    Raises:
        TransientError: the register lacks claims of the file.
    """
    unknown = [one for one in claimed if landing not in {claim.landing for claim in _claims(registered, one)}]
    if unknown:
        raise TransientError(f"The register lacks {len(unknown)} claims of landing {landing}; the step is tried again.")
    rows = [(record_id, known.digest, *_heir(known, landing)) for record_id, known in registered.items()]
    lost = [row for row, known in zip(rows, registered.values(), strict=True) if max(known.claims).landing == landing]
    return pl.DataFrame(lost, schema=HEIR_SCHEMA, orient="row")


def _claims(registered: Mapping[str, Registered], record_id: str) -> Sequence[Claim]:
    return registered[record_id].claims if record_id in registered else ()


def _heir(known: Registered, landing: int) -> Claim | tuple[None, None]:
    return max((claim for claim in known.claims if claim.landing != landing), default=(None, None))


def changed_by_withdrawal(heirs: pl.DataFrame, coming: pl.DataFrame) -> pl.DataFrame:
    """Return the records that a withdrawal changes.

    Args:
        heirs: from `heirs_of`.
        coming: the heirs' claims: `record_id, version, digest`.

    Returns:
        `record_id, op, after, digest, landing`; `remove` has no version, digest and landing afterwards.

    Raises:
        TransientError: the text of a claim that is to count again was not found.
    """
    found = heirs.join(
        coming.select("record_id", pl.col("version").alias("after"), "digest"), on="record_id", how="left"
    )
    is_gone = pl.col("landing").is_null()
    lost = found.filter(~is_gone & pl.col("after").is_null()).height
    if lost:
        raise TransientError(f"The lake did not give the texts of {lost} claims; the step is tried again.")
    op = pl.when(is_gone).then(pl.lit("remove")).otherwise(pl.lit("replace")).alias("op")
    changed = found.filter(is_gone | (pl.col("digest") != pl.col("lost_digest")))
    return changed.select("record_id", op, "after", "digest", "landing")


def make_withdrawal(
    claimed: pl.DataFrame, changed: pl.DataFrame, before: Mapping[str, str], stamp: Stamp, today: date
) -> ChangeSet:
    """Make the change set of a withdrawal.

    Args:
        claimed: the claims that are taken back, of `CLAIM_SCHEMA`.
        changed: from `changed_by_withdrawal`.
        before: the registered version of the changed records, by record id.
        stamp: what the change set carries; its landing is that of the withdrawn file.
        today: the business day of publication.
    """
    ids = changed["record_id"].to_list()
    events = changed.with_columns(
        pl.Series("event_id", [event_id_of(stamp, record_id) for record_id in ids], pl.String),
        pl.Series("before", [before.get(record_id) for record_id in ids], pl.String),
        *stamped(stamp, "file_id", "sequence", "kind", "published_at"),
    ).with_columns(business_day_of(stamp.kind, pl.coalesce("after", "before"), today))
    afterwards = changed.select("record_id", "digest")
    claims = claimed.drop("digest", "version").join(afterwards, on="record_id", how="left", maintain_order="left")
    return ChangeSet(
        stamp,
        events.select(*EVENT_SCHEMA).cast(EVENT_SCHEMA),
        claims.with_columns(*stamped(stamp, "sequence"), pl.lit(None).alias("version"))
        .select(*CLAIM_SCHEMA)
        .cast(CLAIM_SCHEMA),
    )


def records_of(kind: str, claimed: pl.DataFrame, today: date) -> pl.DataFrame:
    """Return claims as the records that they were made of, of `records.RECORD_SCHEMA`."""
    day = business_day_of(kind, pl.col("version"), today)
    return claimed.with_columns(day).select(*RECORD_SCHEMA).cast(RECORD_SCHEMA)


def business_day_of(kind: str, version: pl.Expr, today: date) -> pl.Expr:
    """Return the business day of an event with that version: an invoice's own, else that of publication."""
    day = version.str.json_path_match("$.business_day").str.to_date() if kind == "sales" else pl.lit(today)
    return day.alias("business_day")
