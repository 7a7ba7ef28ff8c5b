"""The day that a scheduled computation is about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from airflow.sdk.exceptions import AirflowFailException

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def business_day(params: Mapping[str, Any], interval_start: datetime | None, zone: str) -> str:
    """Return the ISO day that a run is about: the parameter `day`, else the day that its data interval starts on.

    Args:
        params: the run's parameters.
        interval_start: the start of the data interval; None for a run that was started by hand without one.
        zone: the trader's time zone.

    Raises:
        AirflowFailException: the run has neither, or the parameter is no day.
    """
    given = params.get("day")
    if given:
        return _day(given)
    if interval_start is None:
        raise AirflowFailException("Which day? Start the run with the parameter “day”, as in 2026-03-31.")
    return interval_start.astimezone(ZoneInfo(zone)).date().isoformat()


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise AirflowFailException(f"“{text}” is no day. Write it as in 2026-03-31.") from error
