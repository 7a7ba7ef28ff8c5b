"""Mappings that owners confirmed by an answer: used again whenever a sheet comes with the same headers.

A mapping says which header each column has that was asked about, and, under `header|word`, what rows are that have a
word in a column of no contract.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from comptoir import accounts
from comptoir.accounts import OPERATOR
from comptoir.errors import MisconfiguredError
from comptoir.names import MAPPINGS
from comptoir.reading.guide import SIGNATURE_DIGITS, Given, Guide, header_of_word, signature_of
from comptoir.reading.headers import match_kind
from comptoir.reading.qualified import answered_words, senses_of
from comptoir.records import kind_of
from comptoir.stores.hot import reaching_mongo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comptoir.reading.guide import Mappings
    from comptoir.reading.tables import Table
    from comptoir.stores.hot import Hot


@reaching_mongo()
def remembered(hot: Hot, account: str | None) -> Mappings:
    """Return what an account confirmed, by the signature of its headers; another's word doesn't hold for its files."""
    found = hot.control[MAPPINGS].find({"account": account or OPERATOR})
    return {document["signature"]: document["mapping"] for document in found}


@reaching_mongo()
def remember(hot: Hot, tables: Sequence[Table], answers: Mapping[str, str], account: str | None) -> None:
    """Keep what answers said of columns and words, for the headers of each table; a later answer replaces an earlier.

    Args:
        hot: the mappings and the audit log.
        tables: one of each sheet of the file that the answers came with.
        answers: by the ids of questions.
        account: whose file it was; None where it was nobody's.
    """
    guide, owner = Guide(answers), account or OPERATOR
    for table in tables:
        answered = guide.answered(table.kind, table.sheet) | answered_words(table, answers)
        if answered:
            _keep(hot, (table.sent_headers, table.kind.name, owner), answered, by=owner)


def identity_of(signature: str, account: str) -> str:
    """Return the id of what an account said of the headers of a signature."""
    return sha256(f"{signature}:{account}".encode()).hexdigest()[:SIGNATURE_DIGITS]


def _keep(hot: Hot, of: tuple[list[str], str, str], answered: Mapping[str, str | None], *, by: str) -> None:
    headers, kind, account = of
    signature = signature_of(headers)
    identity = identity_of(signature, account)
    before = hot.control[MAPPINGS].find_one({"_id": identity}) or {"mapping": {}}
    mapping = before["mapping"] | dict(answered)
    if mapping == before["mapping"]:
        return
    fields = {"signature": signature, "account": account, "kind": kind, "headers": headers, "mapping": mapping}
    hot.control[MAPPINGS].update_one(
        {"_id": identity}, {"$set": fields | {"by": by, "at": datetime.now(UTC)}}, upsert=True
    )
    details = {"account": account, "from": before["mapping"], "to": mapping}
    accounts.record_act(hot, who=by, act="mapping remembered", subject=identity, details=details)


@reaching_mongo()
def list_mappings(hot: Hot) -> list[dict[str, Any]]:
    """Return every mapping as plain JSON, the latest first."""
    return [_plain(document) for document in hot.control[MAPPINGS].find().sort("at", -1)]


@reaching_mongo()
def find_mapping(hot: Hot, identity: str) -> dict[str, Any]:
    """Return a mapping as plain JSON.

    Raises:
        MisconfiguredError: there is no such mapping.
    """
    document = hot.control[MAPPINGS].find_one({"_id": identity})
    if document is None:
        raise _unknown(identity)
    return _plain(document)


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    at = document["at"].isoformat(timespec="seconds").replace("+00:00", "Z")
    told = {field: document[field] for field in ("account", "kind", "headers", "mapping", "by")}
    return {"id": document["_id"], **told, "at": at}


@reaching_mongo()
def edit(hot: Hot, identity: str, changes: Mapping[str, str | None], *, by: str = OPERATOR) -> None:
    """Let a mapping say something else: its account's files with its headers that come from now on are read so.

    Args:
        hot: the mappings and the audit log.
        identity: of which mapping.
        changes: the header of each column that changes, None where there is no such column, and what rows are that
            have a word, by `header|word`.
        by: who changes it.

    Raises:
        MisconfiguredError: there is no such mapping, column, header or word, or a header would be two columns.
    """
    known = find_mapping(hot, identity)
    told = known["mapping"] | dict(changes)
    words = {name: answer for name, answer in told.items() if is_word(name)}
    _check_words(known, words)
    _check_columns(known, {name: header for name, header in told.items() if name not in words})
    _keep(hot, (known["headers"], known["kind"], known["account"]), changes, by=by)


def is_word(name: str) -> bool:
    """Tell whether a name in a mapping is a `header|word`; no column has such a name."""
    return "|" in name


def _check_words(known: dict[str, Any], words: Mapping[str, str | None]) -> None:
    for name, answer in words.items():
        if name not in known["mapping"]:
            raise MisconfiguredError(
                f"Nothing is remembered of “{name}”; nothing was changed.",
                f"Rien n'est mémorisé de « {name} » ; rien n'a été changé.",
            )
        senses = senses_of(header_of_word(name, known["headers"]) or "", known["kind"])
        if answer not in senses:
            raise MisconfiguredError(
                f"What “{name}” means is one of {', '.join(senses)}; nothing was changed.",
                f"Le sens de « {name} » est l'un de {', '.join(senses)} ; rien n'a été changé.",
            )


def _check_columns(known: dict[str, Any], mapping: Mapping[str, str | None]) -> None:
    names = {column.name for column in kind_of(known["kind"]).columns}
    for column in sorted(mapping.keys() - names):
        raise MisconfiguredError(
            f"There is no column “{column}” in files of this kind; nothing was changed.",
            f"Il n'y a pas de colonne « {column} » dans les fichiers de ce type ; rien n'a été changé.",
        )
    for column, header in _lost(known, mapping).items():
        raise MisconfiguredError(
            f"“{header}” already names the column “{column}”, which no other header does; nothing was changed.",
            f"« {header} » nomme déjà la colonne « {column} », qu'aucun autre ne nomme ; rien n'a été changé.",
        )
    named = [header for header in mapping.values() if header is not None]
    for header in named:
        if header not in known["headers"] or named.count(header) > 1:
            raise MisconfiguredError(
                f"“{header}” must be one of the headers, and of one column only; nothing was changed.",
                f"« {header} » doit être l'un des en-têtes, et d'une seule colonne ; rien n'a été changé.",
            )


def _lost(known: dict[str, Any], mapping: Mapping[str, str | None]) -> dict[str, str]:
    """Return the columns that the headers name by themselves and would name no more, with the header of each."""
    kind, headers = kind_of(known["kind"]), known["headers"]
    own = match_kind(kind, headers).claims
    given = {column: Given(header, "memory") for column, header in mapping.items()}
    left = {claim.column for claim in match_kind(kind, headers, given).claims} | mapping.keys()
    return {claim.column: headers[claim.position] for claim in own if claim.column not in left}


@reaching_mongo()
def forget(hot: Hot, identity: str, *, by: str = OPERATOR) -> None:
    """Forget a mapping: files with its headers ask again; what was imported under it stays.

    Raises:
        MisconfiguredError: there is no such mapping.
    """
    gone = hot.control[MAPPINGS].find_one_and_delete({"_id": identity})
    if gone is None:
        raise _unknown(identity)
    accounts.record_act(hot, who=by, act="mapping forgotten", subject=identity, details={"from": gone["mapping"]})


def _unknown(identity: str) -> MisconfiguredError:
    return MisconfiguredError(
        f"There is no mapping {identity}; `comptoir mappings` shows those that there are.",
        f"La correspondance {identity} n'existe pas ; `comptoir mappings` montre celles qu'il y a.",
    )
