"""Runs the `comptoir` command on a platform in whose processes faults can strike.

Usage: start_platform.py STRIKES COMMAND…; orders are left in the folder STRIKES, see `inside/sitecustomize.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from comptoir.embedded import environment

if TYPE_CHECKING:
    from comptoir.settings import Settings

INSIDE = Path(__file__).with_name("inside")


def main(strikes: str, *command: str) -> None:
    """Run the command with our folder on the path of each server's Python."""
    of_servers = environment.server_environment

    def with_strikes(settings: Settings) -> dict[str, str]:
        return of_servers(settings) | {"PYTHONPATH": str(INSIDE), "COMPTOIR_STRIKES": strikes}

    environment.server_environment = with_strikes
    from comptoir.cli import main as run  # noqa: PLC0415 - it takes over what was replaced above

    sys.argv = ["comptoir", *command]
    run()


if __name__ == "__main__":
    main(*sys.argv[1:])
