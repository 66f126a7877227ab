"""What is promised every so often."""

from datetime import timedelta

from jobs.scheduling import Slot

SCHEDULE = [
    Slot(name="jobs.clean", every=timedelta(days=1), task="jobs.clean"),
    Slot(name="teams.forget_answers", every=timedelta(days=1), task="teams.forget_answers"),
    Slot(
        name="teams.forget_webhook_messages",
        every=timedelta(days=1),
        task="teams.forget_webhook_messages",
    ),
    Slot(name="sales.forget_messages", every=timedelta(days=1), task="sales.forget_messages"),
    Slot(name="metrics.sweep", every=timedelta(seconds=30), task="metrics.sweep"),
]
