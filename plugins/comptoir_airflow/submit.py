"""How Spark applications are submitted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comptoir.embedded.jars import spark_jars
from comptoir.embedded.spark import ON_ONE_MACHINE, driver_options
from comptoir.errors import MisconfiguredError
from comptoir.names import APP_STREAM
from comptoir.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from comptoir.settings import Settings

JOBS: Final = PROJECT_ROOT / "spark" / "jobs"
STREAM_JOB: Final = JOBS / "stream_analytics.py"
BATCH_JOB: Final = JOBS / "batch_analytics.py"
REBUILD_JOB: Final = JOBS / "rebuild.py"
DRIVER_MEMORY: Final = "1g"


def stream_command(settings: Settings, master: str) -> list[str]:
    """Return the command that submits the stream, in client mode.

    Raises:
        MisconfiguredError: the jars of Spark's Kafka source are missing.
    """
    jars = ",".join(str(jar) for jar in spark_jars(settings))
    if not jars:
        raise MisconfiguredError("The jars of Spark's Kafka source are missing; run `make setup`.")
    conf = [word for name, value in configuration(settings, master).items() for word in ("--conf", f"{name}={value}")]
    options = ["--master", master, "--deploy-mode", "client", "--name", APP_STREAM, "--driver-memory", DRIVER_MEMORY]
    return [spark_submit(), *options, *conf, "--jars", jars, str(STREAM_JOB)]


def configuration(settings: Settings, master: str) -> dict[str, str]:
    """Return the Spark properties that a submission to that master needs."""
    if not master.startswith("local"):
        return {}
    return ON_ONE_MACHINE | {"spark.driver.extraJavaOptions": driver_options(settings)}


def spark_submit() -> str:
    """Return the path of this environment's own `spark-submit`."""
    return str(Path(sys.executable).parent / "spark-submit")
