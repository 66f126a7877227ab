"""Doors to this app's jobs."""

from django.utils import timezone

from jobs.running import RunningJob, durable
from teams.announcing import SEND
from teams.inviting import send_invitation
from teams.keys import forget_answers
from teams.posting import forget_messages, post_due

__all__ = ["forget", "send_invitation"]


@durable("teams.forget_answers")
def forget(job: RunningJob) -> None:
    """What requests of the API were answered is kept only as long as they may be sent again."""
    forget_answers(timezone.now())


@durable(SEND)
def send_webhook(job: RunningJob, *, endpoint: int) -> None:
    post_due(endpoint, progress=job.progress)


@durable("teams.forget_webhook_messages")
def forget_webhook_messages(job: RunningJob) -> None:
    forget_messages(timezone.now())
