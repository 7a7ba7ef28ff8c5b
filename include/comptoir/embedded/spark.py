"""The Java that drives Spark's applications on one machine."""

from __future__ import annotations

import shlex
import subprocess
import sys
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comptoir.embedded.class_archives import archive_in, make_archive, using
from comptoir.embedded.environment import machine_environment, server_environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptoir.settings import Settings

SMALL: Final = "-XX:+UseSerialGC"  # 0.83 GB resident where G1 had 1.36
# A driver that runs everything itself needs no address that other machines reach, and no page of its own.
ON_ONE_MACHINE: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
}
TRAINING_SECONDS: Final = 300.0
BENDING: Final = ("SPARK_", "PYSPARK_", "JDK_JAVA_", "JAVA_TOOL_")  # variables that would make it another application


def driver_options(settings: Settings) -> str:
    """Return the options of a driver's Java, as Spark takes them."""
    return shlex.join((SMALL, *using(class_archive(settings))))


def class_archive(settings: Settings) -> Path:
    """Return where the archive of Spark's classes is: it fits the jars of this environment alone, and goes with it."""
    return archive_in(Path(sys.prefix), f"spark-{version('pyspark')}", settings)


def make_class_archive(settings: Settings, say: Callable[[str], None]) -> None:
    """Run a small application once, so that later ones start with less processor time (15 s, not 25)."""
    if settings.spark.startswith("local"):
        told = partial(say, "preparing Spark's quick start (once per environment)")
        make_archive(class_archive(settings), settings, told, partial(_train, settings))


def _train(settings: Settings, folder: Path, option: str) -> bool:
    command = [sys.executable, "-m", "comptoir.embedded.spark_training", str(folder), shlex.join((SMALL, option))]
    own = {name: value for name, value in machine_environment().items() if not name.startswith(BENDING)}
    # Its Java holds the pipes until it has written the archive, after the application's end.
    ended = subprocess.run(
        command,
        env=own | server_environment(settings),
        capture_output=True,
        check=False,
        timeout=TRAINING_SECONDS,
    )
    return ended.returncode == 0
