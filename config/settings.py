"""Settings, read from the environment. Importing this module starts nothing.

Every variable is described in ``docs/operating.md``.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from config import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = embedded.var_dir()


def flag(name: str, *, default: bool) -> bool:
    """Read a yes/no variable: ``1``, ``true``, ``yes`` and ``on`` are yes."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


DEBUG = flag("DAYA_DEBUG", default=False)
SECRET_KEY = os.environ.get("DAYA_SECRET_KEY") or embedded.secret_key()
SITE_URL = os.environ.get("DAYA_SITE_URL", "http://localhost:8000").rstrip("/")
SITE_URL_IS_STATED = "DAYA_SITE_URL" in os.environ
"""Whether whoever runs this said where it is served; else the address above is a guess."""
ALLOWED_HOSTS = [
    *os.environ.get("DAYA_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(","),
    urlsplit(SITE_URL).hostname or "localhost",
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_COOKIES = SITE_URL.startswith("https://")
TRUSTED_PROXIES = int(os.environ.get("DAYA_TRUSTED_PROXIES", "1" if SECURE_COOKIES else "0"))
"""How many proxies stand in front, each of which sets X-Forwarded-Proto and appends to
X-Forwarded-For. With none, what those headers say is the client's invention and is not read."""

INSTALLED_APPS = [
    "config.apps.DayaConfig",
    "metrics",
    "surveys",
    "enablement",
    "sales",
    "teams",
    "jobs",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "teams.middleware.PersonalPagesMiddleware",
    "teams.middleware.PersonalLocaleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "teams.context.seat",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **embedded.database_settings(),
        "CONN_HEALTH_CHECKS": True,
    }
}

CACHES = {
    # In PostgreSQL, so that sign-in limits and charts do not depend on Redis being up. Apart, so
    # that a flood of charts cannot push out what is known of who tries passwords.
    name: {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": table,
        "OPTIONS": {"MAX_ENTRIES": entries},
    }
    for name, table, entries in [("default", "cache", 100_000), ("charts", "cache_charts", 20_000)]
}

REDIS_URL = embedded.redis_url()
JOBS_SCHEDULE = "config.schedule.SCHEDULE"

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TASK_TIME_LIMIT = 900
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2_000,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 10,
}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_ADAPTER = "teams.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # A session found open changes no address.
ACCOUNT_OPEN_SIGN_UP = flag("DAYA_OPEN_SIGN_UP", default=False)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Daya"
MFA_TOTP_TOLERANCE = 1  # A code is still good while it is being typed, as RFC 6238 advises.

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_SSL_REDIRECT = SECURE_COOKIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SILENCED_SYSTEM_CHECKS = [
    # Whether subdomains are served by TLS too is known to who owns the domain; their proxy adds it.
    "security.W005",
    "security.W021",
]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

API_LARGEST_BODY = 5_000_000
API_REQUESTS_PER_MINUTE = int(os.environ.get("DAYA_API_REQUESTS_PER_MINUTE", "600"))
REST_FRAMEWORK = {
    # Nobody gets in but by teams.access.KeyView, which says who.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["teams.api.throttling.KeyThrottle"],
    "DEFAULT_PARSER_CLASSES": ["teams.api.reading.ExactJSON"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "teams.api.reading.AlwaysJSON",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "teams.api.schema.Operations",
    "EXCEPTION_HANDLER": "teams.api.problems.answer",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Daya",
    "VERSION": "1",
    "DESCRIPTION": "Sales facts in; numbers and the rows behind them out. Errors are problem "
    "details (RFC 9457).",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "OutcomeOfRowEnum": "sales.api.sending.OUTCOMES",
        "OutcomeOfDealEnum": "sales.api.lists.OUTCOMES",
    },
}

WEBHOOKS_TO_PRIVATE = flag("DAYA_WEBHOOKS_TO_PRIVATE", default=False)

EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = os.environ.get("DAYA_MAIL_FROM", "Daya <daya@localhost>")
if os.environ.get("DAYA_SMTP_HOST"):
    EMAIL_HOST = os.environ["DAYA_SMTP_HOST"]
    EMAIL_PORT = int(os.environ.get("DAYA_SMTP_PORT", "587"))
    EMAIL_HOST_USER = os.environ.get("DAYA_SMTP_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("DAYA_SMTP_PASSWORD", "")
    EMAIL_USE_TLS = flag("DAYA_SMTP_TLS", default=True)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "config.redacting.RedactTokens"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["redact"],
            "formatter": "plain",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("id", _("Indonesian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "media"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
