"""The wiring. Celery's application is made here so that every process shares its settings."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
