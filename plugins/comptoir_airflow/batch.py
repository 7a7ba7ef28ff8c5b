"""The batch application's task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from comptoir.names import DAG_BATCH
from comptoir.settings import load_settings
from comptoir_airflow.heartbeat import stop_reason
from comptoir_airflow.operators import open_hot_by_connection

if TYPE_CHECKING:
    from airflow.sdk import Context


class RecomputeDayOperator(SparkSubmitOperator):
    """Submits the batch application, unless no file was ever received: a new platform has nothing to recompute."""

    def execute(self, context: Context) -> None:
        """Submit it and wait for its end; fail for good where it says that somebody must act."""
        hot = open_hot_by_connection(load_settings())
        if hot.ledger.find_one({}, {"_id": 1}) is None:
            raise AirflowSkipException("No file was received yet: there is nothing to recompute.")
        try:
            super().execute(context)
        except AirflowException as error:
            if reason := stop_reason(hot, DAG_BATCH):
                raise AirflowFailException(reason) from error
            raise
