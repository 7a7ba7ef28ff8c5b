"""Kafka, one KRaft node that is broker and controller."""

from __future__ import annotations

import base64
import subprocess
import time
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from comptoir.embedded.checks import HOST, is_free, listens
from comptoir.embedded.class_archives import archive_in, make_archive, using
from comptoir.embedded.files import fill_template, write_file
from comptoir.embedded.jars import jars_folder, kafka_classpath
from comptoir.embedded.java import java
from comptoir.embedded.server import Server
from comptoir.errors import MisconfiguredError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
    return Server(
        name="kafka",
        command=_command(settings, *using(class_archive(settings))),
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
    """Return where the archive of the classes that Kafka loads is."""
    return archive_in(jars_folder(settings), "kafka", settings)


def make_class_archive(settings: Settings, say: Callable[[str], None]) -> None:
    """Start Kafka once in a folder of its own, so that later starts take half the time."""
    if not settings.kafka_bootstrap:
        told = partial(say, "preparing Kafka's quick start (once per machine)")
        make_archive(class_archive(settings), settings, told, partial(_train, settings))


def _train(settings: Settings, home: Path, option: str) -> bool:
    training = settings.model_copy(update={"home": home, "port_base": free_port_base(settings)})
    prepare_kafka(training)
    deadline = time.monotonic() + TRAINING_SECONDS
    address, is_ready = f"{HOST}:{training.port('kafka')}", False
    command = _command(training, option)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and time.monotonic() < deadline and not is_ready:
            time.sleep(LOOK_SECONDS)
            is_ready = is_kafka_ready(address)
        process.terminate()
    return is_ready


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
