"""From a finished file in the drop zone, or a wish in the ledger, to its run."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from comptoir.errors import ComptoirError, MisconfiguredError, TransientError
from comptoir.landing.watching import Memory, Signature, settled_files, unusable_folders
from comptoir.names import DAG_EXPECT, DAG_INGEST, DAG_WITHDRAW

if TYPE_CHECKING:
    from comptoir.landing.intake import Receipt
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from comptoir_airflow.api import AsyncAirflow

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 15.0


class DropZone:
    """Looks at the drop zone and the ledger again and again; posts one run per file received, wished or expected."""

    def __init__(self, settings: Settings, airflow: AsyncAirflow) -> None:
        """Start with an empty memory: every file in the drop zone is taken up again."""
        self._settings = settings
        self._airflow = airflow
        self._memory = Memory()
        self._started: set[str] = set()  # runs of wishes, so that each is posted once
        self._hot: Hot | None = None

    async def watch(self) -> NoReturn:
        """Look for ever; an outage of MongoDB or of Airflow's API only makes the pauses longer."""
        pause = 0.0
        while True:
            try:
                await self.look()
                pause = 0.0
            except TransientError as error:
                pause = longer(pause)
                log.warning("Files wait in the drop zone; the next look is in %.0f s. %s", pause, error)
            await asyncio.sleep(max(pause, self._settings.poll_seconds))

    async def look(self) -> None:
        """Take up the whole files that are there, and what is asked; one that fails keeps none of the others waiting.

        Raises:
            ComptoirError: the first failure, once every file has had its turn.
        """
        failures: list[ComptoirError] = []
        for file in await asyncio.to_thread(settled_files, self._settings, self._memory):
            try:
                await self._take_up(file)
            except ComptoirError as error:
                failures.append(error)
        try:
            await self._take_up_wishes()
        except ComptoirError as error:
            failures.append(error)
        failures.extend(_refusals(await asyncio.to_thread(unusable_folders, self._settings)))
        if failures:
            raise failures[0]

    async def _take_up(self, file: Signature) -> None:
        receipt = await asyncio.to_thread(self._receive, Path(file.path))
        if receipt.action == "ingest":
            created = await self._airflow.create_run(DAG_INGEST, receipt.run_id, {"file_id": receipt.file_id})
            log.info("%s has the run %s%s.", file.path, receipt.run_id, "" if created else " already")
        self._memory.note_handled(file)

    async def _take_up_wishes(self) -> None:
        """Start the runs of withdrawals, of what takes them back, and of files that are expected, once each."""
        wishes = await asyncio.to_thread(self._wishes)
        for run_id, (dag_id, conf) in wishes.items():
            if run_id not in self._started:
                created = await self._airflow.create_run(dag_id, run_id, conf)
                log.info("The run %s is there%s.", run_id, "" if created else " already")
        self._started = set(wishes)

    def _wishes(self) -> dict[str, tuple[str, dict[str, str]]]:
        """Return the runs that are asked for, by their ids: of which DAG, and with which parameters."""
        return self._acts() | self._expected()

    def _acts(self) -> dict[str, tuple[str, dict[str, str]]]:
        from comptoir.stores.acts import under_way  # noqa: PLC0415 - MongoDB's client is not for DAG parsing

        latest = [(entry["_id"], entry["acts"][-1]) for entry in under_way(self._opened())]
        return {act["run_id"]: (DAG_WITHDRAW, {"file_id": file_id, "act": act["act"]}) for file_id, act in latest}

    def _expected(self) -> dict[str, tuple[str, dict[str, str]]]:
        from comptoir.stores.expected import open_deadlines  # noqa: PLC0415 - as above

        return {
            f"expect__{each.id}__{deadline:%Y%m%dT%H%MZ}": (
                DAG_EXPECT,
                {"expectation": each.id, "kind": each.kind, "deadline": deadline.isoformat()},
            )
            for each, deadline in open_deadlines(self._opened(), self._settings.zone, datetime.now(UTC))
        }

    def _receive(self, path: Path) -> Receipt:
        from comptoir.landing.intake import receive  # noqa: PLC0415 - as above

        return receive(self._opened(), self._settings, path)

    def _opened(self) -> Hot:
        from comptoir.stores.hot import open_hot  # noqa: PLC0415 - as above

        self._hot = self._hot or open_hot(self._settings)
        return self._hot

    def close(self) -> None:
        """Close the connection to MongoDB."""
        if self._hot is not None:
            self._hot.client.close()


def _refusals(folders: list[Path]) -> list[ComptoirError]:
    return [
        MisconfiguredError(f"Files can't be taken out of {folder}; give the platform's user the right to.")
        for folder in folders
    ]


def longer(pause: float) -> float:
    """Return the pause after one more failure in a row, in seconds."""
    return min(max(pause * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
