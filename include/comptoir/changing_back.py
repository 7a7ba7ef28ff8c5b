"""Withdrawing a file, and taking that back: asked for, then done in a step that may be done again after a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptoir import names
from comptoir.errors import MisconfiguredError
from comptoir.publishing.publish import Servers, change_back_kind, foresee_change_back
from comptoir.stores import acts, ledger
from comptoir.stores.closing import ClosedBooksError, closing_day, refuse_closed
from comptoir.stores.cold import open_cold

if TYPE_CHECKING:
    from comptoir.changes.act import Act
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot


def ask_to_change_back(hot: Hot, settings: Settings, file_id: str, act: Act, *, by: str) -> ledger.Entry:
    """Ask for a file to be withdrawn or restored; return its entry, unchanged where its state doesn't allow that.

    Args:
        hot: ledger, register and closing date.
        settings: where the lake is, which is read only where a period is closed.
        file_id: the file.
        act: what to do.
        by: who asks.

    Raises:
        ClosedBooksError: an invoice of a closed period would change.
        TransientError: a server was away.
        UnknownFileError: there is no such file.
    """
    entry = ledger.find(hot, file_id)
    if acts.is_possible(entry, act) and "sales" in entry["published"] and closing_day(hot):
        servers = Servers(hot, open_cold(settings), {})
        for foreseen in foresee_change_back(servers, settings, entry, "sales", act):
            refuse_closed(hot, foreseen.events)
    return acts.ask(hot, file_id, act, by)


def change_back(servers: Servers, settings: Settings, file_id: str, act: Act) -> dict[str, Any]:
    """Publish what changes when a file is withdrawn or restored, exactly once; the stream then settles the file.

    Where the closing date has moved since somebody asked, so that closed books would change, the act is taken back
    whole and the entry says why.

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
        _change_back(servers, settings, entry, act)
    elif entry["state"] not in acts.DONE_IN[act] and acts.refusal_of(entry) is None:
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


def _change_back(servers: Servers, settings: Settings, entry: ledger.Entry, act: Act) -> None:
    try:
        # Sales first: they alone may be refused, and then nothing else has changed.
        for kind in reversed(names.KINDS):
            if kind in entry["published"]:
                change_back_kind(servers, settings, entry, kind)
    except ClosedBooksError as refusal:
        acts.refuse(servers.hot, entry, act, refusal.problems[0])


def _counts(published: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in published.items() if name.startswith("records_")}
