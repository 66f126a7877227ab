"""Doors to this app's jobs."""

from django.utils import timezone

from jobs.running import RunningJob, durable
from teams.inviting import send_invitation
from teams.keys import forget_answers

__all__ = ["forget", "send_invitation"]


@durable("teams.forget_answers")
def forget(job: RunningJob) -> None:
    """What requests of the API were answered is kept only as long as they may be sent again."""
    forget_answers(timezone.now())
