"""HDFS: a NameNode and a DataNode."""

from __future__ import annotations

import subprocess
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from comptoir.embedded.checks import get_json, listens
from comptoir.embedded.files import fill_template, write_file
from comptoir.embedded.jars import hdfs_classpath
from comptoir.embedded.java import java
from comptoir.embedded.server import Server
from comptoir.errors import MisconfiguredError

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.settings import Settings

PACKAGE: Final = "org.apache.hadoop.hdfs.server"
NAMENODE: Final = f"{PACKAGE}.namenode.NameNode"
DATANODE: Final = f"{PACKAGE}.datanode.DataNode"
SMALL: Final = ("-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError")
DEFAULT_PORT: Final = 8020


def hdfs_servers(settings: Settings) -> list[Server]:
    """Describe the NameNode and the DataNode; neither waits for the other to start."""
    namenode = Server(
        name="namenode",
        command=(*_java(settings, "-Xmx192m"), NAMENODE),
        ports=(settings.port("namenode"), settings.port("namenode-http")),
        is_ready=partial(is_namenode_ready, settings.port("namenode-http")),
        prepare=partial(prepare_hdfs, settings),
    )
    datanode = Server(
        name="datanode",
        command=(*_java(settings, "-Xmx256m"), DATANODE),
        ports=tuple(settings.port(f"datanode{part}") for part in ("", "-http", "-ipc", "-proxy")),
        is_ready=partial(is_datanode_ready, settings.port("namenode-http")),
        prepare=partial(write_configuration, settings),
    )
    return [namenode, datanode]


def _java(settings: Settings, *options: str) -> tuple[str, ...]:
    folder = conf_folder(settings)
    logging = f"-Dlog4j2.configurationFile=file:{folder / 'log4j2.properties'}"
    classpath = f"{folder}:{hdfs_classpath(settings)}"
    return (java(settings), *SMALL, *options, "-Djava.net.preferIPv4Stack=true", logging, "-cp", classpath)


def conf_folder(settings: Settings) -> Path:
    """Return the folder of HDFS's configuration files."""
    return settings.home / "conf" / "hdfs"


def write_configuration(settings: Settings) -> None:
    """Write the configuration files of both servers."""
    folder, data = conf_folder(settings), settings.home / "hdfs"
    core = fill_template("core-site.xml", port=settings.port("namenode"), data=data)
    site = fill_template(
        "hdfs-site.xml",
        data=data,
        port=settings.port("namenode"),
        http_port=settings.port("namenode-http"),
        datanode_port=settings.port("datanode"),
        datanode_http_port=settings.port("datanode-http"),
        datanode_ipc_port=settings.port("datanode-ipc"),
        datanode_proxy_port=settings.port("datanode-proxy"),
    )
    write_file(folder / "core-site.xml", core)
    write_file(folder / "hdfs-site.xml", site)
    write_file(folder / "log4j2.properties", fill_template("log4j2.properties", level="WARN"))


def prepare_hdfs(settings: Settings) -> None:
    """Write the configuration and format the NameNode's storage where that was not done."""
    write_configuration(settings)
    if (settings.home / "hdfs" / "namenode" / "current" / "VERSION").exists():
        return
    done = subprocess.run(
        [*_java(settings), NAMENODE, "-format", "-nonInteractive"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise MisconfiguredError(f"HDFS could not be made below {settings.home}: {done.stderr or done.stdout}")


def is_namenode_ready(http_port: int) -> bool:
    """Tell whether the NameNode answers."""
    return _bean(http_port, "NameNodeInfo") is not None


def is_datanode_ready(http_port: int) -> bool:
    """Tell whether the NameNode knows a live DataNode and has left its safe mode."""
    state, info = _bean(http_port, "FSNamesystemState"), _bean(http_port, "NameNodeInfo")
    return bool(state and info and state["NumLiveDataNodes"] and info["Safemode"] == "")


def _bean(http_port: int, name: str) -> dict[str, Any] | None:
    answer = get_json(http_port, f"/jmx?qry=Hadoop:service=NameNode,name={name}")
    return next(iter(answer["beans"]), None) if answer else None


def is_hdfs_reachable(url: str) -> bool:
    """Tell whether something listens where an HDFS URL points."""
    parts = urlsplit(url)
    return listens(parts.port or DEFAULT_PORT, parts.hostname or "")
