"""Invitations: a signed link by mail that opens an account for a person, once."""

from collections.abc import Sequence
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jobs.promising import promise_all
from jobs.running import RunningJob, durable
from teams.accounts import here
from teams.models import Invitation, InvitationQuerySet, Organisation, Person, User

SALT = "teams.invitation"
VALID = timedelta(days=14)


class NotInvited(Exception):
    """The link is not, or no longer, an invitation."""


@transaction.atomic
def invite(person: Person, *, by: Person | None = None) -> Invitation:
    """Send a person a link to open their account; earlier links stop working.

    Raises ValidationError if they have no mail address, have an account already or are deactivated.
    """
    return invite_all([person], by=by)[0]


@transaction.atomic
def invite_all(people: Sequence[Person], *, by: Person | None = None) -> list[Invitation]:
    """As ``invite``, many at once."""
    for person in people:
        _refuse(person)
    now = timezone.now()
    earlier = Invitation.objects.filter(person__in=people, accepted_at=None, revoked_at=None)
    earlier.update(revoked_at=now)
    invitations = Invitation.objects.bulk_create(
        Invitation(person=person, email=person.email, invited_by=by, expires_at=now + VALID)
        for person in people
    )
    language = translation.get_language()
    promise_all(
        "teams.send_invitation",
        {
            f"teams.send_invitation:{each.pk}": {"invitation": each.pk, "language": language}
            for each in invitations
        },
    )
    return invitations


@transaction.atomic
def revoke(person: Person) -> None:
    """Links that were sent to a person stop working. Raises ValidationError if none is open."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    pending = Invitation.objects.pending(timezone.now()).filter(person=person)
    if not pending.update(revoked_at=timezone.now()):
        raise ValidationError(_("No invitation is open."))


def _refuse(person: Person) -> None:
    if not person.email:
        raise ValidationError(_("An invitation needs a mail address."))
    if person.user_id:
        raise ValidationError(_("%(person)s has an account already.") % {"person": person})
    if person.deactivated_at:
        raise ValidationError(_("%(person)s is deactivated.") % {"person": person})


def token_of(invitation: Invitation) -> str:
    return signing.dumps([invitation.pk, invitation.nonce], salt=SALT)


def link_of(invitation: Invitation) -> str:
    """The address that opens the account; a secret of whom it is sent to."""
    return settings.SITE_URL + path_of(invitation)


def path_of(invitation: Invitation) -> str:
    """The part of the link that does not say where Daya is served."""
    return reverse("invitation", args=[token_of(invitation)])


def invitations_of(organisation: Organisation) -> InvitationQuerySet:
    """Pending ones."""
    return Invitation.objects.pending(timezone.now()).filter(person__organisation=organisation)


def invitation_by(token: str) -> Invitation:
    """The pending invitation a link stands for. Raises NotInvited."""
    try:
        pk, nonce = signing.loads(token, salt=SALT, max_age=VALID)
        return _usable().get(pk=pk, nonce=nonce)
    except (signing.BadSignature, ValueError, TypeError, Invitation.DoesNotExist) as error:
        raise NotInvited from error


@transaction.atomic
def open_account(invitation: Invitation, *, name: str, password: str) -> User:
    """Make the account; holding the link proves the mail address. Raises NotInvited."""
    held = _take(invitation)
    if has_account(held.email):
        raise NotInvited
    user = User.objects.create_user(held.email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _link(held, user)
    return user


@transaction.atomic
def accept(invitation: Invitation, *, user: User) -> None:
    """Link the person to an account that has the invited address. Raises NotInvited."""
    held = _take(invitation)
    if not owns(user, held.email):
        raise NotInvited
    _link(held, user)


def has_account(email: str) -> bool:
    """Whether an account has the address, as the one it signs in with or as a proved other one."""
    proved = EmailAddress.objects.filter(email__iexact=email, verified=True)
    return User.objects.filter(email__iexact=email).exists() or proved.exists()


def owns(user: User, email: str) -> bool:
    """Whether the account has proved that the address is its own."""
    addresses = EmailAddress.objects.filter(user=user, email__iexact=email, verified=True)
    return addresses.exists()


def _usable() -> InvitationQuerySet:
    """Pending, for somebody who may still join."""
    pending = Invitation.objects.pending(timezone.now())
    return pending.filter(person__user=None, person__deactivated_at=None).select_related(
        "person__organisation", "invited_by"
    )


def _take(invitation: Invitation) -> Invitation:
    """Of two who use a link at once, the second finds it used."""
    Person.objects.select_for_update(no_key=True).get(pk=invitation.person_id)
    found = _usable().filter(pk=invitation.pk).first()
    if found is None:
        raise NotInvited
    return found


def _link(invitation: Invitation, user: User) -> None:
    already = Person.objects.filter(organisation=invitation.person.organisation, user=user)
    if already.exists():
        raise NotInvited
    Person.objects.filter(pk=invitation.person_id).update(user=user)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())


@durable("teams.send_invitation", pause_seconds=60)
def send_invitation(job: RunningJob, *, invitation: int, language: str = "en") -> None:
    """The mail. Sent again only if the worker died before it could say that it was sent."""
    found = _usable().filter(pk=invitation).first()
    if found is None:
        return
    with translation.override(language):
        context = {"invitation": found, "url": link_of(found), "current_site": here()}
        send_mail(
            _("Your account at %(organisation)s") % {"organisation": found.person.organisation},
            render_to_string("teams/mail/invitation.txt", context).strip(),
            None,
            [found.email],
        )
