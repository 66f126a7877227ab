"""Settings of the limit page: Django with sessions, sign-in, our tables, and nothing else."""

from pathlib import Path

from config import embedded

SECRET_KEY = embedded.secret_key()
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "benchmarks.limit"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "teams",
    "sales",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
AUTH_USER_MODEL = "teams.User"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", **embedded.database_settings()}}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).resolve().parent],
    }
]
USE_TZ = True
