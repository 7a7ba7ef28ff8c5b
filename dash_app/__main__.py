"""Serve the dashboard: `python -m dash_app`."""

from __future__ import annotations

import uvicorn

from comptoir.settings import load_settings
from dash_app.app import create_app


def main() -> None:
    """Serve until told to stop."""
    settings = load_settings()
    uvicorn.run(
        create_app(settings),
        host=settings.bind_host,
        port=settings.port("dash"),
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()
