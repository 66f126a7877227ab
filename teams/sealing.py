"""Secrets that must be read again, such as those that sign webhooks, as they stand in the database.

A dump of the database alone opens none of them: the key comes from ``SECRET_KEY``. After a change
of it those of ``SECRET_KEY_FALLBACKS`` still open what they sealed.
"""

import secrets
from base64 import b64encode, urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

PURPOSE = b"daya.sealing"
SIGNING = "whsec_"
"""How secrets begin that sign by Standard Webhooks."""

SECRET_BYTES = 32


class Unreadable(Exception):
    """Sealed under another ``SECRET_KEY``, or changed."""


def signing_secret() -> str:
    """A new one, for Standard Webhooks."""
    return SIGNING + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def seal(secret: str) -> str:
    """What to store of it."""
    return _box().encrypt(secret.encode()).decode()


def unseal(stored: str) -> str:
    """The secret. Raises Unreadable."""
    try:
        return _box().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _box() -> MultiFernet:
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key))) for key in known])


def _derived(key: str | bytes) -> bytes:
    """32 bytes for this purpose alone."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(force_bytes(key))
