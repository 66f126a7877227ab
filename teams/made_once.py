"""What a form makes is made once, also where the answer that shows its secret is loaded again.

Each form carries a nonce; the session remembers those that made something.
"""

import secrets
from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

FIELD = "nonce"
REMEMBERED, MOST = "made_once", 50
LONGEST = 64
Made = TypeVar("Made")


def nonce_of(request: HttpRequest) -> str:
    """For the form to carry: the one it came with, or a new one."""
    return request.POST.get(FIELD, "")[:LONGEST] or secrets.token_urlsafe(16)


@transaction.atomic
def made_once(request: HttpRequest, make: Callable[[], Made]) -> Made | None:
    """What ``make`` makes; None, and a message, where this form made it before. The second of two
    posts at once waits for the first. What ``make`` raises leaves the form unused."""
    nonce = request.POST.get(FIELD, "")[:LONGEST]
    if not nonce:
        return make()
    kept = Session.objects.select_for_update().filter(pk=request.session.session_key).first()
    used = kept.get_decoded().get(REMEMBERED, []) if kept else []
    if nonce in used:
        said = _("It was made already, and its secret was shown then. Nothing was made again.")
        messages.info(request, said)
        return None
    made = make()
    request.session[REMEMBERED] = [*used, nonce][-MOST:]
    request.session.save()
    return made
