"""The list of servers: those that the platform runs itself, and those that it is given by a URI."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from comptoir.embedded.airflow import airflow_servers
from comptoir.embedded.checks import answers
from comptoir.embedded.hdfs import hdfs_servers, is_hdfs_reachable
from comptoir.embedded.kafka import is_kafka_ready, kafka_server
from comptoir.embedded.mongo import is_mongo_reachable, mongo_server
from comptoir.embedded.postgres import is_database_reachable, postgres_server
from comptoir.embedded.server import External, Server

if TYPE_CHECKING:
    from comptoir.settings import Settings


def embedded_servers(settings: Settings) -> list[Server]:
    """Return the servers that the platform runs itself, in the order in which they start."""
    return [
        *([] if settings.airflow_db else [postgres_server(settings)]),
        *([] if settings.kafka_bootstrap else [kafka_server(settings)]),
        *([] if settings.mongo_uri else [mongo_server(settings)]),
        *([] if settings.hdfs_url else hdfs_servers(settings)),
        *airflow_servers(settings),
        dash_server(settings),
    ]


def dash_server(settings: Settings) -> Server:
    """Describe the dashboard."""
    port = settings.port("dash")
    return Server(
        name="dash",
        command=(sys.executable, "-m", "dash_app"),
        ports=(port,),
        is_ready=partial(answers, port, "/health"),
        needs=("stores",),
    )


def external_servers(settings: Settings) -> list[External]:
    """Return the servers that a URI in the settings names; secrets are left out of their addresses."""
    given = {
        "postgres": (settings.airflow_db, is_database_reachable),
        "kafka": (settings.kafka_bootstrap, is_kafka_ready),
        "mongo": (settings.mongo_uri, is_mongo_reachable),
        "hdfs": (settings.hdfs_url, is_hdfs_reachable),
    }
    return [
        External(name, _without_secrets(uri), partial(is_reachable, uri))
        for name, (uri, is_reachable) in given.items()
        if uri
    ]


def _without_secrets(uri: str) -> str:
    """Return the part of a URI that people may see.

    Examples:
        >>> _without_secrets("mongodb://someone:secret@db.example:27017/?tls=true")
        'db.example:27017'
    """
    return urlsplit(uri).netloc.rpartition("@")[2] if "://" in uri else uri
