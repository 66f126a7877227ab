"""Time zones and currencies, by code, as people call them."""

from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language


def zone_names() -> dict[str, str]:
    return {code: code.replace("_", " ") for code in available_timezones()}


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
