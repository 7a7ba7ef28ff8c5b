"""The preloading executor, started for real in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from pathlib import Path

START = """
import sys
from comptoir_airflow.executor import HEAVY_MODULES, PreloadingLocalExecutor
executor = PreloadingLocalExecutor(parallelism=2)
executor.start()
print(all(module in sys.modules for module in HEAVY_MODULES), *executor.workers, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "start.py"
    path.write_text(START)
    return path


def test_its_workers_have_what_tasks_need_and_end_with_it(script: Path):
    environment = dict(os.environ, AIRFLOW_HOME=str(script.parent), COMPTOIR_HOME=str(script.parent))
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, str(script)], env=environment, **pipes) as scheduler:
        assert scheduler.stdout is not None
        answers = (line.split() for line in scheduler.stdout if line.startswith((b"True", b"False")))
        preloaded, *workers = next(answers)
        assert preloaded == b"True"
        assert len(workers) == 2
        scheduler.kill()
    deadline = time.monotonic() + 5
    while any(psutil.pid_exists(int(pid)) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [pid for pid in workers if psutil.pid_exists(int(pid))] == []
