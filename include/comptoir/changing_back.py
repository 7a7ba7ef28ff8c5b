"""The step of a withdrawal, and of taking one back; it may be done again after a crash at any point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptoir import names
from comptoir.errors import MisconfiguredError
from comptoir.publishing.publish import change_back_kind
from comptoir.stores import acts, ledger

if TYPE_CHECKING:
    from comptoir.changes.act import Act
    from comptoir.publishing.publish import Servers
    from comptoir.settings import Settings


def change_back(servers: Servers, settings: Settings, file_id: str, act: Act) -> dict[str, Any]:
    """Publish what changes when a file is withdrawn or restored, exactly once; the stream then settles the file.

    Args:
        servers: what to write to; the lake has the file's claims and those that count instead.
        settings: for leases and time zone.
        file_id: the file.
        act: what to do.

    Returns:
        Plain JSON: `file_id`, `state`, and per kind how many records were removed, replaced, inserted or kept.

    Raises:
        TransientError: a server was away or another worker was quicker; the same call may be made again.
        UnknownFileError: there is no such file.
        MisconfiguredError: nobody asked for the act.
    """
    entry = ledger.find(servers.hot, file_id)
    if entry["state"] == acts.STATE_OF[act]:
        for kind in names.KINDS:
            if kind in entry["published"]:
                change_back_kind(servers, settings, entry, kind)
    elif entry["state"] not in acts.DONE_IN[act]:
        raise MisconfiguredError(
            f"The file {file_id} is {entry['state']}: nobody asked to {act} it. Use `comptoir {act} {file_id}`."
        )
    entry = ledger.find(servers.hot, file_id)
    published = entry["acts"][-1]["published"] if entry["acts"] else {}
    return {
        "file_id": file_id,
        "state": entry["state"],
        "kinds": {kind: _counts(published[kind]) for kind in published},
    }


def _counts(published: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in published.items() if name.startswith("records_")}
