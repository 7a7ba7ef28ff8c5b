"""A change set in the lake: written under names that nobody reads, then committed by one rename.

Each writer uses names of its own, made of the sequence and its lease's token: a worker that wakes up late
can't rename, or write into, what its successor is writing. The claims follow the change set that won.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir import names
from comptoir.changes.act import Act
from comptoir.changes.change_set import ChangeSet, Stamp
from comptoir.errors import StoppedError
from comptoir.publishing.spans import Span, in_force, spans_of
from comptoir.stores import cold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptoir.stores.cold import Cold

COMPACTED: Final = "change_sets"  # in a compacted file's footer: the footers of all that it holds


def path_of(folder: str, kind: str, span: Span) -> str:
    """Return where a kind's file of some sequences is."""
    return f"{folder}/{kind}/{span.name}"


def _final(folder: str, kind: str, sequence: int) -> str:
    return path_of(folder, kind, Span(sequence, sequence))


def _temporary(folder: str, stamp: Stamp) -> str:
    return f"{folder}/{stamp.kind}/.{Span(stamp.sequence, stamp.sequence).stem}-{stamp.token}.parquet.tmp"


def files_in_force(lake: Cold, folder: str, kind: str) -> list[Span]:
    """Return the files that hold each change set, or its claims, once, from one listing of their folder."""
    return in_force(cold.list_names(lake, f"{folder}/{kind}"))


def is_committed(lake: Cold, kind: str, sequence: int) -> bool:
    """Tell whether a kind has a change set of that sequence, finished or not.

    Raises:
        StoppedError: a compacted file holds it, so it was finished long ago, which whoever asks does not know.
    """
    own, standing = Span(sequence, sequence), spans_of(cold.list_names(lake, f"{names.LAKE_EVENTS}/{kind}"))
    if any(span.holds(own) for span in standing):
        raise StoppedError(
            f"MongoDB is older than the lake: change set {sequence} of {kind} would be published a second time. "
            "Play back a copy of MongoDB as new as the lake; see docs/operations.md."
        )
    return own in standing


def commit(lake: Cold, change_set: ChangeSet) -> bool:
    """Write a change set and commit it; False where its sequence has one already, which counts instead.

    Raises:
        StoppedError: a compacted file holds one of its sequence.
    """
    stamp, metadata = change_set.stamp, _to_metadata(change_set.stamp)
    if is_committed(lake, stamp.kind, stamp.sequence):
        return False
    claims, events = (_temporary(folder, stamp) for folder in (names.LAKE_CLAIMS, names.LAKE_EVENTS))
    with cold.side_by_side(lake) as together:
        cold.write_parquet(together, claims, change_set.claims, metadata)
        cold.write_parquet(together, events, change_set.events, metadata)
    return cold.publish(lake, events, _final(names.LAKE_EVENTS, stamp.kind, stamp.sequence))


def name_claims(lake: Cold, stamp: Stamp) -> None:
    """Give the claims of a committed change set their name; they may have it already."""
    final = _final(names.LAKE_CLAIMS, stamp.kind, stamp.sequence)
    if not cold.exists(lake, final):
        cold.publish(lake, _temporary(names.LAKE_CLAIMS, stamp), final)


def read(lake: Cold, kind: str, sequence: int) -> ChangeSet:
    """Read a committed change set back, and name its claims where nobody came to it."""
    events, metadata = cold.read_parquet(lake, _final(names.LAKE_EVENTS, kind, sequence))
    stamp = _from_metadata(metadata)
    name_claims(lake, stamp)
    claims, _ = cold.read_parquet(lake, _final(names.LAKE_CLAIMS, kind, sequence))
    return ChangeSet(stamp, events, claims)


def read_claims(lake: Cold, kind: str, sequence: int) -> pl.DataFrame:
    """Return the claims of a finished change set, which may have been compacted since.

    Raises:
        FileNotFoundError: there are none of that sequence.
    """
    own = Span(sequence, sequence)
    try:
        return cold.read_parquet(lake, path_of(names.LAKE_CLAIMS, kind, own))[0]
    except FileNotFoundError:
        held_by = [span for span in files_in_force(lake, names.LAKE_CLAIMS, kind) if span.holds(own)]
        if not held_by:
            raise
    claims = cold.copy_parquet(lake, path_of(names.LAKE_CLAIMS, kind, held_by[0]))
    return pl.scan_parquet(claims.path).filter(pl.col("sequence") == sequence).collect()


def stamps_in(metadata: Mapping[str, str]) -> list[dict[str, str]]:
    """Return what the footer of a change set, or of a compacted file, says of each change set."""
    if COMPACTED in metadata:
        found: list[dict[str, str]] = json.loads(metadata[COMPACTED])
        return found
    return [{field.name: metadata[field.name] for field in fields(Stamp)}]


def _to_metadata(stamp: Stamp) -> dict[str, str]:
    fields = asdict(stamp) | {"published_at": stamp.published_at.isoformat()}
    return {name: str(value) for name, value in fields.items()}


def _from_metadata(metadata: dict[str, str]) -> Stamp:
    numbers: dict[str, Any] = {name: int(metadata[name]) for name in ("sequence", "landing", "token", "turn")}
    texts: dict[str, Any] = {name: metadata[name] for name in ("kind", "file_id")}
    moment = datetime.fromisoformat(metadata["published_at"])
    return Stamp(**numbers, **texts, published_at=moment, act=Act(metadata["act"]))
