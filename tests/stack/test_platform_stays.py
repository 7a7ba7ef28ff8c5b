"""What is in the figures stays there when the platform is stopped and started; nothing is left of a stopped one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from comptoir.alerts import alerts_file
from comptoir.samples import write_samples
from tests.stack.comparing import assert_everything_agrees

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunningPlatform

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1200)]


def shown(platform: RunningPlatform) -> list[Any]:
    commands = [("uploads",), ("kpis", "winners", "--window", "month", "--all"), ("kpis", "reductions")]
    documents = [platform.json(*command) for command in commands]
    for document in documents[1:]:
        document.pop("as_of")  # computed anew when the stream starts
    return documents


def alerts_of(platform: RunningPlatform) -> str:
    file = alerts_file(platform.settings.home)
    return file.read_text() if file.exists() else ""


def test_the_platform_is_healthy(platform: RunningPlatform):
    status = platform.json("status")
    assert status["healthy"]
    names = {service["name"] for service in status["services"]}
    assert names >= {
        "mongo",
        "kafka",
        "namenode",
        "datanode",
        "postgres",
        "airflow-scheduler",
        "dash",
        "stream_analytics",
    }


def test_stopped_and_started_it_shows_the_same_and_goes_on(platform: RunningPlatform, tmp_path: Path):
    platform.drop(*write_samples(tmp_path, platform.today))
    before = shown(platform)
    told = alerts_of(platform)
    assert platform.run("down").returncode == 0
    assert platform.processes() == []
    refused = platform.run("kpis", "reductions", "--json")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "comptoir up" in refused.stderr
    assert platform.run("up").returncode == 0
    assert shown(platform) == before
    path = tmp_path / "later.csv"
    header = "invoice_no,client_code,product_code,quantity,unit_price,timestamp"
    path.write_text(f"{header}\nLATER-1,CL001,EPI-010,3,12.00,{platform.today}T10:00:00\n")
    platform.drop(path)
    assert_everything_agrees(platform)
    assert alerts_of(platform) == told, "stopping and starting is no fault"
