"""Kafka, one KRaft node that is broker and controller."""

from __future__ import annotations

import base64
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from comptoir.embedded.checks import HOST, is_free, listens
from comptoir.embedded.files import fill_template, write_file
from comptoir.embedded.jars import jars_folder, kafka_classpath
from comptoir.embedded.java import java, java_home, release_of
from comptoir.embedded.server import Server
from comptoir.errors import MisconfiguredError

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptoir.settings import Settings

ANSWER_SECONDS: Final = 3.0
LOOK_SECONDS: Final = 0.3
LAST_PORT: Final = 65535
TRAINING_SECONDS: Final = 120.0

# C1 alone: the broker's work is mostly the kernel's, and the start takes half the processor time (4 s, not 9).
OPTIONS: Final = (
    "-Xms128m",
    "-Xmx384m",
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=20",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
)


def kafka_server(settings: Settings) -> Server:
    """Describe Kafka."""
    archive = f"-XX:SharedArchiveFile={class_archive(settings)}"
    return Server(
        name="kafka",
        # An archive that is missing or of another Java is passed over, which needs no word on the console.
        command=_command(settings, archive, "-Xlog:disable"),
        ports=(settings.port("kafka"), settings.port("kafka-controller")),
        is_ready=partial(is_kafka_ready, settings.kafka),
        prepare=partial(prepare_kafka, settings),
        stop_seconds=30,
    )


def _command(settings: Settings, *options: str) -> tuple[str, ...]:
    folder = conf_folder(settings)
    logging = f"-Dlog4j2.configurationFile=file:{folder / 'log4j2.properties'}"
    words = (*options, *OPTIONS, logging, "-cp", kafka_classpath(settings))
    return (java(settings), *words, "kafka.Kafka", str(folder / "kafka.properties"))


def class_archive(settings: Settings) -> Path:
    """Return where the archive of the classes that Kafka loads is; one for each version of Java."""
    return jars_folder(settings) / f"kafka-{release_of(java_home(settings)).get('JAVA_VERSION', 'any')}.jsa"


def make_class_archive(settings: Settings, say: Callable[[str], None]) -> None:
    """Start Kafka once in a folder of its own, so that later starts take half the time; once per machine.

    A Java that came without the archive of its own classes can't make one on top of it.
    """
    archive = class_archive(settings)
    java_has_one = (java_home(settings) / "lib" / "server" / "classes.jsa").exists()
    if archive.exists() or settings.kafka_bootstrap or not java_has_one:
        return
    say("preparing Kafka's quick start (once per machine)")
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".kafka-") as name:
        home, fresh = Path(name), Path(name) / archive.name
        training = settings.model_copy(update={"home": home, "port_base": free_port_base(settings)})
        _train(training, fresh)
        if fresh.exists():
            fresh.replace(archive)


def _train(settings: Settings, archive: Path) -> None:
    prepare_kafka(settings)
    command = _command(settings, f"-XX:ArchiveClassesAtExit={archive}")
    deadline = time.monotonic() + TRAINING_SECONDS
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"{HOST}:{settings.port('kafka')}"
        while process.poll() is None and time.monotonic() < deadline and not is_kafka_ready(address):
            time.sleep(LOOK_SECONDS)
        process.terminate()


def free_port_base(settings: Settings) -> int:
    """Return a port base at which Kafka's two ports are free: this platform's own or one of those above it."""
    bases = range(settings.port_base, LAST_PORT - 100, 100)
    ports = ("kafka", "kafka-controller")
    for base in bases:
        if all(is_free(settings.model_copy(update={"port_base": base}).port(name)) for name in ports):
            return base
    raise MisconfiguredError("There is no free port on this machine; end some servers.")


def conf_folder(settings: Settings) -> Path:
    """Return the folder of Kafka's configuration files."""
    return settings.home / "conf" / "kafka"


def prepare_kafka(settings: Settings) -> None:
    """Write the configuration and format the storage where that was not done."""
    folder, data = conf_folder(settings), settings.home / "kafka"
    properties = fill_template(
        "kafka.properties",
        port=settings.port("kafka"),
        controller_port=settings.port("kafka-controller"),
        data=data,
    )
    write_file(folder / "kafka.properties", properties)
    write_file(folder / "log4j2.properties", fill_template("log4j2.properties", level="INFO"))
    if not (data / "meta.properties").exists():
        _format_storage(settings, folder)


def _format_storage(settings: Settings, folder: Path) -> None:
    identity = base64.urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
    done = subprocess.run(
        [
            java(settings),
            "-XX:TieredStopAtLevel=1",
            f"-Dlog4j2.configurationFile=file:{folder / 'log4j2.properties'}",
            "-cp",
            kafka_classpath(settings),
            "kafka.tools.StorageTool",
            "format",
            "--standalone",
            f"--cluster-id={identity}",
            "-c",
            str(folder / "kafka.properties"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MisconfiguredError(
            f"Kafka's storage could not be made below {settings.home}: {done.stderr or done.stdout}"
        )


def is_kafka_ready(bootstrap: str) -> bool:
    """Tell whether a broker answers with its metadata."""
    from confluent_kafka import KafkaException  # noqa: PLC0415 - the command stays quick without it
    from confluent_kafka.admin import AdminClient  # noqa: PLC0415

    host, _, port = bootstrap.split(",", maxsplit=1)[0].rpartition(":")
    if not listens(int(port), host or HOST):
        return False
    try:
        client = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
        return bool(client.list_topics(timeout=ANSWER_SECONDS).brokers)
    except KafkaException:
        return False
