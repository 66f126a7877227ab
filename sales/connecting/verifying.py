"""Whether a request comes from who shares a connection's secret, and is no old one sent again."""

import base64
import hmac
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.utils.translation import gettext_noop
from standardwebhooks import Webhook, WebhookVerificationError

from sales.connecting.changes import EPOCH, LONGEST_ID, milliseconds
from sales.models import Connection
from teams.sealing import Unreadable, unseal

TOLERANCE = timedelta(minutes=5)
"""How old a request may be, or how far ahead the sender's clock."""

ID, SIGNATURE = "webhook-id", "webhook-signature"
HUBSPOT_SIGNATURE, HUBSPOT_TIME = "x-hubspot-signature-v3", "x-hubspot-request-timestamp"

REFUSALS = {
    "no_secret": gettext_noop("The secret of the CRM is not filled in yet."),
    "lost_secret": gettext_noop("The secret cannot be read any more. Fill it in anew."),
    "unsigned": gettext_noop("The signature is missing."),
    "wrong_signature": gettext_noop("The signature is not that of this address and body."),
    "too_old": gettext_noop("It was signed more than five minutes ago, or ahead."),
}


class Refused(Exception):
    """The request is not taken; ``code`` is one of ``REFUSALS``."""

    def __init__(self, code: str) -> None:
        super().__init__(REFUSALS[code])
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A request as it came. ``headers`` by their names in lower case; ``url`` is where the sender
    was told to send."""

    url: str
    headers: AnyMapping[str, str]
    body: bytes


def verify(connection: Connection, request: Signed, now: datetime) -> str:
    """What tells this message from every other. Raises Refused."""
    if not connection.secret:
        raise Refused("no_secret")
    try:
        secret = unseal(connection.secret)
    except Unreadable as error:
        raise Refused("lost_secret") from error
    if connection.format == Connection.Format.HUBSPOT:
        return _by_hubspot(secret, request, now)
    return _by_standard(secret, request)


def _by_standard(secret: str, request: Signed) -> str:
    """Standard Webhooks: the message's id, the time and the body are signed.

    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    said = request.headers.get(ID, "")
    if not said or not request.headers.get(SIGNATURE):
        raise Refused("unsigned")
    try:
        Webhook(secret).verify(request.body, dict(request.headers), json_parse=False)
    except WebhookVerificationError as error:
        aged = "timestamp too" in str(error)
        raise Refused("too_old" if aged else "wrong_signature") from error
    except ValueError as error:  # Neither base64 nor UTF-8.
        raise Refused("wrong_signature") from error
    return said if len(said) <= LONGEST_ID else sha256(said.encode()).hexdigest()


def _by_hubspot(secret: str, request: Signed, now: datetime) -> str:
    """Version 3: method, address, body and time are signed with the app's client secret. A request
    repeated by HubSpot is signed anew; one that somebody else repeats is not.

    https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
    """
    said, time = request.headers.get(HUBSPOT_SIGNATURE), request.headers.get(HUBSPOT_TIME)
    if not said or not time:
        raise Refused("unsigned")
    text = b"".join((b"POST", request.url.encode(), request.body, time.encode()))
    right = base64.b64encode(hmac.digest(secret.encode(), text, sha256)).decode()
    if not hmac.compare_digest(said.encode(), right.encode()):
        raise Refused("wrong_signature")
    sent = milliseconds(time)
    if sent is None or abs(now - EPOCH - timedelta(milliseconds=sent)) > TOLERANCE:
        raise Refused("too_old")
    return said
