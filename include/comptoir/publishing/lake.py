"""A change set in the lake: written under names that nobody reads, then committed by one rename.

Each writer uses names of its own, made of the sequence and its lease's token: a worker that wakes up late
can't rename, or write into, what its successor is writing. The claims follow the change set that won.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.changes.act import Act
from comptoir.changes.change_set import ChangeSet, Parts, Stamp, stamp_of
from comptoir.lazy import Lazy
from comptoir.stores import cold

if TYPE_CHECKING:
    import polars as pl

    from comptoir.stores.cold import Cold

SEQUENCE_DIGITS: Final = 12
SIZES: Final = "parts"  # in the footer: how many events and claims each part has


def sequence_name(sequence: int) -> str:
    """Return a sequence as it stands in file names, so that their order is that of the sequences."""
    return f"{sequence:0{SEQUENCE_DIGITS}d}"


def _final(folder: str, kind: str, sequence: int) -> str:
    return f"{folder}/{kind}/{sequence_name(sequence)}.parquet"


def _temporary(folder: str, stamp: Stamp) -> str:
    return f"{folder}/{stamp.kind}/.{sequence_name(stamp.sequence)}-{stamp.token}.parquet.tmp"


def is_committed(lake: Cold, kind: str, sequence: int) -> bool:
    """Tell whether a kind has a change set of that sequence."""
    return cold.exists(lake, _final(names.LAKE_EVENTS, kind, sequence))


def commit(lake: Cold, parts: Parts) -> bool:
    """Write a change set and commit it; False where its sequence has one already, which counts instead."""
    stamp = stamp_of(parts)
    sizes = [(part.events.height, part.claims.height) for part in parts]
    metadata = _to_metadata(stamp) | {SIZES: json.dumps(sizes)}
    claims, events = (_temporary(folder, stamp) for folder in (names.LAKE_CLAIMS, names.LAKE_EVENTS))
    cold.write_parquet_parts(lake, claims, (part.claims for part in parts), metadata)
    cold.write_parquet_parts(lake, events, (part.events for part in parts), metadata)
    return cold.publish(lake, events, _final(names.LAKE_EVENTS, stamp.kind, stamp.sequence))


def name_claims(lake: Cold, stamp: Stamp) -> None:
    """Give the claims of a committed change set their name; they may have it already."""
    final = _final(names.LAKE_CLAIMS, stamp.kind, stamp.sequence)
    if not cold.exists(lake, final):
        cold.publish(lake, _temporary(names.LAKE_CLAIMS, stamp), final)


def read(lake: Cold, kind: str, sequence: int) -> Parts:
    """Read a committed change set back, part by part, and name its claims where nobody came to it."""
    events = cold.copy_parquet(lake, _final(names.LAKE_EVENTS, kind, sequence))
    stamp, sizes = _from_metadata(events.metadata), json.loads(events.metadata[SIZES])
    name_claims(lake, stamp)
    claims = cold.copy_parquet(lake, _final(names.LAKE_CLAIMS, kind, sequence))

    def part(place: int) -> ChangeSet:
        before = [sum(counts) for counts in zip(*sizes[:place], strict=True)] or [0, 0]
        slices = (file.slice(*of) for file, *of in zip((events, claims), before, sizes[place], strict=True))
        return ChangeSet(stamp, *slices)

    return Lazy(len(sizes), part)


def read_claims(lake: Cold, kind: str, sequence: int) -> pl.DataFrame:
    """Return the claims of a finished change set."""
    claims, _ = cold.read_parquet(lake, _final(names.LAKE_CLAIMS, kind, sequence))
    return claims


def _to_metadata(stamp: Stamp) -> dict[str, str]:
    fields = asdict(stamp) | {"published_at": stamp.published_at.isoformat()}
    return {name: str(value) for name, value in fields.items()}


def _from_metadata(metadata: dict[str, str]) -> Stamp:
    numbers: dict[str, Any] = {name: int(metadata[name]) for name in ("sequence", "landing", "token", "turn")}
    texts: dict[str, Any] = {name: metadata[name] for name in ("kind", "file_id")}
    moment = datetime.fromisoformat(metadata["published_at"])
    return Stamp(**numbers, **texts, published_at=moment, act=Act(metadata["act"]))
