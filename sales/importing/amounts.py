"""Money: a whole number of minor units with its currency."""

import re
from decimal import Decimal

from django.utils.formats import number_format

NO_MINOR_UNIT = frozenset(
    "BIF,CLP,DJF,GNF,ISK,JPY,KMF,KRW,PYG,RWF,UGX,VND,VUV,XAF,XOF,XPF".split(",")  # noqa: SIM905
)
THREE_DIGITS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
"""Currencies whose minor unit is not a hundredth (ISO 4217)."""

LARGEST = 10**17
GROUPED = {
    ".": re.compile(r"-?(\d+|\d{1,3}(?:[ ,'\u00a0\u202f]\d{3})+)(\.\d+)?", re.ASCII),
    ",": re.compile(r"-?(\d+|\d{1,3}(?:[ .'\u00a0\u202f]\d{3})+)(,\d+)?", re.ASCII),
}


class UnparsableAmount(ValueError):
    """The text is not an amount in the stated notation."""


def exponent(currency: str) -> int:
    """Digits of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD."""
    if currency in NO_MINOR_UNIT:
        return 0
    return 3 if currency in THREE_DIGITS else 2


def to_minor(text: str, currency: str, decimal: str = ".") -> int:
    """Minor units of an amount as written; a fraction of one is rounded half away from zero.

    A currency sign or code around the number is passed over. Raises UnparsableAmount.
    """
    bare = re.sub(r"^[^\d.,\-()]+|[^\d.,)]+$", "", text.strip())
    if not GROUPED[decimal].fullmatch(bare):
        raise UnparsableAmount(text)
    plain = re.sub(r"[^\d\-" + re.escape(decimal) + "]", "", bare).replace(decimal, ".")
    minor = Decimal(plain).scaleb(exponent(currency)).quantize(Decimal(1), "ROUND_HALF_UP")
    if abs(minor) > LARGEST:
        raise UnparsableAmount(text)
    return int(minor)


def to_major(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-exponent(currency))


def money_text(minor: int | None, currency: str) -> str:
    """An amount for people, in the current language, without a fraction that is nothing."""
    if minor is None:
        return ""
    places = exponent(currency) if minor % 10 ** exponent(currency) else 0
    return f"{number_format(to_major(minor, currency), places, force_grouping=True)} {currency}"
