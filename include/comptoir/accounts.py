"""The dashboard's accounts: who may sign in, with which role, and the trail of what they did.

Passwords are kept as argon2id hashes only. A generated password is returned once, to be shown once. Each
account counts its *session epoch*: a reset raises it, and every session opened under an earlier one ends.
"""

from __future__ import annotations

import secrets as randomness
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from comptoir.errors import MisconfiguredError
from comptoir.landing.drop import safe_name
from comptoir.names import AUDIT_LOG, USERS
from comptoir.stores.hot import DuplicateKeyError, reaching_mongo

if TYPE_CHECKING:
    from comptoir.sentences import Language
    from comptoir.settings import DateOrder, DecimalMark, ImportPolicy, Settings
    from comptoir.stores.hot import Hot

PASSWORD_BYTES = 15  # 20 characters of URL-safe text, 120 bits
NAME_CHARACTERS = 64
OPERATOR, PLATFORM = "operator", "platform"  # as the audit log names who has the command, and nobody
MAX_PASSWORD_CHARACTERS = 200  # a longer one is refused unhashed, so that nobody buys work with megabytes
ENDED_SESSIONS_KEPT = 50  # signed-out sessions remembered per account until they would have run out anyway


class Role(StrEnum):
    """What an account may do: an administrator sees the figures and the uploads, an accountant the uploads."""

    ACCOUNTANT = "accountant"
    ADMINISTRATOR = "administrator"


FIRST_ACCOUNTS = (("accountant", Role.ACCOUNTANT), ("administrator", Role.ADMINISTRATOR))


@dataclass(frozen=True)
class Account:
    """An account as it stands now; `language` is None until its owner chose one.

    `import_policy`, `date_order` and `decimal_mark` are None where the platform's own hold for the account's files.
    `imports_clean_files` says that a file sent on the page without questions or rejected rows waits for nobody,
    `is_disabled` that nobody may sign in; files in the account's folder are taken all the same.
    """

    name: str
    role: Role
    language: Language | None
    session_epoch: int
    ended_sessions: frozenset[str] = frozenset()
    import_policy: ImportPolicy | None = None
    date_order: DateOrder | None = None
    decimal_mark: DecimalMark | None = None
    imports_clean_files: bool = False
    is_disabled: bool = False


@dataclass(frozen=True)
class NewAccount:
    """An account that was just made, with the only copy of its password."""

    name: str
    role: Role
    password: str


def create_first_accounts(hot: Hot) -> list[NewAccount]:
    """Make the first accounts where there are none at all; return them with their passwords, else nothing."""
    if hot.control[USERS].find_one({}, {"_id": 1}) is not None:
        return []
    return [create(hot, name, role, by=PLATFORM) for name, role in FIRST_ACCOUNTS]


@reaching_mongo()
def create(hot: Hot, name: str, role: Role, language: Language | None = None, *, by: str = OPERATOR) -> NewAccount:
    """Make an account; return it with its password, the only copy.

    Args:
        hot: where accounts are kept.
        name: a short printable name that nobody has yet.
        role: what the account may do.
        language: in which its pages and answers are; None for what its browser asks for.
        by: who says so.

    Raises:
        MisconfiguredError: there is an account of that name already, or the name can be none.
    """
    _require_sound_name(name)
    password = randomness.token_urlsafe(PASSWORD_BYTES)
    try:
        hot.control[USERS].insert_one(_new_document(name, role, language, password))
    except DuplicateKeyError as error:
        raise MisconfiguredError(
            f"There is an account “{name}” already.", f"Le compte « {name} » existe déjà."
        ) from error
    record_act(hot, who=by, act="account created", subject=name, details={"role": str(role), "language": language})
    return NewAccount(name, role, password)


def verify(hot: Hot, name: str, password: str) -> Account | None:
    """Return the account when the password is its own, else None; nobody's and a disabled one's take the same time."""
    document = _document(hot, name)
    if len(password) > MAX_PASSWORD_CHARACTERS:
        return None
    known_hash = document["password_hash"] if document else _hash_of_nobody()
    if not _matches(known_hash, password) or document is None:
        return None
    account = _account(document)
    return None if account.is_disabled else account


def find(hot: Hot, name: str) -> Account | None:
    """Return the account of that name, or None."""
    document = _document(hot, name)
    return _account(document) if document else None


@reaching_mongo()
def require(hot: Hot, name: str) -> Account:
    """Return the account of that name.

    Raises:
        MisconfiguredError: there is none.
    """
    account = find(hot, name)
    if account is None:
        raise _no_account(hot, name)
    return account


def list_accounts(hot: Hot) -> list[Account]:
    """Return every account, by name."""
    return [_account(document) for document in hot.control[USERS].find().sort("_id", 1)]


def reset_password(hot: Hot, name: str, *, by: str = OPERATOR) -> str:
    """Give an account a new password, end its sessions, and return the password: its only copy.

    Raises:
        MisconfiguredError: there is no account of that name.
    """
    password = randomness.token_urlsafe(PASSWORD_BYTES)
    change = {"$set": {"password_hash": _hasher().hash(password), "ended_sessions": []}, "$inc": {"session_epoch": 1}}
    if hot.control[USERS].update_one({"_id": name}, change).matched_count == 0:
        raise _no_account(hot, name)
    record_act(hot, who=by, act="password reset", subject=name)
    return password


@reaching_mongo()
def set_disabled(hot: Hot, name: str, *, is_disabled: bool, by: str = OPERATOR) -> None:
    """Let nobody sign in to an account any more, which ends its sessions; or let its owner sign in again.

    Raises:
        MisconfiguredError: there is no account of that name.
    """
    if require(hot, name).is_disabled == is_disabled:
        return
    change = {"$set": {"is_disabled": is_disabled}, "$inc": {"session_epoch": 1}}
    hot.control[USERS].update_one({"_id": name}, change)
    record_act(hot, who=by, act="account disabled" if is_disabled else "account enabled", subject=name)


def end_session(hot: Hot, name: str, session_id: str) -> None:
    """Remember that a session was signed out, so that a copy of its cookie opens nothing."""
    ended = {"$each": [session_id], "$slice": -ENDED_SESSIONS_KEPT}
    hot.control[USERS].update_one({"_id": name}, {"$push": {"ended_sessions": ended}})
    record_act(hot, who=name, act="sign-out", subject=name)


def choose_language(hot: Hot, name: str, language: Language) -> None:
    """Keep the language in which an account reads its pages."""
    hot.control[USERS].update_one({"_id": name}, {"$set": {"language": language}})


def set_clean_imports(hot: Hot, name: str, *, imports_clean_files: bool) -> None:
    """Say whether an account's files without questions or rejected rows are imported right away; it says so itself."""
    hot.control[USERS].update_one({"_id": name}, {"$set": {"imports_clean_files": imports_clean_files}})
    details = {"to": imports_clean_files}
    record_act(hot, who=name, act="import of clean files changed", subject=name, details=details)


def set_import_policy(hot: Hot, name: str, policy: ImportPolicy | None, *, by: str = OPERATOR) -> None:
    """Say what a bad row refuses in the files of an account; None for what the platform's setting says.

    Raises:
        MisconfiguredError: there is no account of that name.
    """
    before = _document(hot, name)
    if before is None:
        raise _no_account(hot, name)
    hot.control[USERS].update_one({"_id": name}, {"$set": {"import_policy": policy}})
    details = {"from": before.get("import_policy"), "to": policy}
    record_act(hot, who=by, act="import policy changed", subject=name, details=details)


@reaching_mongo()
def import_policy(hot: Hot, settings: Settings, owner: str | None) -> ImportPolicy:
    """Return the policy for a file: its owner's where the owner has one, else the platform's."""
    account = find(hot, owner) if owner else None
    return (account and account.import_policy) or settings.import_policy


def set_locale(
    hot: Hot, name: str, date_order: DateOrder | None, decimal_mark: DecimalMark | None, *, by: str = OPERATOR
) -> None:
    """Say how dates and numbers that fit both readings are read in the files of an account.

    Args:
        hot: where accounts are kept.
        name: the account.
        date_order: None for what the platform's setting says.
        decimal_mark: likewise.
        by: who says so.

    Raises:
        MisconfiguredError: there is no account of that name.
    """
    before = _document(hot, name)
    if before is None:
        raise _no_account(hot, name)
    locale = {"date_order": date_order, "decimal_mark": decimal_mark}
    hot.control[USERS].update_one({"_id": name}, {"$set": locale})
    details = {"from": {field: before.get(field) for field in locale}, "to": locale}
    record_act(hot, who=by, act="locale changed", subject=name, details=details)


@reaching_mongo()
def with_locale_of(hot: Hot, settings: Settings, owner: str | None) -> Settings:
    """Return the settings for a file: with its owner's language, date order and decimal mark where there are some."""
    account = find(hot, owner) if owner else None
    if account is None:
        return settings
    own = {"language": account.language, "date_order": account.date_order, "decimal_mark": account.decimal_mark}
    return settings.model_copy(update={field: value for field, value in own.items() if value})


def settings_for(hot: Hot, settings: Settings, owner: str | None) -> Settings:
    """Return the settings for a file: those of `with_locale_of`, with its owner's import policy."""
    own = with_locale_of(hot, settings, owner)
    return own.model_copy(update={"import_policy": import_policy(hot, settings, owner)})


def record_act(hot: Hot, *, who: str, act: str, subject: str, details: dict[str, Any] | None = None) -> None:
    """Write one line of the audit log; control characters are escaped so that no line can pose as another."""
    entry = {"at": datetime.now(UTC), "who": _one_line(who), "act": act, "subject": _one_line(subject)}
    hot.control[AUDIT_LOG].insert_one(entry | {"details": details or {}})


def _require_sound_name(name: str) -> None:
    is_short = 0 < len(name) <= NAME_CHARACTERS
    if not is_short or safe_name(name) != name or name in {OPERATOR, PLATFORM}:
        raise MisconfiguredError(
            f"“{name}” can't be an account: take 1 to {NAME_CHARACTERS} characters that a folder's name may have.",
            f"« {name} » ne peut pas être un compte : prenez de 1 à {NAME_CHARACTERS} caractères permis à un dossier.",
        )


def _new_document(name: str, role: Role, language: Language | None, password: str) -> dict[str, Any]:
    return {
        "_id": name,
        "password_hash": _hasher().hash(password),
        "role": str(role),
        "language": language,
        "session_epoch": 1,
        "ended_sessions": [],
        "import_policy": None,
        "date_order": None,
        "decimal_mark": None,
        "imports_clean_files": False,
        "is_disabled": False,
    }


def _document(hot: Hot, name: str) -> dict[str, Any] | None:
    document: dict[str, Any] | None = hot.control[USERS].find_one({"_id": str(name)})
    return document


def _account(document: dict[str, Any]) -> Account:
    return Account(
        name=document["_id"],
        role=Role(document["role"]),
        language=document.get("language"),
        session_epoch=document["session_epoch"],
        ended_sessions=frozenset(document.get("ended_sessions", ())),
        import_policy=document.get("import_policy"),
        date_order=document.get("date_order"),
        decimal_mark=document.get("decimal_mark"),
        imports_clean_files=document.get("imports_clean_files", False),
        is_disabled=document.get("is_disabled", False),
    )


def _no_account(hot: Hot, name: str) -> MisconfiguredError:
    known = ", ".join(account.name for account in list_accounts(hot)) or "-"
    return MisconfiguredError(
        f"There is no account “{name}”; the accounts are: {known}.",
        f"Le compte « {name} » n'existe pas ; les comptes sont : {known}.",
    )


def _matches(known_hash: str, password: str) -> bool:
    try:
        return _hasher().verify(known_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    return _hasher().hash(randomness.token_urlsafe(PASSWORD_BYTES))


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)
