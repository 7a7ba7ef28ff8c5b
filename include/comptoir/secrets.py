"""Secrets, generated at first use, one file each below `HOME/secrets`, readable by their owner alone."""

from __future__ import annotations

import os
import secrets as randomness
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from comptoir.settings import Settings

SECRET_BYTES = 32


def secret(settings: Settings, name: str) -> str:
    """Return the secret of that name, made at first use with mode 0600; safe between processes."""
    path = settings.home / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        fresh = path.with_name(f".{name}.{os.getpid()}.{randomness.token_hex(4)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(randomness.token_urlsafe(SECRET_BYTES))
        _keep_first(fresh, path)
    return path.read_text()


def _keep_first(fresh: os.PathLike[str], path: os.PathLike[str]) -> None:
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first; its secret counts
    finally:
        os.unlink(fresh)  # noqa: PTH108 - takes any path-like


def mongo_uri(settings: Settings) -> str:
    """Return the URI of the MongoDB in use, its password included."""
    if settings.mongo_uri:
        return settings.mongo_uri
    password = quote(secret(settings, "mongo-password"), safe="")
    return f"mongodb://comptoir:{password}@127.0.0.1:{settings.port('mongo')}/?authSource=admin&replicaSet=rs0"
