"""What every page and route of one dashboard process shares."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from comptoir.formats import Formats
from comptoir.stores.hot import open_hot
from dash_app.live import Feeds, Hub
from dash_app.previews import Previews
from dash_app.sessions import SessionBook, current_session
from dash_app.throttle import Throttle
from dash_app.translations import say

if TYPE_CHECKING:
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot


class Dashboard:
    """The composition root's product: settings, the hot store, sessions, and what pushes."""

    def __init__(self, settings: Settings, hot: Hot) -> None:
        self.settings = settings
        self.hot = hot
        self.hub = Hub()
        self.book = SessionBook(settings, hot)
        self.throttle = Throttle()
        self.feeds = Feeds(self)
        self.previews = Previews(self)

    def reopen(self) -> None:
        """Read figures from the current epoch from now on."""
        self.hot = open_hot(self.settings, self.hot.client)

    def today(self) -> date:
        """Return the current business day, in the trader's zone."""
        return datetime.now(self.settings.zone).date()

    def reader(self) -> Reader:
        """Return the words and formats of whoever is signed in."""
        return Reader(Formats.of(self.settings, current_session().language), self.settings)


class Reader:
    """One reader's words and formats, and the platform that they read about."""

    def __init__(self, formats: Formats, settings: Settings) -> None:
        self.formats = formats
        self.settings = settings

    def say(self, key: str, **words: object) -> str:
        """Return a sentence in the reader's language."""
        return say(self.formats.language, key, **words)
