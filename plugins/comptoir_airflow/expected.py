"""Files that are expected by a time of day: a run each, with its own deadline, and what happens when it passes."""

from __future__ import annotations

import asyncio
import logging
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from airflow.sdk.definitions.deadline import BaseDeadlineReference
from airflow.triggers.base import BaseTrigger, TriggerEvent

from comptoir.alerts import write_alert
from comptoir.errors import ComptoirError, TransientError
from comptoir.names import DAG_EXPECT
from comptoir.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from sqlalchemy.orm import Session

    from comptoir.stores.hot import Hot

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 2.0
OUTAGE_SECONDS: Final = 15.0


class ExpectedBy(BaseDeadlineReference):
    """The deadline that the parameters of a run name."""

    required_kwargs = frozenset({"dag_id", "run_id"})

    def _evaluate_with(self, *, session: Session, dag_id: str, run_id: str) -> datetime | None:
        """Return the moment; None for a run that was started without one, which then has no deadline."""
        from airflow.models import DagRun  # noqa: PLC0415 - Airflow's core is not for DAG parsing
        from sqlalchemy import select  # noqa: PLC0415 - as above

        conf = session.scalar(select(DagRun.conf).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))
        return moment_of(conf or {})


def moment_of(conf: Mapping[str, Any]) -> datetime | None:
    """Return the deadline among a run's parameters; None where there is none, or no moment of a known zone."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(str(conf.get("deadline")))
        return moment if moment.tzinfo else None
    return None


async def report_missing(context: Mapping[str, Any]) -> None:
    """Note a missed deadline where the dashboard's banner reads it, in the run's note and in the file of alerts.

    Raises:
        TransientError: MongoDB stayed away.
    """
    await asyncio.to_thread(_report_missing, context["dag_run"])


def _report_missing(run: Mapping[str, Any]) -> None:
    settings, conf = load_settings(), run["conf"]
    deadline = moment_of(conf)
    if deadline is None or not _note_missed(settings, conf["expectation"], deadline):
        return
    sentence = missing_sentence(conf["kind"], deadline, settings)
    page = f"{settings.airflow_url}/dags/{DAG_EXPECT}/runs/{run['dag_run_id']}"
    write_alert(settings.home, datetime.now(UTC), sentence, page)
    _note_run(settings, run["dag_run_id"], sentence)


def missing_sentence(kind: str, deadline: datetime, settings: Settings) -> str:
    """Return what is said of a file that is missing, with its deadline in the trader's zone."""
    local = deadline.astimezone(settings.zone)
    return f"The {kind} file that was expected by {local:%H:%M} on {local:%Y-%m-%d} is not here."


def _note_missed(settings: Settings, expectation: str, deadline: datetime) -> bool:
    from comptoir.stores.expected import note_missed  # noqa: PLC0415 - MongoDB's client is not for DAG parsing
    from comptoir.stores.hot import open_hot  # noqa: PLC0415 - as above

    hot = open_hot(settings)
    try:
        return note_missed(hot, settings.zone, expectation, deadline, datetime.now(UTC))
    finally:
        hot.client.close()


def _note_run(settings: Settings, run_id: str, note: str) -> None:
    from comptoir_airflow.operators import note_run  # noqa: PLC0415 - the operators import this module

    note_run(settings, DAG_EXPECT, run_id, note)


class ExpectedFileTrigger(BaseTrigger):
    """Waits until an expected file has come, is expected no longer, or can't come in time any more."""

    def __init__(self, expectation: str, deadline: str) -> None:
        """Keep which expectation, and its deadline as ISO text."""
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow leaves it unannotated
        self.expectation = expectation
        self.deadline = deadline

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what the triggerer makes this trigger from."""
        parameters = {"expectation": self.expectation, "deadline": self.deadline}
        return f"{type(self).__module__}.{type(self).__qualname__}", parameters

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event, with what became of the file."""
        with closing(DayWatch(load_settings(), self.expectation, datetime.fromisoformat(self.deadline))) as watch:
            while True:
                try:
                    outcome = await asyncio.to_thread(watch.look)
                except TransientError as error:
                    log.warning("The ledger can't be read; the next look is in %.0f s. %s", OUTAGE_SECONDS, error)
                    await asyncio.sleep(OUTAGE_SECONDS)
                    continue
                except ComptoirError as error:
                    yield TriggerEvent({"problem": str(error)})
                    return
                if outcome is not None:
                    yield TriggerEvent({"outcome": outcome})
                    return
                await asyncio.sleep(LOOK_SECONDS)


class DayWatch:
    """Looks for the file of one deadline."""

    def __init__(self, settings: Settings, expectation: str, deadline: datetime) -> None:
        """Start watching."""
        self._settings = settings
        self._expectation = expectation
        self._deadline = deadline
        self._hot: Hot | None = None

    def look(self) -> str | None:
        """Return what became of the file; None while it is awaited."""
        from comptoir.stores.expected import Outcome, settle_day  # noqa: PLC0415 - MongoDB's client, as above
        from comptoir.stores.hot import open_hot  # noqa: PLC0415 - as above

        self._hot = self._hot or open_hot(self._settings)
        now = datetime.now(UTC)
        outcome = settle_day(self._hot, self._settings.zone, self._expectation, self._deadline, now)
        return None if outcome is Outcome.AWAITED else str(outcome)

    def close(self) -> None:
        """Close the connection to MongoDB."""
        if self._hot is not None:
            self._hot.client.close()
