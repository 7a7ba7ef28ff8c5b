"""Undo, redo and land again through the whole platform: by the command and by the dashboard's own routes."""

from __future__ import annotations

import shutil
import time
from base64 import b64encode
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

from comptoir.embedded.airflow import ENGINEER, engineer_password
from tests.stack.comparing import assert_everything_agrees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import RunningPlatform

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1800)]

PRODUCTS = "product_code,name,category,buy_price,sell_price,min_margin_threshold\n"
SALES = "invoice_no,client_code,product_code,quantity,unit_price,timestamp\n"
ACT_SECONDS = 120
LATE_SECONDS = 240  # a deadline may be a minute and a half away


@pytest.fixture
def tag() -> str:
    return uuid4().hex[:8]


@pytest.fixture
def files(platform: RunningPlatform, tag: str, tmp_path: Path) -> list[Path]:
    """A products file, a sales file, and one that corrects an invoice of it and adds another."""
    moment = f"{platform.today - timedelta(days=1)} 10:00:00"
    told = {
        "products": f"{PRODUCTS}{tag},Tea,Drinks,1.00,2.00,0.20\n",
        "sales": f"{SALES}{tag}-1,{tag}-C,{tag},3,2.50,{moment}\n",
        "correction": f"{SALES}{tag}-1,{tag}-C,{tag},5,2.75,{moment}\n{tag}-2,{tag}-D,{tag},1,2.50,{moment}\n",
    }
    paths = []
    for name, content in told.items():
        paths.append(tmp_path / f"{name}-{tag}.csv")
        paths[-1].write_text(content)
    return paths


def totals(platform: RunningPlatform, tag: str) -> dict[str, str]:
    rows = platform.json("kpis", "reductions")["rows"]
    return {row["code"].removeprefix(f"{tag}-"): row["new_total"] for row in rows if row["code"].startswith(tag)}


def test_a_withdrawn_correction_leaves_what_it_had_replaced(
    platform: RunningPlatform, tag: str, files: list[Path]
) -> None:
    platform.drop(files[0], files[1])
    [corrected] = platform.drop(files[2])
    assert totals(platform, tag) == {"C": "13.75", "D": "2.50"}

    gone = platform.json("withdraw", corrected["file_id"], "--wait")
    assert (gone["state"], gone["acts"][0]["by"]) == ("withdrawn", "operator")
    assert gone["acts"][0]["kinds"] == {"sales": {"records_remove": 1, "records_replace": 1, "records_unchanged": 0}}
    assert totals(platform, tag) == {"C": "7.50"}
    assert_everything_agrees(platform)

    back = platform.json("restore", corrected["file_id"], "--wait")
    assert (back["state"], [act["act"] for act in back["acts"]]) == ("applied", ["withdraw", "restore"])
    assert totals(platform, tag) == {"C": "13.75", "D": "2.50"}
    assert_everything_agrees(platform)
    assert run_states(platform, [act["run_id"] for act in back["acts"]]) == ["success", "success"]


def run_states(platform: RunningPlatform, run_ids: list[str]) -> list[str]:
    """How the Airflow runs of acts ended; the figures may be right a moment before the run is over."""
    url = platform.settings.airflow_url
    account = {"username": ENGINEER, "password": engineer_password(platform.settings)}
    token = httpx.post(f"{url}/auth/token", json=account).json()["access_token"]
    end = time.monotonic() + ACT_SECONDS
    while True:
        answers = [
            httpx.get(
                f"{url}/api/v2/dags/withdraw_file/dagRuns/{run_id}", headers={"Authorization": f"Bearer {token}"}
            ).json()
            for run_id in run_ids
        ]
        states = [str(answer["state"]) for answer in answers]
        if not {"queued", "running"} & set(states) or time.monotonic() > end:
            return states
        time.sleep(0.5)


def test_bytes_that_are_imported_land_anew_on_request_alone(
    platform: RunningPlatform, tag: str, files: list[Path]
) -> None:
    [first] = platform.drop(files[1])
    platform.drop(files[2])
    [known] = platform.drop(files[1])
    assert (known["file_id"], known["already_imported"]) == (first["file_id"], True)
    assert "already imported on" in known["message"]
    assert totals(platform, tag) == {"C": "13.75", "D": "2.50"}

    done = platform.run("drop", files[1], "--again", "--wait", "--json")
    assert done.returncode == 0, done.stdout
    latest = platform.json("uploads")[0]
    assert (latest["sha256"], latest["file_id"]) == (first["sha256"], f"{first['sha256'][:24]}-2")
    assert totals(platform, tag) == {"C": "7.50", "D": "2.50"}


def test_what_cannot_be_done_is_said(platform: RunningPlatform, files: list[Path]) -> None:
    unknown = platform.run("withdraw", "nothing-1")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "No file has the id nothing-1" in unknown.stderr
    [file] = platform.drop(files[0])
    platform.run("withdraw", file["file_id"], "--wait")
    again = platform.run("withdraw", file["file_id"], "--wait")
    assert (again.returncode, "withdrawn" in again.stdout) == (0, True)


@pytest.fixture
def signed_in(platform: RunningPlatform) -> Iterator[dict[str, httpx.Client]]:
    """A browser's session of each account."""
    url = platform.settings.dash_url
    clients = {name: httpx.Client(base_url=url, headers={"origin": url}, timeout=60) for name in platform.accounts}
    for name, client in clients.items():
        client.post("/login", data={"name": name, "password": platform.accounts[name]})
    yield clients
    for client in clients.values():
        client.close()


def test_on_the_page_an_accountant_undoes_her_own_files_and_the_administrator_any(
    platform: RunningPlatform, tag: str, files: list[Path], signed_in: dict[str, httpx.Client]
) -> None:
    [dropped] = platform.drop(files[1])
    content = files[2].read_bytes()
    send(signed_in["accountant"], files[2].name, content)
    hers = wait_for_upload(platform, files[2].name, "applied")
    assert (hers["by"], hers["source"]) == ("accountant", "page")
    assert signed_in["accountant"].get(f"/original/{hers['file_id']}").content == content
    assert signed_in["accountant"].get(f"/original/{dropped['file_id']}").status_code == 403
    assert signed_in["accountant"].post(f"/withdraw/{dropped['file_id']}").status_code == 403
    assert signed_in["administrator"].get(f"/original/{dropped['file_id']}").content == files[1].read_bytes()

    assert signed_in["accountant"].post(f"/withdraw/{hers['file_id']}").status_code == 303
    wait_for_upload(platform, files[2].name, "withdrawn")
    assert totals(platform, tag) == {"C": "7.50"}
    assert signed_in["administrator"].post(f"/restore/{hers['file_id']}").status_code == 303
    wait_for_upload(platform, files[2].name, "applied")
    assert totals(platform, tag) == {"C": "13.75", "D": "2.50"}


def send(client: httpx.Client, name: str, content: bytes) -> None:
    """Send a file as the page does, by the tus protocol, in one piece, and import it once it was looked into."""
    metadata = f"filename {b64encode(name.encode()).decode()}"
    begun = client.post("/transfers", headers={"upload-length": str(len(content)), "upload-metadata": metadata})
    piece = {"upload-offset": "0", "content-type": "application/offset+octet-stream"}
    address = begun.headers["location"]
    assert client.patch(address, content=content, headers=piece).status_code == 204
    end = time.monotonic() + ACT_SECONDS
    while (answer := client.post(f"{address}/import")).status_code == 409:
        assert time.monotonic() < end, answer.text
        time.sleep(0.5)
    assert answer.status_code == 303


def wait_for_upload(platform: RunningPlatform, name: str, state: str) -> dict[str, Any]:
    end = time.monotonic() + ACT_SECONDS
    while True:
        found = [upload for upload in platform.json("uploads") if upload["name"] == name]
        if found and found[0]["state"] == state:
            return dict(found[0])
        assert time.monotonic() < end, found
        time.sleep(0.5)


def test_an_expected_file_is_missed_and_its_zone_says_whose_it_is_when_it_comes(
    platform: RunningPlatform, tag: str, files: list[Path]
) -> None:
    """Take the next whole minute as the deadline, then put the file into an account's folder, late.

    The account is one that sends no other sales: any that came earlier that day would be the expected file.
    """
    soon = datetime.now(platform.settings.zone) + timedelta(seconds=90)  # the deadline is 30 to 90 s away
    added = platform.run("expect", "add", "sales", "--by", f"{soon:%H:%M}", "--account", "administrator")
    assert added.returncode == 0, added.stderr
    identity = added.stdout.strip()
    wait_until(lambda: expectation(platform, identity)["missing_since"] is not None)

    zone = platform.settings.drop_folder / "accounts" / "administrator"
    shutil.copy(files[1], zone / files[1].name)
    entry = wait_until(lambda: applied(platform, files[1].name))
    assert [entry["source"], entry["by"]] == ["folder", "administrator"]
    assert (zone / "done" / files[1].name).exists()
    wait_until(lambda: expectation(platform, identity)["missing_since"] is None)
    assert platform.run("expect", "remove", identity).returncode == 0
    assert totals(platform, tag) == {"C": "7.50"}


def expectation(platform: RunningPlatform, identity: str) -> dict[str, Any]:
    return next(each for each in platform.json("expect", "list") if each["id"] == identity)


def applied(platform: RunningPlatform, name: str) -> dict[str, Any] | None:
    entries = [each for each in platform.json("uploads") if each["name"] == name and each["state"] == "applied"]
    return entries[0] if entries else None


def wait_until(look: Callable[[], Any]) -> Any:
    """Return what a look finds as soon as it finds something."""
    end = time.monotonic() + LATE_SECONDS
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.5)
    return found
