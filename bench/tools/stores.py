"""Servers of a measurement's own: MongoDB, Kafka and HDFS, empty, gone with it."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from comptoir.embedded.platform import start_servers, stop_servers
from comptoir.publishing.topics import create_topics
from comptoir.settings import Settings
from comptoir.stores.cold import open_cold, prepare_cold
from comptoir.stores.hot import open_hot, prepare_hot

if TYPE_CHECKING:
    from collections.abc import Iterator

PORT_BASE = 32500
STORES = {"mongo", "kafka", "namenode", "datanode"}


def own_settings(home: Path) -> Settings:
    """Return the settings of servers below a home; the trader of the real files is in London."""
    port_base = int(os.environ.get("COMPTOIR_PORT_BASE", PORT_BASE))
    return Settings(home=home, port_base=port_base, timezone="Europe/London", language="en")


def variables_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which another process finds these servers."""
    fields = settings.model_dump(mode="json", exclude_none=True)
    return os.environ | {f"COMPTOIR_{name.upper()}": str(value) for name, value in fields.items()}


@contextmanager
def own_stores() -> Iterator[Settings]:
    """Start the servers with topics, folders and indexes, and stop and remove them afterwards."""
    settings = own_settings(Path(tempfile.mkdtemp(prefix="comptoir-bench-")))
    try:
        start_servers(settings, _unheard, only=STORES)
        create_topics(settings)
        prepare_cold(open_cold(settings))
        prepare_hot(open_hot(settings))
        yield settings
    finally:
        stop_servers(settings, _unheard)
        shutil.rmtree(settings.home)


def _unheard(_sentence: str) -> None:
    """Take what the servers say while they start; a measurement prints its figures only."""
