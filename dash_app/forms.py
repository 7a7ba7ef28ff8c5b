"""Forms of our own pages, read within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from fastapi import Request

MAX_FORM_BYTES: Final = 10_000
MAX_FIELDS: Final = 10


class FormTooLargeError(Exception):
    """A form of ours is never this large."""


async def read_form(
    request: Request, limit_bytes: int = MAX_FORM_BYTES, limit_fields: int = MAX_FIELDS
) -> dict[str, str]:
    """Return the fields of a form.

    Raises:
        FormTooLargeError: it is longer than `limit_bytes`.
        ValueError: it has more than `limit_fields` fields.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit_bytes:
            raise FormTooLargeError
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=limit_fields)
    return {key: values[0] for key, values in fields.items()}
