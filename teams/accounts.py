"""How accounts come to be: by invitation, or by open sign-up where the installation allows it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from teams.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.ACCOUNT_OPEN_SIGN_UP

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """There are no user names; people sign in by mail address."""

    def format_email_subject(self, subject: str) -> str:
        """Without the host in brackets that the library puts in front."""
        return subject

    def is_safe_url(self, url: str) -> bool:
        return is_here(url)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """With the name and address of this installation, whatever host the request named."""
        links = {key: on_site(url) for key, url in context.items() if key.endswith("_url")}
        super().send_mail(template_prefix, email, {"current_site": here()} | context | links)


def is_here(url: str) -> bool:
    """Whether a place to go on to, which a request named, is a path of this installation."""
    return url_has_allowed_host_and_scheme(url, allowed_hosts=None)


@dataclass(frozen=True, slots=True)
class Site:
    """What mails call this installation."""

    name: str
    domain: str


def here() -> Site:
    return Site(name="Daya", domain=urlsplit(settings.SITE_URL).netloc)


def on_site(url: str) -> str:
    """The same path at the configured address: a request's host is its sender's to choose."""
    return settings.SITE_URL + urlsplit(url)._replace(scheme="", netloc="").geturl()


def prefer(user: User, *, language: str, theme: str) -> None:
    """Keep how somebody likes their pages."""
    User.objects.filter(pk=user.pk).update(language=language, theme=theme)
