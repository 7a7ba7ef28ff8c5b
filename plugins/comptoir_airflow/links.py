"""Buttons on a task's page: where to read on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.operatorlink import BaseOperatorLink

from comptoir.settings import load_settings
from comptoir_airflow.views import PREFIX

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey


class StreamLogLink(BaseOperatorLink):
    """The log of the Spark application."""

    name = "Spark log"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 - Airflow's signature
        """Return the address of the log's end."""
        return f"{load_settings().airflow_url}{PREFIX}/stream-log"


class DataDocsLink(BaseOperatorLink):
    """The Data Docs of the file that a task validated."""

    name = "Data Docs"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 - Airflow's signature
        """Return the address of the file's Data Docs."""
        return f"{load_settings().airflow_url}{PREFIX}/data-docs/{file_of(operator)}/index.html"


class DashboardFilesLink(BaseOperatorLink):
    """The dashboard's page of files: their states, their rejected rows."""

    name = "Files on the dashboard"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 - Airflow's signature
        """Return the address of the page."""
        return f"{load_settings().dash_url}/"


def file_of(operator: Any) -> str:
    """Return the id of the file that an operator works on, once its templates are rendered."""
    return str(operator.file_id)
