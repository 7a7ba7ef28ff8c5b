"""What waits: for files in the drop zone, and for the end of the stream."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from airflow.triggers.base import BaseTrigger, TriggerEvent

from comptoir.errors import MisconfiguredError, TransientError
from comptoir.names import APP_STREAM
from comptoir.settings import Settings, load_settings
from comptoir_airflow.api import AsyncAirflow
from comptoir_airflow.drop_zone import DropZone
from comptoir_airflow.heartbeat import Beat, Verdict, end_application, judge, last_beat
from comptoir_airflow.lease import Application, is_held, started_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from comptoir.stores.hot import Hot

HEARTBEAT_LOOK_SECONDS: Final = 2.0


class DropZoneTrigger(BaseTrigger):
    """Watches the drop zone for ever and starts a run of `ingest_file` for each file that it receives.

    It posts the runs itself, which spares each file the start of a task; a run that exists already is as good.
    What it has posted it forgets at its end: a new one lists the folder and posts again.
    """

    def __init__(self) -> None:
        """It has no parameters: it reads the settings where it runs."""
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow leaves it unannotated

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what the triggerer makes this trigger from: nothing but its class."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Start runs; yield only where the operator must act, with the problem."""
        settings = load_settings()
        try:
            async with AsyncAirflow(settings) as airflow:
                with closing(DropZone(settings, airflow)) as drop_zone:
                    await drop_zone.watch()
        except MisconfiguredError as error:
            yield TriggerEvent({"problem": str(error)})


class StreamHeartbeatTrigger(BaseTrigger):
    """Waits until the stream is gone or silent; ends it when somebody ends its task."""

    def __init__(self) -> None:
        """It has no parameters: it reads the settings where it runs."""
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow leaves it unannotated

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what the triggerer makes this trigger from: nothing but its class."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event, with the reason why the stream needs its task."""
        with closing(StreamWatch(load_settings())) as watch:
            verdict = await asyncio.to_thread(watch.look)
            while verdict is None:
                await asyncio.sleep(HEARTBEAT_LOOK_SECONDS)
                verdict = await asyncio.to_thread(watch.look)
        yield TriggerEvent({"verdict": verdict.value})

    async def on_kill(self) -> None:
        """End the stream: somebody marked its task, or cleared it."""
        await asyncio.to_thread(end_application, Application(APP_STREAM, load_settings().home))


class StreamWatch:
    """Looks at the stream's lease and heartbeat, through outages of MongoDB."""

    def __init__(self, settings: Settings) -> None:
        """Start watching."""
        self._settings = settings
        self._application = Application(APP_STREAM, settings.home)
        self._deaf_until = datetime.now(UTC)
        self._hot: Hot | None = None
        self._beat: Beat | None = None

    def look(self) -> Verdict | None:
        """Return what is wrong with the stream at this moment; None while it is well.

        While MongoDB is away, and for as long again as a heartbeat may take, silence means nothing.
        """
        held = is_held(self._application)
        limit = timedelta(seconds=self._settings.heartbeat_limit_seconds)
        if held and not self._hears():
            return None
        now = datetime.now(UTC)
        verdict = judge(held=held, started=self._started(now), beat=self._beat, now=now, limit=limit)
        is_deaf = now - self._deaf_until < limit
        return None if verdict is Verdict.SILENT and is_deaf else verdict

    def _started(self, now: datetime) -> datetime:
        return started_at(self._application) or now

    def _hears(self) -> bool:
        try:
            self._hot = self._hot or _open(self._settings)
            self._beat = last_beat(self._hot, APP_STREAM)
        except TransientError:
            self._deaf_until = datetime.now(UTC)
            return False
        return True

    def close(self) -> None:
        """Close the connection to MongoDB."""
        if self._hot is not None:
            self._hot.client.close()


def _open(settings: Settings) -> Hot:
    from comptoir.stores.hot import open_hot  # noqa: PLC0415 - MongoDB's client is not for DAG parsing

    return open_hot(settings)
