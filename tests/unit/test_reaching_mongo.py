"""What MongoDB's driver raises is grouped by who acts: a retry, or the operator."""

from __future__ import annotations

import pytest
from pymongo.errors import AutoReconnect, ConfigurationError, OperationFailure

from comptoir.errors import ComptoirError, MisconfiguredError, TransientError
from comptoir.stores.hot import reaching_mongo


@pytest.mark.parametrize(
    ("raised", "expected", "words"),
    [
        (AutoReconnect("gone"), TransientError, "tried again"),
        (OperationFailure("Authentication failed.", 18), TransientError, "just being changed.*COMPTOIR_MONGO_URI"),
        (OperationFailure("not authorized on comptoir", 13), MisconfiguredError, "check COMPTOIR_MONGO_URI"),
        (ConfigurationError("bad"), MisconfiguredError, "check COMPTOIR_MONGO_URI"),
    ],
)
def test_an_error_says_who_acts(raised: Exception, expected: type[ComptoirError], words: str):
    with pytest.raises(expected, match=words), reaching_mongo():
        raise raised


def test_what_the_platform_did_wrong_stays_what_it_is():
    with pytest.raises(OperationFailure, match="bad query"), reaching_mongo():
        raise OperationFailure("bad query", 2)
