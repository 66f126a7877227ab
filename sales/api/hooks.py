"""Where CRMs send what changes: signed, kept, acknowledged; taken in a moment later."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from sales.api.views import KINDS
from sales.connecting.receiving import NotJson, receive
from sales.connecting.verifying import Refused, Signed
from sales.models import Connection
from teams.access import SignedView
from teams.api.refusing import Unsigned


class HookView(SignedView):
    """The address of one connection. One that is none reads as one that was not signed for."""

    @extend_schema(exclude=True)
    def post(self, request: Request, address: UUID) -> Response:
        found = Connection.objects.open().select_related("organisation").filter(address=address)
        connection = found.first()
        if connection is None:
            raise Unsigned
        try:
            first = receive(
                connection,
                _signed(request),
                now=timezone.now(),
                check=_check_of(connection),
            )
        except Refused as refused:
            raise Unsigned(_(str(refused)), refused.code) from refused
        except NotJson as error:
            raise ParseError(_("The body is not JSON in UTF-8.")) from error
        return Response({"received": "now" if first else "before"}, status=202)


def _signed(request: Request) -> Signed:
    return Signed(
        url=f"{settings.SITE_URL}{request.path}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.data if isinstance(request.data, bytes) else b"",
    )


def _check_of(connection: Connection) -> Callable[[Any], None]:
    """A CRM sends again what is refused, and would so for ever: what of its changes cannot be read
    is said on the connection's page."""
    return _check_batch if connection.format == Connection.Format.DAYA else lambda body: None


def _check_batch(body: Any) -> None:
    """A batch as the API takes it, with its ``kind``. Raises ValidationError."""
    said = body if isinstance(body, dict) else {}
    kind = KINDS.get(str(said.get("kind")))
    if kind is None:
        reason = _("Name one of %(kinds)s.") % {"kinds": ", ".join(KINDS)}
        raise ValidationError({"kind": [ErrorDetail(reason, "unknown_kind")]})
    batch = {name: value for name, value in said.items() if name != "kind"}
    kind.batch(data={"source": "-", **batch}).is_valid(raise_exception=True)
