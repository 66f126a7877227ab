from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from teams.navigation import Section, add_section


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = _("Teams")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        add_section(
            Section(
                label=_("People"),
                url_name="teams:people",
                shown=lambda seat: seat.covers,
                order=70,
            )
        )
        add_section(
            Section(
                label=_("Team structure"),
                url_name="teams:structure",
                shown=lambda seat: seat.covers,
                order=80,
            )
        )
        add_section(
            Section(
                label=_("Settings"),
                url_name="teams:settings",
                shown=lambda seat: seat.administers and seat.team.is_root,
                order=90,
            )
        )
