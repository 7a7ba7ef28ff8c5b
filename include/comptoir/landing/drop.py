"""Delivering a file into the drop zone: whole or not at all, under a safe name, with its origin beside it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import unicodedata
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal

from comptoir.errors import MisconfiguredError
from comptoir.questions import NO_ANSWERS, sound_answers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from io import BufferedReader

    from comptoir.settings import Settings

Source = Literal["folder", "page"]
Folder = Literal["done", "refused"]

DONE: Final[Folder] = "done"
REFUSED: Final[Folder] = "refused"
ACCOUNTS: Final = "accounts"  # below the drop zone: a zone per account
OF_FILES: Final = ("released", "completes")  # fields of an origin that name another file
NAME_BYTES: Final = 180  # file systems take 255; the origin's and the moved file's names are longer
SUFFIX_BYTES: Final = 20
COPY_BYTES: Final = 1024 * 1024
FORBIDDEN: Final = frozenset('<>:"/\\|?*')  # what one of the usual file systems refuses


@dataclass(frozen=True)
class Origin:
    """Where a file came from: the folder or the upload page, and by which account.

    `answers` are those to its questions that came with it; `again` asks for bytes that are imported already to land
    anew, as the latest; `released` is the file of which an administrator released these held rows, `completes` the
    inventory at whose place these lots land, which it did not name.
    """

    source: Source = "folder"
    by: str | None = None
    answers: dict[str, str] = field(default_factory=dict)
    again: bool = False
    released: str | None = None
    completes: str | None = None


def deliver(
    settings: Settings,
    source: Path | BinaryIO,
    name: str,
    *,
    by: str | None = None,
    source_name: Source = "folder",
    answers: Mapping[str, str] = NO_ANSWERS,
    again: bool = False,
    released: str | None = None,
    completes: str | None = None,
) -> Path:
    """Copy a file into the drop zone; nobody sees it before it is whole.

    Args:
        settings: where the drop zone is.
        source: a file, or a stream of bytes.
        name: the name it had where it comes from; it is made safe, and unique in the drop zone.
        by: the account that sends it; by the way `folder` it then goes into that account's zone.
        source_name: the way it takes, `folder` or `page`.
        answers: answers to the file's questions, by their ids.
        again: whether it lands anew where its bytes are imported already.
        released: the id of the file of which an administrator released these held rows; None of any other.
        completes: the id of the inventory that lacks these lots; None of any other.

    Returns:
        Where the file is now.
    """
    folder = prepare_drop_zone(settings)
    if by and source_name == "folder":
        folder = prepare_zone(settings, by)
    temporary = folder / f".{token_hex(8)}.part"
    try:
        _copy(source, temporary)
        origin = Origin(source_name, by, dict(answers), again, released, completes)
        return _name(temporary, folder, safe_name(name), origin)
    finally:
        temporary.unlink(missing_ok=True)


def adopt(
    settings: Settings,
    whole: Path,
    name: str,
    *,
    by: str,
    answers: Mapping[str, str] = NO_ANSWERS,
    again: bool = False,
) -> Path:
    """Give a whole file that came in pieces by the page, and lies hidden in the drop zone, its name there.

    The other arguments are those of `deliver`.
    """
    return _name(whole, prepare_drop_zone(settings), safe_name(name), Origin("page", by, dict(answers), again))


def prepare_drop_zone(settings: Settings) -> Path:
    """Make the drop zone with the folders for files that are done with; return it."""
    for folder in (DONE, REFUSED):
        (settings.drop_folder / folder).mkdir(parents=True, exist_ok=True)
    return settings.drop_folder


def prepare_zone(settings: Settings, account: str) -> Path:
    """Make an account's zone with the folders for files that are done with; return it.

    What is there stays as it is, the owner and the mode that the operator gave it included.

    Raises:
        MisconfiguredError: the account's name can't be a folder's.
    """
    if safe_name(account) != account:
        raise MisconfiguredError(
            f"The account “{account}” can have no folder: its name is no safe file name.",
            f"Le compte « {account} » ne peut pas avoir de dossier : son nom n'est pas un nom de fichier sûr.",
        )
    zone = zones_folder(settings) / account
    for folder in (DONE, REFUSED):
        (zone / folder).mkdir(parents=True, exist_ok=True)
    return zone


def zones_folder(settings: Settings) -> Path:
    """Return the folder of the drop zone with a folder, a zone, per account."""
    return settings.drop_folder / ACCOUNTS


def zone_account(settings: Settings, path: Path) -> str | None:
    """Return the account in whose zone a file lies, or lay; None for the drop zone itself.

    Examples:
        >>> from comptoir.settings import Settings
        >>> zone_account(Settings(drop_zone="/drop"), Path("/drop/accounts/claire/done/v.csv"))
        'claire'
        >>> zone_account(Settings(drop_zone="/drop"), Path("/drop/done/v.csv"))
    """
    zones = zones_folder(settings)
    return path.relative_to(zones).parts[0] if path.is_relative_to(zones) else None


def finished_folder(settings: Settings, path: Path, folder: Folder) -> Path:
    """Return where a file of the drop zone goes: inside its zone, so that its owner finds it there.

    A zone's owner may put anything into the zone: where its `done` or `refused` is no plain folder, such as a link that
    leads elsewhere, the drop zone's own takes its place.
    """
    account = zone_account(settings, path)
    if account is not None:
        inside = zones_folder(settings) / account / folder
        if not os.path.lexists(inside) and inside.parent.is_dir():
            inside.mkdir(exist_ok=True)
        if inside.is_dir() and not inside.is_symlink():
            return inside
    return prepare_drop_zone(settings) / folder


@contextmanager
def opened_unlinked(path: Path) -> Iterator[BufferedReader]:
    """Open a dropped file for reading; a symbolic link, which may lead anywhere, counts as no file.

    Raises:
        FileNotFoundError: there is no file, or a link.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise FileNotFoundError(errno.ENOENT, "A link, not a file", str(path)) from error
        raise
    with os.fdopen(descriptor, "rb") as file:
        yield file


def _copy(source: Path | BinaryIO, target: Path) -> None:
    with target.open("xb") as file:
        if isinstance(source, Path):
            with source.open("rb") as opened:
                shutil.copyfileobj(opened, file, COPY_BYTES)
        else:
            shutil.copyfileobj(source, file, COPY_BYTES)
        file.flush()
        os.fsync(file.fileno())


def _name(temporary: Path, folder: Path, name: str, origin: Origin) -> Path:
    """Give a whole file the first free name; its origin is there before it is."""
    target = folder / name
    while True:
        beside = origin_path(target)
        try:
            with beside.open("x") as file:
                json.dump(asdict(origin), file)
        except FileExistsError:
            target = _other_name(folder, name)
            continue
        if move_unless_taken(temporary, target):
            return target
        beside.unlink()
        target = _other_name(folder, name)


def _other_name(folder: Path, name: str) -> Path:
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a text, not a path
    return folder / f"{stem}-{token_hex(4)}{suffix}"


def move_unless_taken(source: Path, target: Path) -> bool:
    """Move a file within a file system unless the target's name is taken; False where it is.

    A link and an unlink, so that two workers never overwrite each other; where the file system has no links,
    a look and a rename.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        if not target.samefile(source):
            return False
    except OSError:
        if target.exists():
            return False
        source.rename(target)
        return True
    source.unlink(missing_ok=True)
    return True


def safe_name(name: str) -> str:
    """Return a name that any file system takes and no reader mistakes: the last part of a path, printable, short.

    Examples:
        >>> safe_name("../../etc/passwd")
        'passwd'
        >>> safe_name("  .hidden.csv ")
        'hidden.csv'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(character for character in unicodedata.normalize("NFC", last) if _is_harmless(character))
    stem, suffix = os.path.splitext(shown.strip(" .~$"))  # noqa: PTH122 - a text, not a path
    suffix = _cut(suffix, SUFFIX_BYTES)
    return (_cut(stem, NAME_BYTES - len(suffix.encode())).strip() or "file") + suffix


def _is_harmless(character: str) -> bool:
    # Categories C*: controls, and the marks that turn the direction of writing.
    return character not in FORBIDDEN and not unicodedata.category(character).startswith("C")


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def origin_path(path: Path) -> Path:
    """Return where the origin of a dropped file is kept: beside it, hidden."""
    return path.with_name(f".{path.name}.origin")


def read_origin(path: Path) -> Origin:
    """Return the origin of a dropped file; one that somebody just put there is from the folder."""
    try:
        fields: dict[str, Any] = json.loads(origin_path(path).read_text())
        answers = sound_answers(fields.get("answers", {}))
    except (FileNotFoundError, ValueError):
        return Origin()
    source: Source = "page" if fields.get("source") == "page" else "folder"
    released, completes = (each if isinstance(each := fields.get(name), str) else None for name in OF_FILES)
    return Origin(source, fields.get("by"), answers, fields.get("again") is True, released, completes)


def forget_origin(path: Path) -> None:
    """Remove the origin of a file that left the drop zone."""
    origin_path(path).unlink(missing_ok=True)
