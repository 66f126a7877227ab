from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from teams.navigation import Section, add_section


class MetricsConfig(AppConfig):
    name = "metrics"
    verbose_name = _("Metrics")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("metrics.marking")
        add_section(
            Section(
                label=_("Team numbers"),
                url_name="metrics:team-home",
                shown=lambda seat: seat.covers,
                order=10,
            )
        )
        add_section(
            Section(
                label=_("My numbers"),
                url_name="metrics:me",
                shown=lambda seat: seat.sells,
                order=20,
            )
        )
