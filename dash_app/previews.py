"""The thread that looks into files that wait for their owner, one at a time, so that pages stay quick.

What it finds is kept beside each file: asking for a look that is there already costs nothing, and a process that
starts anew looks again only into what its predecessor left.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from comptoir import accounts, previewing
from comptoir.landing import transfers
from comptoir.stores import ledger

if TYPE_CHECKING:
    from comptoir.landing.transfers import Transfer
    from comptoir.previewing import Look
    from comptoir.sentences import Language
    from dash_app.context import Dashboard

RETRY_SECONDS: Final = 5.0

log = logging.getLogger(__name__)


class Wanted(NamedTuple):
    """A look that somebody waits for."""

    token: str
    by: str
    language: Language


class Previews:
    """Looks into waiting files in the order in which that is asked for; started and stopped with the application."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._dashboard = dashboard
        self._wanted: deque[Wanted] = deque()
        self._more = threading.Condition()
        self._stopped = False
        # A look may take minutes: the process doesn't wait for its end.
        self._thread = threading.Thread(target=self._work, name="previews", daemon=True)

    def start(self) -> None:
        """Start looking."""
        self._thread.start()

    def stop(self) -> None:
        """Take up no more looks."""
        with self._more:
            self._stopped = True
            self._more.notify()

    def ask(self, transfer: Transfer, language: Language) -> None:
        """Have a file looked into, unless that is asked for already; open pages are told when it is done."""
        wanted = Wanted(transfer.token, transfer.by, language)
        with self._more:
            if wanted not in self._wanted:
                self._wanted.append(wanted)
                self._more.notify()

    def kept(self, transfer: Transfer, language: Language) -> Look | None:
        """Return the look into a file, or None while it is being made."""
        look = previewing.kept_look(self._dashboard.settings, transfer, language)
        if look is None:
            self.ask(transfer, language)
        return look

    def _work(self) -> None:
        while wanted := self._next():
            try:
                self._look(wanted)
            except Exception as error:  # noqa: BLE001 - the next file must be looked into whatever this one does
                log.warning("A waiting file could not be looked into, and is tried again: %s", error)
                self._pause()
            else:
                self._done()
            self._dashboard.hub.changed("files")

    def _next(self) -> Wanted | None:
        """Wait for the next look; it stays asked for until it is done, so that pages don't ask twice."""
        with self._more:
            self._more.wait_for(lambda: self._wanted or self._stopped)
            return None if self._stopped else self._wanted[0]

    def _done(self) -> None:
        with self._more:
            self._wanted.popleft()

    def _pause(self) -> None:
        """Let the others go first, after a while: what is away comes back."""
        with self._more:
            self._more.wait_for(lambda: self._stopped, RETRY_SECONDS)
            self._wanted.rotate(-1)

    def _look(self, wanted: Wanted) -> None:
        dashboard = self._dashboard
        try:
            transfer = transfers.find(dashboard.settings, wanted.token, wanted.by)
        except KeyError:
            return
        if previewing.kept_look(dashboard.settings, transfer, wanted.language) is None:
            look = previewing.look_into(dashboard.settings, dashboard.hot, transfer, wanted.language)
            if look is not None and self._may_go_on(transfer, look):
                import_file(dashboard, transfer, again=False)

    def _may_go_on(self, transfer: Transfer, look: Look) -> bool:
        """Tell whether a file's owner need not be asked: it is clean, its bytes are new, and the owner said so."""
        hot = self._dashboard.hot
        account = accounts.find(hot, transfer.by)
        wants_it = account is not None and account.imports_clean_files
        before = ledger.latest_attempt(hot, look.sha256)
        is_new = before is None or before["state"] in ledger.REFUSED
        return wants_it and look.is_clean and is_new


def import_file(dashboard: Dashboard, transfer: Transfer, *, again: bool) -> None:
    """Deliver a waiting file, and note who had it imported.

    Raises:
        KeyError: it is gone.
        BusyTransferError: another request decides on it.
    """
    transfers.deliver(dashboard.settings, transfer, again=again)
    details = {"answers": [{"question": key, "answer": value} for key, value in transfer.answers.items()]}
    accounts.record_act(
        dashboard.hot, who=transfer.by, act="file uploaded", subject=transfer.name, details=details | {"again": again}
    )
