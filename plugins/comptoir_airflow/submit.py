"""How Spark applications are submitted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comptoir.names import APP_STREAM
from comptoir.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from comptoir.settings import Settings

JOBS: Final = PROJECT_ROOT / "spark" / "jobs"
STREAM_JOB: Final = JOBS / "stream_analytics.py"
BATCH_JOB: Final = JOBS / "batch_analytics.py"
DRIVER_MEMORY: Final = "1g"


def stream_command(settings: Settings, master: str) -> list[str]:
    """Return the command that submits the stream, in client mode.

    Raises:
        MisconfiguredError: the connector's jars are missing.
    """
    from comptoir.embedded.jars import spark_jars  # noqa: PLC0415 - not for DAG parsing

    jars = ",".join(str(jar) for jar in spark_jars(settings))
    options = ["--master", master, "--deploy-mode", "client", "--name", APP_STREAM]
    return [spark_submit(), *options, "--driver-memory", DRIVER_MEMORY, "--jars", jars, str(STREAM_JOB)]


def spark_submit() -> str:
    """Return the path of this environment's own `spark-submit`."""
    return str(Path(sys.executable).parent / "spark-submit")
