"""What the connections of Airflow give to the platform's own functions."""

from __future__ import annotations

from typing import Any

from airflow.providers.apache.kafka.hooks.base import KafkaBaseHook


class KafkaConfigHook(KafkaBaseHook):
    """Gives a Kafka connection's client configuration, its callbacks resolved, instead of a client."""

    def __init__(self, connection_id: str) -> None:
        """Keep the connection's id; it is looked up at first use."""
        super().__init__(connection_id)  # type: ignore[no-untyped-call]  # Airflow leaves it unannotated

    def _get_client(self, config: dict[str, Any]) -> dict[str, Any]:
        return config
