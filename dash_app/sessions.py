"""Signed sessions: who is asking, carried by one cookie that nobody else can make.

The cookie holds the account, a random session id, the account's session epoch, when the session was opened
and when it was last used. It is signed, not stored; what ends it early (a reset, a sign-out, an account that
is gone) is checked against the account itself at each request.
"""

from __future__ import annotations

import secrets as randomness
import time
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from itsdangerous import BadSignature, URLSafeSerializer

from comptoir.accounts import Account, Role, find
from comptoir.secrets import secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptoir.sentences import Language
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

IDLE_SECONDS: Final = 2 * 3600  # an open page counts as use
ABSOLUTE_SECONDS: Final = 12 * 3600  # a working day, then sign in again
RENEW_SECONDS: Final = 60  # the cookie is renewed at most once a minute
SESSION_ID_BYTES: Final = 24  # 192 bits
ACCOUNT_CACHE_SECONDS: Final = 1.0  # a reset ends sessions within this time


@dataclass(frozen=True)
class Session:
    """One signed-in browser; times are seconds since the epoch."""

    session_id: str
    name: str
    epoch: int
    opened: float
    used: float
    role: Role = Role.ACCOUNTANT
    language: Language = "en"

    @property
    def is_administrator(self) -> bool:
        """Whether the figures are theirs to see."""
        return self.role is Role.ADMINISTRATOR


_current: ContextVar[Session | None] = ContextVar("comptoir_session", default=None)


def current_session() -> Session:
    """Return the session of the request or socket being served; the gate has put it there.

    Raises:
        PermissionError: code outside a signed-in request asked.
    """
    session = _current.get()
    if session is None:
        raise PermissionError("Nobody is signed in here.")
    return session


def is_signed_in() -> bool:
    """Tell whether a session is being served; the gate lets nobody through to a page without one."""
    return _current.get() is not None


def enter_session(session: Session) -> None:
    """Make a session the current one for the rest of this request or socket."""
    _current.set(session)


def require_administrator() -> Session:
    """Return the current session; raise PermissionError unless it is an administrator's."""
    session = current_session()
    if not session.is_administrator:
        raise PermissionError("This page is for administrators.")
    return session


class SessionBook:
    """Opens, reads and renews sessions."""

    def __init__(self, settings: Settings, hot: Hot, clock: Callable[[], float] = time.time) -> None:
        self.cookie = f"comptoir_session_{settings.port('dash')}"  # cookies don't know ports; two platforms may run
        self._default_language = settings.language
        self._hot = hot
        self._clock = clock
        self._signer = URLSafeSerializer(secret(settings, "dash-session-key"), salt="comptoir-session")
        self._accounts: dict[str, tuple[float, Account | None]] = {}

    def open(self, account: Account) -> Session:
        """Open a fresh session, under a new random id, for an account that has just proved itself."""
        now = self._clock()
        fresh = Session(randomness.token_urlsafe(SESSION_ID_BYTES), account.name, account.session_epoch, now, now)
        self.forget(account.name)
        return self._dressed(fresh, account)

    def seal(self, session: Session) -> str:
        """Return the cookie's value for a session."""
        fields = [session.session_id, session.name, session.epoch, session.opened, session.used]
        return self._signer.dumps(fields)

    def read(self, cookie: str | None, accept_language: str = "") -> Session | None:
        """Return the session of a cookie, or None when it is forged, too old, ended, or its account changed."""
        if not cookie:
            return None
        try:
            session_id, name, epoch, opened, used = self._signer.loads(cookie)
        except (BadSignature, ValueError):
            return None
        return self.check(Session(session_id, name, epoch, opened, used), accept_language)

    def check(self, session: Session, accept_language: str = "") -> Session | None:
        """Return the session with the account's role and language as they are now, or None once it has ended."""
        now = self._clock()
        too_old = now - session.used > IDLE_SECONDS or now - session.opened > ABSOLUTE_SECONDS
        account = None if too_old else self._account(session.name)
        if account is None or account.session_epoch != session.epoch:
            return None
        if session.session_id in account.ended_sessions:
            return None
        return self._dressed(session, account, accept_language)

    def renewed(self, session: Session) -> Session | None:
        """Return the session as used now, or None while the last renewal is recent enough."""
        now = self._clock()
        return replace(session, used=now) if now - session.used > RENEW_SECONDS else None

    def language(self, session: Session | None, accept_language: str) -> Language:
        """Return in which language to answer: whoever is signed in chose theirs, a browser names its own."""
        return session.language if session else preferred_language(accept_language, self._default_language)

    def forget(self, name: str) -> None:
        """Read the account anew at the next check."""
        self._accounts.pop(name, None)

    def _dressed(self, session: Session, account: Account, accept_language: str = "") -> Session:
        language = account.language or self.language(None, accept_language)
        return replace(session, role=account.role, language=language)

    def _account(self, name: str) -> Account | None:
        now = time.monotonic()
        read_at, account = self._accounts.get(name, (0.0, None))
        if now - read_at > ACCOUNT_CACHE_SECONDS:
            account = find(self._hot, name)
            self._accounts[name] = (now, account)
        return account


def preferred_language(accept_language: str, default: Language) -> Language:
    """Return the first language of an Accept-Language header that we speak, else the default.

    Examples:
        >>> preferred_language("de;q=0.9, fr-CA;q=0.8, en;q=0.5", "en")
        'fr'
    """
    ranked = sorted((_quality(part) for part in accept_language.split(",") if part.strip()), reverse=True)
    for _quality_value, tag in ranked:
        if tag in ("en", "fr"):
            return cast("Language", tag)
    return default


def _quality(part: str) -> tuple[float, str]:
    tag, _, quality = part.strip().partition(";q=")
    try:
        value = float(quality or 1)
    except ValueError:
        value = 0.0
    return value, tag.split("-")[0].lower()
