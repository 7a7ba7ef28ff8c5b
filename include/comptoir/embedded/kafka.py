"""Kafka, one KRaft node that is broker and controller."""

from __future__ import annotations

import base64
import subprocess
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from comptoir.embedded.checks import HOST, listens
from comptoir.embedded.files import fill_template, write_file
from comptoir.embedded.jars import jars_folder, kafka_classpath
from comptoir.embedded.java import java
from comptoir.embedded.server import Server
from comptoir.errors import MisconfiguredError

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.settings import Settings

ANSWER_SECONDS: Final = 3.0
MEMORY: Final = ("-Xms128m", "-Xmx384m", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:+ExitOnOutOfMemoryError")


def kafka_server(settings: Settings) -> Server:
    """Describe Kafka."""
    folder = conf_folder(settings)
    return Server(
        name="kafka",
        command=(
            java(settings),
            f"-XX:SharedArchiveFile={class_archive(settings)}",
            "-Xlog:disable",  # an archive of another Java is passed over without a word
            *MEMORY,
            f"-Dlog4j2.configurationFile=file:{folder / 'log4j2.properties'}",
            "-cp",
            kafka_classpath(settings),
            "kafka.Kafka",
            str(folder / "kafka.properties"),
        ),
        ports=(settings.port("kafka"), settings.port("kafka-controller")),
        is_ready=partial(is_kafka_ready, settings.kafka),
        prepare=partial(prepare_kafka, settings),
        stop_seconds=30,
    )


def conf_folder(settings: Settings) -> Path:
    """Return the folder of Kafka's configuration files."""
    return settings.home / "conf" / "kafka"


def class_archive(settings: Settings) -> Path:
    """Return where the archive of Kafka's loaded classes is: with it the start takes half the time."""
    return jars_folder(settings) / "kafka.jsa"


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
