"""The whole dashboard on a store in memory, served by a process of its own: `python -m tests.unit.serve_uploads HOME`.

It prints its port and the accountant's password as JSON once it listens.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

import uvicorn

from comptoir import accounts
from comptoir.settings import Settings
from dash_app.app import create_app
from tests.unit.accounts_in_memory import MemoryHot


def main() -> None:
    """Serve until told to stop."""
    hot = MemoryHot()
    passwords = {account.name: account.password for account in accounts.create_first_accounts(hot)}
    app = create_app(Settings(home=Path(sys.argv[1]), language="en"), hot, live=False)
    listening = socket.create_server(("127.0.0.1", 0))
    print(json.dumps([listening.getsockname()[1], passwords["accountant"]]), flush=True)  # noqa: T201 - to who started it
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main()
