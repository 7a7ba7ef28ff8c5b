"""Accounts: passwords are hashed, shown once, and a reset ends what was open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from comptoir import accounts
from comptoir.errors import MisconfiguredError
from comptoir.settings import Settings
from tests.unit.accounts_in_memory import MemoryHot

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", autouse=True)
def _cheap_hashes() -> Iterator[None]:
    """The same algorithm at its least cost: these tests hash dozens of times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def hot() -> MemoryHot:
    return MemoryHot()


def test_the_first_accounts_are_made_once(hot: MemoryHot) -> None:
    made = accounts.create_first_accounts(hot)
    assert [(account.name, account.role) for account in made] == [
        ("accountant", accounts.Role.ACCOUNTANT),
        ("administrator", accounts.Role.ADMINISTRATOR),
    ]
    assert len({account.password for account in made}) == 2
    assert all(len(account.password) >= 20 for account in made)
    assert accounts.create_first_accounts(hot) == []


def test_no_password_is_stored(hot: MemoryHot) -> None:
    made = accounts.create_first_accounts(hot)
    stored = json.dumps(hot.control["users"].documents) + str(hot.control["audit_log"].documents)
    assert "$argon2id$" in stored
    assert not any(account.password in stored for account in made)


def test_only_the_right_password_opens(hot: MemoryHot) -> None:
    accountant, administrator = accounts.create_first_accounts(hot)
    assert accounts.verify(hot, "accountant", accountant.password) == accounts.find(hot, "accountant")
    assert accounts.verify(hot, "accountant", administrator.password) is None
    assert accounts.verify(hot, "accountant", "") is None
    assert accounts.verify(hot, "nobody", accountant.password) is None
    assert accounts.verify(hot, "accountant", accountant.password + "x" * 1000) is None


def test_a_reset_gives_another_password_and_another_epoch(hot: MemoryHot) -> None:
    old = accounts.create_first_accounts(hot)[0].password
    new = accounts.reset_password(hot, "accountant")
    assert accounts.verify(hot, "accountant", old) is None
    account = accounts.verify(hot, "accountant", new)
    assert account is not None
    assert account.session_epoch == 2
    assert hot.acts[-1] == "password reset"


def test_a_reset_of_an_unknown_account_names_the_known_ones(hot: MemoryHot) -> None:
    accounts.create_first_accounts(hot)
    with pytest.raises(MisconfiguredError, match="accountant, administrator"):
        accounts.reset_password(hot, "admin")


def test_an_account_is_made_once_with_a_password_that_opens_it(hot: MemoryHot) -> None:
    made = accounts.create(hot, "claire", accounts.Role.ACCOUNTANT, "fr")
    account = accounts.verify(hot, "claire", made.password)
    assert account is not None
    assert (account.role, account.language, account.is_disabled) == (accounts.Role.ACCOUNTANT, "fr", False)
    with pytest.raises(MisconfiguredError, match="already") as refused:
        accounts.create(hot, "claire", accounts.Role.ADMINISTRATOR)
    assert refused.value.told("fr") == "Le compte « claire » existe déjà."
    assert accounts.verify(hot, "claire", made.password) == account
    (line,) = hot.control["audit_log"].documents.values()
    assert (line["who"], line["act"], line["subject"]) == ("operator", "account created", "claire")
    assert line["details"] == {"role": "accountant", "language": "fr"}


@pytest.mark.parametrize("name", ["", " claire", "a\nb", "x" * 65, "operator", "platform"])
def test_a_name_that_misleads_is_no_account(hot: MemoryHot, name: str) -> None:
    with pytest.raises(MisconfiguredError, match="can't be an account"):
        accounts.create(hot, name, accounts.Role.ACCOUNTANT)
    assert accounts.list_accounts(hot) == []


def test_a_disabled_account_opens_for_nobody_until_it_is_enabled(hot: MemoryHot) -> None:
    made = accounts.create(hot, "claire", accounts.Role.ACCOUNTANT)
    for _ in range(2):  # what is so already leaves no line
        accounts.set_disabled(hot, "claire", is_disabled=True)
    assert accounts.verify(hot, "claire", made.password) is None
    accounts.set_disabled(hot, "claire", is_disabled=False)
    account = accounts.verify(hot, "claire", made.password)
    assert account is not None
    assert account.session_epoch == 3  # sessions of before it was disabled stay ended
    assert hot.acts == ["account created", "account disabled", "account enabled"]
    with pytest.raises(MisconfiguredError, match="claire"):
        accounts.set_disabled(hot, "paul", is_disabled=True)


def test_the_trail_keeps_one_line_per_act(hot: MemoryHot) -> None:
    accounts.record_act(hot, who="a\r\nforged", act="sign-in refused", subject="x")
    (entry,) = hot.control["audit_log"].documents.values()
    assert entry["who"] == "a\\x0d\\x0aforged"


def test_the_policy_of_a_file_is_its_owners_else_the_platforms(hot: MemoryHot) -> None:
    accounts.create_first_accounts(hot)
    lenient, strict = Settings(), Settings(import_policy="all_or_nothing")
    assert accounts.import_policy(hot, strict, "accountant") == "all_or_nothing"
    accounts.set_import_policy(hot, "accountant", "good_rows")
    assert accounts.import_policy(hot, strict, "accountant") == "good_rows"
    assert (
        accounts.import_policy(hot, strict, "nobody") == accounts.import_policy(hot, strict, None) == "all_or_nothing"
    )
    accounts.set_import_policy(hot, "accountant", None)
    assert accounts.import_policy(hot, lenient, "accountant") == "good_rows"
    changes = [
        entry for entry in hot.control["audit_log"].documents.values() if entry["act"] == "import policy changed"
    ]
    assert [entry["details"] for entry in changes] == [
        {"from": None, "to": "good_rows"},
        {"from": "good_rows", "to": None},
    ]
    assert {(entry["who"], entry["subject"]) for entry in changes} == {("operator", "accountant")}


def test_the_policy_of_nobody_can_not_be_set(hot: MemoryHot) -> None:
    accounts.create_first_accounts(hot)
    with pytest.raises(MisconfiguredError, match="accountant, administrator"):
        accounts.set_import_policy(hot, "nobody", "good_rows")


def test_dates_and_numbers_are_read_as_the_owner_says_else_as_the_platform_does(hot: MemoryHot) -> None:
    accounts.create_first_accounts(hot)
    platform = Settings(date_order="day_first")
    accounts.set_locale(hot, "accountant", "month_first", "comma")
    own = accounts.with_locale_of(hot, platform, "accountant")
    assert [own.date_order, own.decimal_mark] == ["month_first", "comma"]
    assert accounts.with_locale_of(hot, platform, "nobody") == accounts.with_locale_of(hot, platform, None) == platform
    accounts.set_locale(hot, "accountant", None, None)
    assert accounts.with_locale_of(hot, platform, "accountant") == platform
    assert hot.acts[-2:] == ["locale changed", "locale changed"]
    with pytest.raises(MisconfiguredError, match="accountant, administrator"):
        accounts.set_locale(hot, "nobody", None, None)
