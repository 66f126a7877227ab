"""Time zones and currencies, by code, as people call them."""

from functools import cache
from importlib.resources import files

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language


@cache
def _zones() -> tuple[str, ...]:
    """Region/City of every country, as the time-zone database lists them; none of the old aliases.

    Source: zone.tab of the IANA database; its third column is the zone.
    """
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return ("UTC", *sorted({row[2] for row in rows}))


def zone_names() -> dict[str, str]:
    return {code: code.replace("_", " ") for code in _zones()}


def currency_names() -> dict[str, str]:
    """Currencies that are legal tender somewhere now, in the current language."""
    tender = {
        code
        for used in get_global("territory_currencies").values()
        for code, _since, until, is_tender in used
        if is_tender and until is None
    }
    names = Locale.parse(get_language() or "en", sep="-").currencies
    return {code: f"{code} · {names.get(code, code)}" for code in tender}
