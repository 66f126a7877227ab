"""What the OpenAPI document says of every operation: how one gets in, and what errors look like."""

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from teams.api.problems import MEDIA_TYPE

Answers = dict[Any, Any]
SAID = {
    400: "The request cannot be understood.",
    401: "No key was sent, or one that is none or was revoked.",
    403: "The key lacks the scope.",
    404: "There is no such thing in the key's organisation.",
    405: "There is no such method here.",
    413: "The body is larger than 5 MB.",
    415: "The body is not of type application/json.",
    422: "Something in the request cannot be done; `errors` says what.",
    429: "Too many requests in this minute; `Retry-After` says for how many seconds to wait.",
}


class ProblemErrorSerializer(serializers.Serializer):
    """``pointer`` is a JSON pointer into the body, or names the parameter."""

    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """Problem details as RFC 9457 has them."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemErrorSerializer(many=True)  # type: ignore[assignment]


def problems(*numbers: int) -> Answers:
    """These and those that every operation may answer."""
    return {
        (number, MEDIA_TYPE): OpenApiResponse(ProblemSerializer, description=SAID[number])
        for number in sorted({400, 401, 403, 405, 429, *numbers})
    }


class Operations(AutoSchema):
    """Operations are called by what they do, in the words of their views."""

    def is_excluded(self) -> bool:
        """HEAD is GET without the body."""
        return super().is_excluded() or self.method == "HEAD"


class ByKey(OpenApiAuthenticationExtension):
    target_class = "teams.access.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of the organisation, as `Authorization: Bearer daya_…`.",
        }


class NothingElse(OpenApiSerializerExtension):
    target_class = "teams.api.strict.Strict"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        said = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**said, "additionalProperties": False}
