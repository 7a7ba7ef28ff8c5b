"""What an import says of a file: read and judged as on one day, with nothing known before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from comptoir.quality.judging import judge_file
from comptoir.quality.known import Known
from comptoir.questions import NO_ANSWERS
from comptoir.reading.reader import read_file
from comptoir.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from comptoir.quality.verdicts import Verdict

SETTINGS: Final = Settings(timezone="Europe/Paris")
TODAY: Final = date(2026, 3, 31)


def judged_file(path: Path, answers: Mapping[str, str] = NO_ANSWERS) -> Verdict:
    """Return the verdict on the first table of a file."""
    verdicts, _ = judge_file(read_file(path, SETTINGS, answers=answers).tables, Known(), SETTINGS, today=TODAY)
    return verdicts[0]
