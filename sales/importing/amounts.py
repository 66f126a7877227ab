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
PLAIN = re.compile(r"(\d{1,15})(?:\.(\d{1,2}))?", re.ASCII)
SIGN = r"[^\d\s.,'()−-]{1,4}\.?"
WRITTEN = re.compile(
    rf"(?P<open>\()?\s*(?P<minus>[-−])?\s*(?P<before>{SIGN})?\s*(?P<inner>[-−])?\s*"
    rf"(?P<number>[\d.,][\d.,'’\s]*?)\s*(?P<after>{SIGN})?\s*(?P<behind>[-−])?\s*(?P<close>\))?"
)
"""A number with what may stand around it: a currency's sign or code, a minus, parentheses."""

GROUPS = {
    ".": re.compile(r"(\d+|\d{1,3}(?:[\s,'’]\d{3})+)?(\.\d+)?"),
    ",": re.compile(r"(\d+|\d{1,3}(?:[\s.'’]\d{3})+)?(,\d+)?"),
}
THOUSANDS_OR_FRACTION = re.compile(r"\d{1,3}[.,]\d{3}", re.ASCII)
CODE = re.compile(r"[A-Z]{3}", re.ASCII)


class UnparsableAmount(ValueError):
    """The text is not an amount; ``code`` says what is wrong with it."""

    def __init__(self, text: str, code: str = "unparsable_amount") -> None:
        super().__init__(text)
        self.code = code


def exponent(currency: str) -> int:
    """Digits of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD."""
    if currency in NO_MINOR_UNIT:
        return 0
    return 3 if currency in THREE_DIGITS else 2


def to_minor(text: str, currency: str, decimal: str = "") -> int:
    """Minor units of an amount as written; a fraction of one is rounded half away from zero.

    ``decimal`` is the mark before the fraction; where nobody said, a point, and ``1.234`` or
    ``1,234`` is refused. A minus in front or behind and parentheses make it negative; a currency's
    sign or code around it is passed over. Raises UnparsableAmount.
    """
    places = exponent(currency)
    plain = PLAIN.fullmatch(text) if decimal != "," and places >= 2 else None
    if plain:
        return int(plain[1]) * 10**places + int((plain[2] or "").ljust(places, "0"))
    written = WRITTEN.fullmatch(text.strip())
    if written is None or bool(written["open"]) != bool(written["close"]):
        raise UnparsableAmount(text)
    for sign in (written["before"], written["after"]):
        if sign and sign != currency and CODE.fullmatch(sign):
            raise UnparsableAmount(text, "other_currency")
    number, mark = written["number"], decimal or "."
    if not decimal and places != 3 and THOUSANDS_OR_FRACTION.fullmatch(number):
        raise UnparsableAmount(text, "ambiguous_amount")
    minor = _minor(text, number, mark, places)
    minuses = [name for name in ("open", "minus", "inner", "behind") if written[name]]
    if len(minuses) > 1:
        raise UnparsableAmount(text)
    return -minor if minuses else minor


def _minor(text: str, number: str, mark: str, places: int) -> int:
    parts = GROUPS[mark].fullmatch(number)
    if parts is None:
        raise UnparsableAmount(text)
    whole = re.sub(r"\D", "", parts[1] or "0")
    fraction = (parts[2] or "")[1:]
    if len(whole) > 18:
        raise UnparsableAmount(text, "amount_too_large")
    exact = Decimal(f"{whole}.{fraction[:12] or 0}").scaleb(places)
    minor = int(exact.quantize(Decimal(1), "ROUND_HALF_UP"))
    if minor > LARGEST:
        raise UnparsableAmount(text, "amount_too_large")
    return minor


def to_major(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-exponent(currency))


def money_text(minor: int | None, currency: str) -> str:
    """An amount for people, in the current language, without a fraction that is nothing."""
    if minor is None:
        return ""
    places = exponent(currency) if minor % 10 ** exponent(currency) else 0
    return f"{number_format(to_major(minor, currency), places, force_grouping=True)} {currency}"
