"""The lake's many small files of change sets and claims become few large ones, and no reader notices.

A compacted file gets its name in one step and stands beside those that it was made of. Readers list a folder once and
pass over what a larger file holds, too (`publishing.spans`), so they read each change set once before, during and
after. The small files go once every reader that had listed them has ended. Whatever dies when leaves nothing worse
than a hidden file, or small files that the next run removes.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from comptoir import names
from comptoir.changes.change_set import CLAIM_SCHEMA, EVENT_SCHEMA
from comptoir.publishing import lake
from comptoir.publishing.spans import Span, span_of, spans_of
from comptoir.stores import cold as store
from comptoir.stores.hot import reaching_mongo
from comptoir.stores.leases import lease

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold, Listed
    from comptoir.stores.hot import Hot

FULL_BYTES: Final = 64 * 1024 * 1024  # of a compacted file and its claims: half a block of HDFS, read in a second
FEWEST_FILES: Final = 8  # fewer are not worth being written again
SCHEMAS: Final = {names.LAKE_CLAIMS: CLAIM_SCHEMA, names.LAKE_EVENTS: EVENT_SCHEMA}
SEQUENCE_IN_HIDDEN: Final = slice(1, 13)  # of the first change set in a file that is being written


class Sized(NamedTuple):
    """A file of change sets that counts, with its size and that of its claims together."""

    span: Span
    size_bytes: int


def compact(hot: Hot, cold: Cold, settings: Settings) -> Counter[str]:
    """Compact each kind's finished change sets with their claims, and remove what was compacted long enough ago.

    Returns:
        How many change sets were compacted into how many files, and how many files were removed.

    Raises:
        TransientError: a server was away; the same call goes on where this one ended.
    """
    done: Counter[str] = Counter()
    for kind in names.KINDS:
        finished = _last_finished(hot, kind)
        for group in groups_of(_sized(cold, kind, finished)):
            if _compact(hot, cold, settings, kind, group):
                done["files_made"] += 1
                done["files_compacted"] += len(group)
        done["files_removed"] += _remove_repeated(cold, settings, kind, finished)
    return done


@reaching_mongo()
def _last_finished(hot: Hot, kind: str) -> int:
    document = hot.leases.find_one({"_id": kind}) or {}
    return int(document.get("last_sequence", 0))


def _sized(cold: Cold, kind: str, finished: int) -> list[Sized]:
    sizes: Counter[str] = Counter()
    for folder in SCHEMAS:
        sizes.update({each.name: each.size_bytes for each in store.list_files(cold, f"{folder}/{kind}")})
    spans = lake.files_in_force(cold, names.LAKE_EVENTS, kind)
    return [Sized(span, sizes[span.name]) for span in spans if span.last <= finished]


def groups_of(files: Sequence[Sized]) -> list[list[Span]]:
    """Return which files to make one of: neighbours, as many as make a full one, and never just a few.

    Args:
        files: those that count, in the order of their sequences.
    """
    groups: list[list[Sized]] = [[]]
    for file in files:
        if sum(each.size_bytes for each in groups[-1]) + file.size_bytes > FULL_BYTES:
            groups.append([])
        groups[-1].append(file)
    return [[file.span for file in group] for group in groups if len(group) >= FEWEST_FILES]


def _compact(hot: Hot, cold: Cold, settings: Settings, kind: str, group: list[Span]) -> bool:
    """Make one file of each folder's files; False where another worker came first."""
    whole = Span(group[0].first, group[-1].last)
    hidden = {folder: f"{folder}/{kind}/.{whole.stem}-{uuid4().hex}.parquet.tmp" for folder in SCHEMAS}
    metadata = {lake.COMPACTED: json.dumps(_stamps(cold, kind, group))}
    for folder, path in hidden.items():
        store.write_parquet_parts(cold, path, _frames(cold, folder, kind, group), metadata)
    with lease(hot, settings, kind) as held:
        counts_still = set(group) <= set(lake.files_in_force(cold, names.LAKE_EVENTS, kind))
        held.check()
        # Claims first: whoever finds the change sets finds their claims under the same name.
        named = [
            counts_still and store.publish(cold, path, f"{folder}/{kind}/{whole.name}")
            for folder, path in hidden.items()
        ]
    for path in hidden.values():
        store.remove(cold, path)  # where its name was taken; after a rename nothing is there
    return named[-1]


def _stamps(cold: Cold, kind: str, group: list[Span]) -> list[dict[str, str]]:
    paths = (lake.path_of(names.LAKE_EVENTS, kind, span) for span in group)
    return [stamp for path in paths for stamp in lake.stamps_in(store.copy_parquet(cold, path).metadata)]


def _frames(cold: Cold, folder: str, kind: str, group: list[Span]) -> Iterator[pl.DataFrame]:
    for span in group:
        frame, _ = store.read_parquet(cold, lake.path_of(folder, kind, span))
        yield frame.select(SCHEMAS[folder].names()).cast(SCHEMAS[folder])


def _remove_repeated(cold: Cold, settings: Settings, kind: str, finished: int) -> int:
    """Remove what stands in a compacted file, too, and what nobody finished writing, once no reader can need it."""
    long_ago = datetime.now(UTC) - timedelta(hours=settings.lake_grace_hours)
    listed = store.list_files(cold, f"{names.LAKE_EVENTS}/{kind}")
    settled = spans_of(each.name for each in listed if each.changed_at < long_ago)
    gone = [
        f"{folder}/{kind}/{each.name}"
        for folder in SCHEMAS
        for each in store.list_files(cold, f"{folder}/{kind}")
        if _is_repeated(each, settled) or _is_abandoned(each, finished, long_ago)
    ]
    for path in gone:
        store.remove(cold, path)
    return len(gone)


def _is_repeated(file: Listed, settled: list[Span]) -> bool:
    span = span_of(file.name)
    return span is not None and any(each.holds(span) for each in settled)


def _is_abandoned(file: Listed, finished: int, long_ago: datetime) -> bool:
    """Tell whether a hidden file is of a change set that is finished, by another writer or a later try."""
    is_old = file.name.startswith(".") and file.changed_at < long_ago
    return is_old and int(file.name[SEQUENCE_IN_HIDDEN]) <= finished
