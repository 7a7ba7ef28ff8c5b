"""The Java that drives Spark's applications on one machine."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comptoir.embedded.class_archives import archive_in, make_archive, using
from comptoir.embedded.java import java_home

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptoir.settings import Settings

SMALL: Final = "-XX:+UseSerialGC"  # 0.83 GB resident where G1 had 1.36
TRAINING_SECONDS: Final = 300.0


def driver_options(settings: Settings) -> str:
    """Return the options of a driver's Java, as Spark takes them."""
    return shlex.join((SMALL, *using(class_archive(settings))))


def class_archive(settings: Settings) -> Path:
    """Return where the archive of Spark's classes is: it fits the jars of this environment alone, and goes with it."""
    return archive_in(Path(sys.prefix), f"spark-{version('pyspark')}", settings)


def make_class_archive(settings: Settings, say: Callable[[str], None]) -> None:
    """Run a small application once, so that later ones start with a third of the processor time (8 s, not 25)."""
    if settings.spark.startswith("local") and not class_archive(settings).exists():
        say("preparing Spark's quick start (once per environment)")
        make_archive(class_archive(settings), settings, lambda folder, option: _train(settings, folder, option))


def _train(settings: Settings, folder: Path, option: str) -> None:
    command = [sys.executable, "-m", "comptoir.embedded.spark_training", str(folder), shlex.join((SMALL, option))]
    environment = os.environ | {"JAVA_HOME": str(java_home(settings))}
    # Where it fails there is no archive, and the start is slow.
    subprocess.run(command, env=environment, capture_output=True, check=False, timeout=TRAINING_SECONDS)
