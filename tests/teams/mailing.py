"""Letting promised mails go out, and finding what they say."""

import re

from django.core import mail
from django.core.mail import EmailMessage

from jobs.models import Job
from jobs.running import run_now


def deliver() -> list[EmailMessage]:
    """Run every promised mail now; the mails sent since the last call."""
    mail.outbox.clear()
    for job in Job.objects.waiting().filter(task="teams.send_invitation").order_by("pk"):
        assert run_now(job.pk), Job.objects.get(pk=job.pk).error
    return list(mail.outbox)


def link_in(message: EmailMessage) -> str:
    """The one address in a mail."""
    (found,) = re.findall(r"https?://\S+", message.body)
    return found


def path_in(message: EmailMessage) -> str:
    """The path of the one address in a mail."""
    return re.sub(r"^https?://[^/]+", "", link_in(message))
