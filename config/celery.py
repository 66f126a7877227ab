"""Celery, set so that nothing is lost: see ``docs/jobs.md`` for what each setting answers."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("daya")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
