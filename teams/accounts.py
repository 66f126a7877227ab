"""How accounts come to be: by invitation, or by open sign-up where the installation allows it."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from django.conf import settings
from django.http import HttpRequest

from teams.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.ACCOUNT_OPEN_SIGN_UP

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """There are no user names; people sign in by mail address."""

    def format_email_subject(self, subject: str) -> str:
        """Without the host in brackets that the library puts in front."""
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        return on_site(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation
    ) -> str:
        return on_site(super().get_email_confirmation_url(request, emailconfirmation))


def on_site(url: str) -> str:
    """The same path at the configured address: a request's host is its sender's to choose."""
    return settings.SITE_URL + urlsplit(url).path


def prefer(user: User, *, language: str, theme: str) -> None:
    """Keep how somebody likes their pages."""
    User.objects.filter(pk=user.pk).update(language=language, theme=theme)
