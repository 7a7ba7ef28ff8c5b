"""HDFS, the cold store or lake: what must never be lost. The only importer of its client.

What others rely on is written under a hidden temporary name and renamed. A rename never replaces what is
there, which makes it the commit point of a change set.
"""

from __future__ import annotations

import io
from collections import deque
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import IO, TYPE_CHECKING, Final

import hdfs_native
import polars as pl

from comptoir import names
from comptoir.errors import TransientError
from comptoir.lazy import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from comptoir.settings import Settings

COPY_BYTES: Final = 4 * 1024 * 1024
WRITERS: Final = 8
WAITING_WRITES: Final = 16  # each holds an open file

# Six tries over about 5 s. The client's own defaults took 178 s to report a refused connection.
CLIENT_CONFIG: Final = {
    "dfs.client.failover.max.attempts": "6",
    "dfs.client.failover.sleep.base.millis": "200",
    "dfs.client.failover.sleep.max.millis": "2000",
}
FOLDERS: Final = (
    names.LAKE_RAW,
    names.LAKE_STAGING,
    names.LAKE_SNAPSHOTS,
    names.LAKE_FACTS,
    names.LAKE_CHECKPOINTS,
)


@dataclass(frozen=True)
class Cold:
    """The lake, opened; every path that its functions take is relative to `root`.

    Attributes:
        client: the client of HDFS.
        url: where HDFS is.
        root: the folder of the lake.
        beside: within `side_by_side`, what takes the writing of a file to be done beside others.
    """

    client: hdfs_native.Client
    url: str
    root: str
    beside: Callable[[Callable[[], None]], object] | None = None

    def full(self, path: str) -> str:
        """Return a path as HDFS knows it."""
        return f"{self.root.rstrip('/')}/{path}"


def open_cold(settings: Settings) -> Cold:
    """Open the lake; nothing is asked of the server before the first use."""
    return Cold(hdfs_native.Client(settings.hdfs, dict(CLIENT_CONFIG)), settings.hdfs, settings.lake_root)


def prepare_cold(cold: Cold) -> None:
    """Make the lake's folders; what is there already stays as it is."""
    folders = list(FOLDERS)
    for kind in names.KINDS:
        folders += [f"{names.LAKE_CLAIMS}/{kind}", f"{names.LAKE_EVENTS}/{kind}"]
    with _reaching(cold):
        for folder in folders:
            cold.client.mkdirs(cold.full(folder), create_parent=True)


@contextmanager
def _reaching(cold: Cold) -> Iterator[None]:
    """Turn the client's errors into TransientError; a missing or an existing file stays itself."""
    try:
        yield
    except (FileNotFoundError, FileExistsError):
        raise
    except (OSError, RuntimeError) as error:
        first_line = str(error).partition("\n")[0]
        raise TransientError(f"HDFS ({cold.url}) can't be reached and is tried again: {first_line}") from error


def put(cold: Cold, path: str, content: bytes) -> None:
    """Write a file, replacing one that is there."""
    with _reaching(cold), _created(cold, path) as file:
        file.write(content)


@contextmanager
def side_by_side(cold: Cold) -> Iterator[Cold]:
    """Give a lake that files are put into beside each other and beside the block; at its end all are whole.

    The client asks once whether a file is complete, which the NameNode mostly can't tell yet, and asks again after
    0.5 s (measured: 9 of 10 files of 2 KB): files that wait together wait once.

    Raises:
        TransientError: one could not be put; what had not begun by then is left.
    """
    with ThreadPoolExecutor(WRITERS) as writers:
        begun: deque[Future[None]] = deque()

        def write_beside(write: Callable[[], None]) -> None:
            if len(begun) >= WAITING_WRITES:
                begun.popleft().result()
            begun.append(writers.submit(write))

        try:
            yield replace(cold, beside=write_beside)
            for each in as_completed(begun):
                each.result()
        except BaseException:
            writers.shutdown(cancel_futures=True)
            raise


def put_file(cold: Cold, path: str, local: Path) -> None:
    """Copy a local file into the lake, replacing one that is there; the local one may go as soon as this returns."""
    copy = partial(_copy, cold, path, local.open("rb"))
    if cold.beside:
        cold.beside(copy)
    else:
        copy()


def _copy(cold: Cold, path: str, source: IO[bytes]) -> None:
    with _reaching(cold), source, _created(cold, path) as file:
        while piece := source.read(COPY_BYTES):
            file.write(piece)


def _created(cold: Cold, path: str) -> hdfs_native.FileWriter:
    options = hdfs_native.WriteOptions(overwrite=True, create_parent=True)
    return cold.client.create(cold.full(path), options)


def get(cold: Cold, path: str) -> bytes:
    """Return a file's bytes.

    Raises:
        FileNotFoundError: there is no such file.
    """
    with _reaching(cold):
        return cold.client.read(cold.full(path)).read()


def get_file(cold: Cold, path: str, local: Path) -> None:
    """Copy a file of the lake to a local one; raise FileNotFoundError where it isn't there."""
    with _reaching(cold), local.open("wb") as target:
        for piece in cold.client.read(cold.full(path)):
            target.write(piece)


def read_pieces(cold: Cold, path: str) -> Iterator[bytes]:
    """Yield a file's bytes in pieces; raise FileNotFoundError where it isn't there."""
    with _reaching(cold):
        for piece in cold.client.read(cold.full(path)):
            yield bytes(piece)


def exists(cold: Cold, path: str) -> bool:
    """Tell whether there is such a file or folder."""
    with _reaching(cold):
        try:
            cold.client.get_file_info(cold.full(path))
        except FileNotFoundError:
            return False
    return True


@dataclass(frozen=True)
class Listed:
    """What a folder says of a file, or of a folder in it; `changed_at` is when its content last changed."""

    name: str
    size_bytes: int
    changed_at: datetime


def list_files(cold: Cold, folder: str) -> list[Listed]:
    """Return what a folder holds, by name, hidden ones too; nothing where there is no such folder."""
    with _reaching(cold):
        try:
            found = list(cold.client.list_status(cold.full(folder)))
        except FileNotFoundError:
            return []
    listed = [Listed(each.path.rpartition("/")[2], each.length, _moment(each.modification_time)) for each in found]
    return sorted(listed, key=lambda each: each.name)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def list_names(cold: Cold, folder: str) -> list[str]:
    """Return the names of what a folder holds, sorted, hidden ones too; none where there is no such folder."""
    return [each.name for each in list_files(cold, folder)]


def publish(cold: Cold, temporary: str, final: str) -> bool:
    """Give a temporary file its name, unless that name is taken; False where it is, and the file stays.

    The NameNode decides, in one atomic step: of any number of writers exactly one gets the name.

    Raises:
        FileNotFoundError: the temporary file isn't there.
    """
    with _reaching(cold):
        try:
            cold.client.rename(cold.full(temporary), cold.full(final), overwrite=False)
        except FileExistsError:
            return False
    return True


def remove(cold: Cold, path: str) -> None:
    """Remove a file or a folder with all it holds; nothing happens where it isn't there."""
    with _reaching(cold):
        try:
            cold.client.delete(cold.full(path), recursive=True)
        except FileNotFoundError:
            return


def write_parquet(cold: Cold, path: str, frame: pl.DataFrame, metadata: Mapping[str, str] | None = None) -> None:
    """Write a frame as one Parquet file (zstd), with texts of our own in its footer."""
    write_parquet_parts(cold, path, [frame], metadata or {})


def write_parquet_parts(cold: Cold, path: str, frames: Iterable[pl.DataFrame], metadata: Mapping[str, str]) -> None:
    """Write frames of one schema, at least one, as one Parquet file (zstd), with texts of our own in its footer.

    Only one of them is in memory at a time.
    """
    scratch = Scratch()
    whole, parts = scratch.path / "whole", []
    for number, frame in enumerate(frames):
        parts.append(scratch.path / str(number))
        frame.write_parquet(parts[-1], compression="zstd", metadata=dict(metadata))
    if len(parts) == 1:
        parts[0].rename(whole)
    else:
        pl.scan_parquet(parts).sink_parquet(whole, compression="zstd", metadata=dict(metadata))
    put_file(cold, path, whole)


def read_parquet(cold: Cold, path: str) -> tuple[pl.DataFrame, dict[str, str]]:
    """Return the frame of a Parquet file and the texts of its footer; FileNotFoundError where it isn't there."""
    content = get(cold, path)
    return pl.read_parquet(content), pl.read_parquet_metadata(io.BytesIO(content))


@dataclass(frozen=True)
class LocalParquet:
    """A Parquet file of the lake, copied to this machine to be read in part; the copy goes with this object."""

    scratch: Scratch

    @property
    def path(self) -> Path:
        """Where the copy is."""
        return self.scratch.path / "copy"

    @property
    def metadata(self) -> dict[str, str]:
        """The texts of its footer."""
        return pl.read_parquet_metadata(self.path)


def copy_parquet(cold: Cold, path: str) -> LocalParquet:
    """Copy a Parquet file of the lake to this machine; raise FileNotFoundError where it isn't there."""
    copy = LocalParquet(Scratch())
    get_file(cold, path, copy.path)
    return copy
