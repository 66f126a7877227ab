"""Refusals that Django REST framework has no exception for."""

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException


class Unprocessable(APIException):
    """The request is well-formed, and says something that cannot be done."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = _("This cannot be done.")
    default_code = "unprocessable"


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The body is larger than is read. Send fewer rows at once.")
    default_code = "too_large"


class Unsigned(APIException):
    """Nobody who is known here sent it."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_detail = _("The signature is missing or wrong.")
    default_code = "unsigned"
