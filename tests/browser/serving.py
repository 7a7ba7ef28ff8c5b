"""The dashboard served in a process of its own, on bare stores."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from comptoir.settings import Settings

START_SECONDS = 240  # on a machine that does much else
STOP_SECONDS = 30


@dataclass
class ServedDashboard:
    """Starts and ends the dashboard; its port stays the same."""

    settings: Settings
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = os.environ | {
            "COMPTOIR_HOME": str(self.settings.home),
            "COMPTOIR_PORT_BASE": str(self.settings.port_base),
            "COMPTOIR_TIMEZONE": self.settings.timezone,
            "COMPTOIR_HEARTBEAT_LIMIT_SECONDS": "60",
        }
        self.process = subprocess.Popen([sys.executable, "-m", "dash_app"], env=environment)
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.settings.dash_url}/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.3)
        pytest.fail("The dashboard did not start.")

    def kill(self) -> None:
        """End it at once, as a crash does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def stop(self) -> None:
        """End it in order."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(STOP_SECONDS)
