from django.apps import AppConfig


class DayaConfig(AppConfig):
    """The wiring; an application so that its commands are found."""

    name = "config"
