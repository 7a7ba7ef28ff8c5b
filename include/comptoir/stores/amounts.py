"""Amounts as MongoDB keeps them, exactly, and several times as fast as the driver's own conversions.

A year of sales has hundreds of thousands of them. The driver goes by the digits of each; here a Decimal128 is read
and made as what it is, a whole number and a power of ten in 128 bits (binary integer decimal, IEEE 754-2008).
"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Final

from comptoir.stores.hot import Decimal128

DIGITS: Final = 34
SIGN_BIT: Final = 127
EXPONENT_BIT: Final = 113  # the exponent begins here, the whole number lies below
EXPONENT_BIAS: Final = 6176
COEFFICIENT: Final = (1 << EXPONENT_BIT) - 1
EXPONENTS: Final = (1 << 14) - 1
NO_NUMBER: Final = 3 << 125  # infinities, NaN, and forms that no writer uses
WIDE: Final = Context(prec=DIGITS)


def to_stored(amount: Decimal) -> Decimal128:
    """Return an amount as MongoDB keeps it, with as many places.

    Raises:
        decimal.Inexact: it has more digits than MongoDB can keep.
    """
    whole, _, places = str(amount).partition(".")
    digits = whole + places
    if len(digits) > DIGITS or not digits.lstrip("-").isdecimal():
        return Decimal128(amount)
    bits = abs(int(digits)) | (EXPONENT_BIAS - len(places)) << EXPONENT_BIT | digits.startswith("-") << SIGN_BIT
    return Decimal128.from_bid(bits.to_bytes(16, "little"))


def from_stored(amount: Decimal128) -> Decimal:
    """Return an amount of MongoDB, with as many places."""
    bits = int.from_bytes(amount.bid, "little")
    if bits & NO_NUMBER == NO_NUMBER:
        return amount.to_decimal()
    found = Decimal(bits & COEFFICIENT).scaleb((bits >> EXPONENT_BIT & EXPONENTS) - EXPONENT_BIAS, WIDE)
    return found.copy_negate() if bits >> SIGN_BIT else found
