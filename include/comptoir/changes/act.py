"""What is done with a file's claims."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """A file's claims are made when it lands, taken back, or made again at their old place."""

    LAND = "land"
    WITHDRAW = "withdraw"
    RESTORE = "restore"
