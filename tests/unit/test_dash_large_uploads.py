"""A large upload goes to disk as it comes: the memory of the process that takes it doesn't grow with the file."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from hashlib import sha256
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest

from comptoir.landing.transfers import FOLDER
from comptoir.settings import PROJECT_ROOT, Settings
from dash_app.transfers import PATH, PIECE_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEBIBYTE = 1024 * 1024
FILE_MEBIBYTES = 320
FIRST_PIECE_MEBIBYTES = 200
GROWTH_MEBIBYTES = 40
ANSWER_SECONDS = 120.0


class Served:
    """The dashboard in a process of its own, an accountant who is signed in there, and the most memory it held."""

    def __init__(self, process: psutil.Process, client: httpx.Client) -> None:
        self.client = client
        self._process = process
        self.peak_mebibytes = self.mebibytes()

    def mebibytes(self) -> float:
        """Return the memory that the process holds now."""
        return float(self._process.memory_info().rss) / MEBIBYTE

    def body(self, first: int, last: int) -> Iterator[bytes]:
        """Give a part of the file, from one MiB to before another, and look at the memory after each."""
        for number in range(first, last):
            yield mebibyte(number)
            self.peak_mebibytes = max(self.peak_mebibytes, self.mebibytes())

    def begin(self, size_bytes: int) -> httpx.Response:
        """Announce a file of some size."""
        name = base64.b64encode(b"large.csv").decode()
        return self.client.post(PATH, headers={"Upload-Length": str(size_bytes), "Upload-Metadata": f"filename {name}"})

    def send(self, address: str, first: int, last: int) -> httpx.Response:
        """Send a part of the file."""
        headers = {"Upload-Offset": str(first * MEBIBYTE), "Content-Type": PIECE_TYPE}
        return self.client.patch(address, content=self.body(first, last), headers=headers)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    command = [sys.executable, "-m", "tests.unit.serve_uploads", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT_ROOT) as process:
        try:
            assert process.stdout is not None
            port, password = json.loads(process.stdout.readline())
            url = f"http://127.0.0.1:{port}"
            with httpx.Client(base_url=url, headers={"origin": url}, timeout=ANSWER_SECONDS) as client:
                assert client.post("/login", data={"name": "accountant", "password": password}).status_code == 303
                yield Served(psutil.Process(process.pid), client)
        finally:
            process.kill()


def mebibyte(number: int) -> bytes:
    """Return a MiB like no other."""
    return sha256(str(number).encode()).digest() * (MEBIBYTE // 32)


def test_a_large_file_goes_to_disk_as_it_comes_and_is_there_whole(served: Served, tmp_path: Path) -> None:
    address, held = str(served.begin(FILE_MEBIBYTES * MEBIBYTE).headers["location"]), served.mebibytes()
    assert served.send(address, 0, FIRST_PIECE_MEBIBYTES).status_code == 204
    arrived_bytes = int(served.client.head(address).headers["upload-offset"])
    assert arrived_bytes == FIRST_PIECE_MEBIBYTES * MEBIBYTE
    assert served.send(address, FIRST_PIECE_MEBIBYTES, FILE_MEBIBYTES).status_code == 204
    assert served.peak_mebibytes - held < GROWTH_MEBIBYTES
    (part,) = (Settings(home=tmp_path).drop_folder / FOLDER).glob("*.part")
    with part.open("rb") as file:
        assert all(file.read(MEBIBYTE) == mebibyte(number) for number in range(FILE_MEBIBYTES))
        assert file.read() == b""
