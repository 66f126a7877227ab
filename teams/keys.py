"""Keys of the API: made, shown once, recognised, counted, revoked."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection
from django.utils import timezone

from teams.models import ApiKey, KeptAnswer, Organisation, Person

MARK = "daya"
KEPT = timedelta(days=7)
"""How long a request may be sent again under its Idempotency-Key."""

COUNT = """
UPDATE teams_apikey SET
    requests = CASE WHEN minute_at = %(minute)s THEN requests + 1 ELSE 1 END,
    minute_at = %(minute)s,
    last_used_at = CASE WHEN last_used_at > %(now)s - interval '1 minute' THEN last_used_at
                        ELSE %(now)s END
WHERE id = %(key)s RETURNING requests"""


def make_key(
    organisation: Organisation, *, name: str, scopes: Iterable[str], by: Person | None = None
) -> tuple[ApiKey, str]:
    """The key, and its text, which nobody can read again."""
    prefix, secret = secrets.token_hex(5), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        organisation=organisation,
        name=name,
        prefix=prefix,
        digest=_digest(secret),
        scopes=sorted(set(scopes)),
        created_by=by,
    )
    return key, f"{MARK}_{prefix}_{secret}"


def revoke_key(key: ApiKey) -> None:
    """It opens nothing from now on. A second time changes nothing."""
    ApiKey.objects.usable().filter(pk=key.pk).update(revoked_at=timezone.now())


def key_of(text: str) -> ApiKey | None:
    """The usable key that the text is, if any."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != MARK or not (prefix.isascii() and prefix.isalnum() and secret):
        return None
    found: ApiKey | None = (
        ApiKey.objects.usable().select_related("organisation").filter(prefix=prefix).first()
    )
    right = found and hmac.compare_digest(found.digest, _digest(secret))
    return found if right else None


def count_use(key: ApiKey, now: datetime) -> int:
    """Which request of this minute it is, from 1. When the key was used last is written down at
    most once a minute."""
    minute = now.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": key.pk, "now": now, "minute": minute})
        counted = cursor.fetchone()
        return int(counted[0]) if counted else 0


def forget_answers(now: datetime) -> int:
    """Delete answers that are kept no longer; how many there were."""
    return KeptAnswer.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _digest(secret: str) -> str:
    """The secret has 256 bits of its own; a slow hash would add nothing."""
    return sha256(secret.encode(errors="replace")).hexdigest()
