"""The application's settings, with servers of the tests' own and nothing slow for its own sake."""

import os
from pathlib import Path

os.environ.setdefault("DAYA_VAR", str(Path(__file__).resolve().parent.parent / "var" / "test"))

from config.settings import *  # noqa: F403

(VAR_DIR / "static").mkdir(parents=True, exist_ok=True)  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
STORAGES["default"]["OPTIONS"]["location"] = VAR_DIR / f"media-{os.getpid()}"  # noqa: F405
API_REQUESTS_PER_MINUTE = 1_000_000
