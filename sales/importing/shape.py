"""The keys a mapping's TOML may have, and of which type their values are."""

from typing import Any

from django.utils.translation import gettext as _

TEXT, YES_OR_NO, TEXTS, TABLE, TABLE_OF_TEXTS = "text", "yes or no", "texts", "table", "texts table"
SHAPE: dict[str, str | dict[str, str]] = {
    "kind": TEXT,
    "source": TEXT,
    "null_values": TEXTS,
    "disqualified_reasons": TEXTS,
    "file": {"encoding": TEXT, "delimiter": TEXT, "ends_at_blank_line": YES_OR_NO},
    "dates": {"format": TEXT, "zone": TEXT},
    "amounts": {"decimal": TEXT, "currency": TEXT},
    "columns": TABLE,
    "only": TABLE_OF_TEXTS,
    "pipeline": {"name": TEXT, "stages": TEXTS},
    "stages": TABLE,
    "entered": TABLE,
    "meanings": TABLE,
    "owners": {"file": TEXT, "owner": TEXT, "teams": TEXTS, "change": TEXT},
}
"""A dictionary is a table with exactly these keys; TABLE is one of texts with any keys."""


class BadMapping(ValueError):
    """The mapping cannot be used; the message names the key and the reason."""


def check_shape(document: dict[str, Any]) -> None:
    """Raises BadMapping for an unknown key or a value of the wrong type, naming it."""
    for key, value in document.items():
        shape = _known(key, SHAPE)
        if not isinstance(shape, dict):
            _check_value(key, value, shape)
            continue
        if not isinstance(value, dict):
            raise bad(key, _("must be a table of its own."))
        for inner, each in value.items():
            _check_value(f"{key}.{inner}", each, str(_known(inner, shape, within=f"{key}.")))


def bad(key: str, reason: str) -> BadMapping:
    return BadMapping(f"{key}: {reason}")


def _known(key: str, shape: dict[str, Any], *, within: str = "") -> Any:
    if key not in shape:
        reason = _("is not part of a mapping. There is: %(known)s.") % {"known": ", ".join(shape)}
        raise bad(within + key, reason)
    return shape[key]


def _check_value(key: str, value: Any, shape: str) -> None:
    if shape in {TABLE, TABLE_OF_TEXTS}:
        if not isinstance(value, dict):
            raise bad(key, _("must be a table of its own."))
        for inner, each in value.items():
            _check_value(f"{key}.{inner}", each, TEXT if shape == TABLE else TEXTS)
    elif shape == TEXT and not isinstance(value, str):
        raise bad(key, _("must be a text in quotation marks."))
    elif shape == YES_OR_NO and not isinstance(value, bool):
        raise bad(key, _("must be true or false."))
    elif shape == TEXTS and not _are_texts(value):
        raise bad(key, _("must be a list of texts."))


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
