"""What a request says beyond what is described is refused, so that a slip of the pen is noticed."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
LONGEST_NAME = 200


class Strict(serializers.Serializer):
    """Refuses members that it does not have, each by its name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            refuse_unknown(data, self.fields)
        return super().to_internal_value(data)


def refuse_unknown(named: Iterable[str], known: Iterable[str]) -> None:
    """Raises ValidationError."""
    names = list(known)
    unknown = [name for name in named if name not in names]
    if unknown:
        said = _("There is no such name here. Known: %(names)s.")
        reason = said % {"names": ", ".join(names) or _("none")}
        error = [ErrorDetail(reason, "unknown")]
        raise ValidationError({_pointed(name): error for name in unknown})


def _pointed(name: str) -> str:
    """As a step of a JSON pointer, with nothing that no text can hold."""
    short = UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", name[:LONGEST_NAME])
    return short.replace("~", "~0").replace("/", "~1")
