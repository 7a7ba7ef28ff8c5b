"""Time passes without events: figures of a day are judged again when the trader's day turns."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from types import SimpleNamespace
from typing import TYPE_CHECKING

from comptoir.rules import windows_of
from comptoir.settings import Settings
from comptoir_spark import writer
from comptoir_spark.figures import Touched
from comptoir_spark.pipelines import StreamApplication

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Set the clock, in UTC."""
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return now.astimezone(tz)

    monkeypatch.setattr(writer, "datetime", Clock)


def test_losses_are_judged_once_when_the_day_turns_in_the_traders_zone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    computed: list[tuple[Touched, date]] = []
    at(monkeypatch, "2026-03-28 22:59:59")
    application = StreamApplication.__new__(StreamApplication)
    application._settings = Settings(home=tmp_path, timezone="Europe/Paris")
    application._figures = SimpleNamespace(recompute=lambda *what: computed.append(what))  # type: ignore[assignment]
    application._day = writer.today(application._settings)

    application._follow_the_day()
    assert computed == []
    for moment in ("2026-03-28 23:00:00", "2026-03-28 23:00:01", "2026-03-29 21:59:59"):  # the night of summer time
        at(monkeypatch, moment)
        application._follow_the_day()
    on = date(2026, 3, 29)
    assert computed == [(Touched(set(windows_of(on)), set()), on)]
    at(monkeypatch, "2026-03-29 22:00:00")
    application._follow_the_day()
    assert [day for _, day in computed] == [on, date(2026, 3, 30)]
