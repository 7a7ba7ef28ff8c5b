"""The environment that every server of the platform gets."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comptoir.embedded.jars import spark_home
from comptoir.embedded.java import java_home

if TYPE_CHECKING:
    from comptoir.settings import Settings

# Marks every process of a platform, whatever it forks or detaches, with the platform's home.
MARK: Final = "COMPTOIR_PLATFORM"

# Without bytecode files each task would compile its libraries again: 12 s instead of 4.
UNWANTED: Final = ("PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS", "PYTHONPATH")


def settings_environment(settings: Settings) -> dict[str, str]:
    """Return the settings in force as variables, so that a server reads the same ones."""
    values = settings.model_dump(exclude={"java_home"}, exclude_none=True)
    return {f"COMPTOIR_{name.upper()}": str(value) for name, value in values.items()}


def server_environment(settings: Settings) -> dict[str, str]:
    """Return the variables that every server gets on top of the machine's."""
    python_folder = str(Path(sys.executable).parent)
    return {
        **settings_environment(settings),
        MARK: str(settings.home),
        "JAVA_HOME": str(java_home(settings)),
        "SPARK_HOME": str(spark_home()),
        "PYSPARK_PYTHON": sys.executable,
        "PATH": os.pathsep.join([python_folder, os.environ.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        "SPT_NOENV": "1",  # a process that renames itself keeps its environment, hence its mark
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "False",
    }


def machine_environment() -> dict[str, str]:
    """Return the machine's own variables without those that would slow or bend a server."""
    return {name: value for name, value in os.environ.items() if name not in UNWANTED}
