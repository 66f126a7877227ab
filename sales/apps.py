from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from teams.navigation import Section, add_section


class SalesConfig(AppConfig):
    name = "sales"
    verbose_name = _("Sales")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        add_section(
            Section(
                label=_("Leads"),
                url_name="sales:leads",
                shown=lambda seat: True,
                order=35,
            )
        )
        add_section(
            Section(
                label=_("Opportunities"),
                url_name="sales:opportunities",
                shown=lambda seat: True,
                order=40,
            )
        )
        add_section(
            Section(
                label=_("Imports"),
                url_name="sales:imports",
                shown=lambda seat: seat.administers and seat.team.is_root,
                order=60,
            )
        )
        add_section(
            Section(
                label=_("Connections"),
                url_name="sales:connections",
                shown=lambda seat: seat.administers and seat.team.is_root,
                order=85,
                holds=("teams:keys", "teams:webhooks"),
            )
        )
