"""Runs the `comptoir` command on a platform in whose processes faults can strike.

Usage: start_platform.py STRIKES COMMAND…; orders are left in the folder STRIKES, see `inside/sitecustomize.py`.
No order is followed by this process itself; guards are left out in it, too.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comptoir.settings import Settings

INSIDE = Path(__file__).with_name("inside")


def main(strikes: str, *command: str) -> None:
    """Run the command with our folder on the path of each server's Python."""
    if any((Path(strikes) / "mutants").iterdir()):
        os.environ["COMPTOIR_STRIKES"] = strikes
        sys.path.insert(0, str(INSIDE))
        importlib.import_module("sitecustomize")
    from comptoir.embedded import environment  # noqa: PLC0415 - after what may be left out of it

    of_servers = environment.server_environment

    def with_strikes(settings: Settings) -> dict[str, str]:
        return of_servers(settings) | {"PYTHONPATH": str(INSIDE), "COMPTOIR_STRIKES": strikes}

    environment.server_environment = with_strikes
    from comptoir.cli import main as run  # noqa: PLC0415 - it takes over what was replaced above

    sys.argv = ["comptoir", *command]
    run()


if __name__ == "__main__":
    main(*sys.argv[1:])
