"""Airflow's door to Comptoir: the dashboard in the navigation, the stream's log and Data Docs beside the tasks.

Every Airflow process and every task loads this file: it imports nothing heavy.
"""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from comptoir.settings import load_settings
from comptoir_airflow.expected import ExpectedBy
from comptoir_airflow.links import DashboardFilesLink, DataDocsLink, StreamLogLink
from comptoir_airflow.views import PREFIX, application


class ComptoirPlugin(AirflowPlugin):
    """Registers links, pages, and the deadline of expected files."""

    name = "comptoir"
    operator_extra_links = [StreamLogLink(), DataDocsLink(), DashboardFilesLink()]  # noqa: RUF012 - as Airflow declares it
    deadline_references = [ExpectedBy]  # noqa: RUF012 - as Airflow declares it
    external_views = [  # noqa: RUF012 - as Airflow declares it
        {"name": "Dashboard", "href": load_settings().dash_url, "destination": "nav", "url_route": "dashboard"}
    ]
    fastapi_apps = [{"name": "Comptoir", "app": application, "url_prefix": PREFIX}]  # noqa: RUF012 - as Airflow declares it
