"""What pushes: one consumer of the results topic and one watch of the ledger per process, many browsers.

The hub keeps, per subject (files, winners, losses, reductions, health), a number that grows with every change.
Each open page holds a subscription; what it gets is which subjects changed, and it reads those figures anew.
A result whose (epoch, version) is not above what was seen for its key changes nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from confluent_kafka import OFFSET_END, Consumer, KafkaError, KafkaException, TopicPartition

from comptoir.names import TOPIC_RESULTS
from dash_app.queries import Health, health

if TYPE_CHECKING:
    from collections.abc import Callable

    from dash_app.context import Dashboard

FIGURES: Final = ("winners", "losses", "reductions")
SUBJECTS: Final = ("files", *FIGURES, "health")
POLL_SECONDS: Final = 0.5
RETRY_SECONDS: Final = 2.0
HEALTH_SECONDS: Final = 5.0
METADATA_SECONDS: Final = 5.0
CHANGE_WAIT_MILLISECONDS: Final = 1000

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Subscription:
    """One open page: the subjects that changed since it last looked."""

    loop: asyncio.AbstractEventLoop
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    subjects: set[str] = field(default_factory=set)

    def tell(self, subject: str) -> None:
        """Note a change; called from any thread."""
        self.loop.call_soon_threadsafe(self._note, subject)

    def _note(self, subject: str) -> None:
        self.subjects.add(subject)
        self.changed.set()

    async def next_changes(self, timeout_seconds: float) -> set[str]:
        """Return the subjects that changed, as soon as there are any; nothing when time runs out."""
        try:
            await asyncio.wait_for(self.changed.wait(), timeout_seconds)
        except TimeoutError:
            return set()
        self.changed.clear()
        changed, self.subjects = self.subjects, set()
        return changed


class Hub:
    """Counts changes per subject and tells every open page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # A page that outlives this process compares its counts with the next one's: they must not start alike.
        self._counts = dict.fromkeys(SUBJECTS, int(time.time()))
        self._versions: dict[str, tuple[int, int]] = {}
        self._subscriptions: set[Subscription] = set()
        self.health = Health(stream_silent=False)

    def subscribe(self) -> Subscription:
        """Open a subscription on the running event loop."""
        subscription = Subscription(asyncio.get_running_loop())
        with self._lock:
            self._subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Close a subscription."""
        with self._lock:
            self._subscriptions.discard(subscription)

    def count(self, subject: str) -> int:
        """Return how often a subject has changed."""
        return self._counts[subject]

    def changed(self, subject: str) -> None:
        """Tell every page that a subject changed."""
        with self._lock:
            self._counts[subject] += 1
            listeners = list(self._subscriptions)
        for listener in listeners:
            listener.tell(subject)

    def take(self, result: dict[str, Any]) -> bool:
        """Take a result from the topic; False when it is not newer than what was seen for its key."""
        if result["type"] not in FIGURES:
            return False  # files and heartbeats are followed where they are kept
        key = f"{result['type']}:{result['key']}"
        version = (int(result["epoch"]), int(result["version"]))
        with self._lock:
            if version <= self._versions.get(key, (-1, -1)):
                return False
            self._versions[key] = version
        self.changed(result["type"])
        return True

    def set_health(self, now: Health) -> None:
        """Keep how the platform is; pages are told when what they would show changes."""
        before, self.health = self.health, now
        if _shown(now) != _shown(before):
            self.changed("health")


def _shown(now: Health) -> tuple[object, ...]:
    return (now.stream_silent, now.results_connected, now.store_connected, now.missed)


class Feeds:
    """The threads that feed a hub; started and stopped with the application."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._dashboard = dashboard
        self._settings = dashboard.settings
        self._hub = dashboard.hub
        self._stop = threading.Event()
        self._results_connected = threading.Event()
        steps = {"results": self._follow_results, "ledger": self._follow_ledger, "health": self._follow_health}
        self._threads = [
            threading.Thread(target=self._keep_going, args=(name, step), name=f"live-{name}", daemon=True)
            for name, step in steps.items()
        ]

    def start(self) -> None:
        """Start following."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop following; returns once every thread has ended."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def _keep_going(self, name: str, step: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                step()
            except Exception as error:  # noqa: BLE001 - a feed outlives whatever its server does
                log.warning("The live feed of %s was interrupted and starts again: %s", name, error)
                self._stop.wait(RETRY_SECONDS)

    def _follow_results(self) -> None:
        consumer = Consumer(
            {
                "bootstrap.servers": self._settings.kafka,
                "group.id": f"dash-{uuid4()}",  # asked for by the client; partitions are assigned, nothing is committed
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "latest",
                "fetch.wait.max.ms": 50,
                "reconnect.backoff.ms": 500,
                "reconnect.backoff.max.ms": 5000,
                "error_cb": self._note_error,
            },
            logger=log,
        )
        try:
            consumer.assign(self._ends(consumer))
            self._results_connected.set()
            # What came between the last reading and now is in MongoDB already.
            for subject in FIGURES:
                self._hub.changed(subject)
            while not self._stop.is_set():
                self._take_one(consumer)
                if not self._results_connected.is_set():
                    consumer.list_topics(TOPIC_RESULTS, timeout=METADATA_SECONDS)
                    self._results_connected.set()
        finally:
            self._results_connected.clear()
            consumer.close()

    def _note_error(self, error: KafkaError) -> None:
        if error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001 - the client's only name for it
            self._results_connected.clear()

    @staticmethod
    def _ends(consumer: Consumer) -> list[TopicPartition]:
        topic = consumer.list_topics(TOPIC_RESULTS, timeout=METADATA_SECONDS).topics[TOPIC_RESULTS]
        if topic.error is not None:
            raise KafkaException(topic.error)
        return [TopicPartition(TOPIC_RESULTS, partition, OFFSET_END) for partition in topic.partitions]

    def _take_one(self, consumer: Consumer) -> None:
        message = consumer.poll(POLL_SECONDS)
        if message is None:
            return
        if message.error() is not None:
            raise KafkaException(message.error())
        result = json.loads(message.value() or b"{}")
        if int(result["epoch"]) != self._dashboard.hot.epoch:
            self._dashboard.reopen()
        self._hub.take(result)

    def _follow_ledger(self) -> None:
        with self._dashboard.hot.ledger.watch(max_await_time_ms=CHANGE_WAIT_MILLISECONDS) as stream:
            self._hub.changed("files")  # what happened before the watch began
            while not self._stop.is_set():
                if stream.try_next() is not None:
                    self._hub.changed("files")

    def _follow_health(self) -> None:
        while not self._stop.is_set():
            self._hub.set_health(self._look())
            self._stop.wait(HEALTH_SECONDS)

    def _look(self) -> Health:
        connected = self._results_connected.is_set()
        try:
            return health(
                self._dashboard.hot,
                silent_after_seconds=self._settings.heartbeat_limit_seconds,
                results_connected=connected,
            )
        except Exception as error:  # noqa: BLE001 - any failure to look is the finding itself
            log.warning("MongoDB did not answer: %s", error)
            known = self._hub.health
            return replace(known, results_connected=connected, store_connected=False)
