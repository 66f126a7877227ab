"""What people may send about working hours and days off."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.choices import zone_names
from teams.forms import AHEAD
from teams.keeping_hours import OFFICE_HOURS, calendar_above
from teams.models import BusinessCalendar, Organisation, Person, Team, Weekday, check_one_line
from teams.writing_hours import holidays_text, hours_text, parse_holidays, parse_hours

FIRST_YEAR = 2000


class CalendarForm(forms.Form):
    """A calendar: name, zone, a line of hours for each weekday, holidays."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, validators=[check_one_line])
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Hours are read off a clock on the wall there."),
    )
    holidays = forms.CharField(
        label=gettext_lazy("Holidays"),
        required=False,
        max_length=50_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("One a line, such as 2026-12-25 Christmas."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        organisation: Organisation,
        calendar: BusinessCalendar | None = None,
    ) -> None:
        super().__init__(data, initial=_shown(organisation, calendar))
        names = zone_names()
        names.setdefault(self.initial["timezone"], self.initial["timezone"])
        self.fields["timezone"].choices = sorted(names.items())  # type: ignore[attr-defined]
        for day in Weekday:
            self.fields[f"day{day.value}"] = forms.CharField(
                label=day.label, required=False, max_length=200
            )

    @property
    def place(self) -> list[forms.BoundField]:
        return [self["name"], self["timezone"]]

    @property
    def days(self) -> list[forms.BoundField]:
        """One for each weekday, Monday first."""
        return [self[f"day{day.value}"] for day in Weekday]

    def clean_holidays(self) -> list[tuple[date, str]]:
        return parse_holidays(self.cleaned_data["holidays"])

    def clean(self) -> dict[str, Any]:
        """With ``weekly``: the open hours of each weekday."""
        said, weekly = self.cleaned_data, []
        for day in Weekday:
            name = f"day{day.value}"
            try:
                weekly.append(parse_hours(said.get(name, ""), day=str(day.label)))
            except ValidationError as error:
                self.add_error(name, error)
        if not any(weekly) and not self.errors:
            self.add_error("day0", _("Open on at least one day of the week."))
        return said | {"weekly": weekly}


def _shown(organisation: Organisation, calendar: BusinessCalendar | None) -> dict[str, str]:
    """What stands in the fields first; of none yet, office hours in the organisation's zone."""
    weekly = calendar.weekly() if calendar else OFFICE_HOURS
    days = [(each.day, each.name) for each in calendar.holidays.all()] if calendar else []
    return {
        "name": calendar.name if calendar else "",
        "timezone": calendar.timezone if calendar else organisation.timezone,
        "holidays": holidays_text(days),
        **{f"day{number}": hours_text(hours) for number, hours in enumerate(weekly)},
    }


class WorksByForm(forms.Form):
    """Whose hours a team's or a person's are; none is what holds above them."""

    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Calendar"), queryset=BusinessCalendar.objects.none(), required=False
    )

    def __init__(self, data: Any = None, *, subject: Team | Person) -> None:
        super().__init__(data, initial={"calendar": subject.calendar}, auto_id="hours_%s")
        field = self.fields["calendar"]
        field.queryset = subject.organisation.calendars.all()  # type: ignore[attr-defined]
        field.required = isinstance(subject, Team) and subject.is_root
        field.empty_label = None if field.required else _otherwise(subject)  # type: ignore[attr-defined]


def _otherwise(subject: Team | Person) -> str:
    above = calendar_above(subject, at=timezone.now())
    if isinstance(subject, Person):
        return _("As their team: %(calendar)s") % {"calendar": above}
    return _("As the team above: %(calendar)s") % {"calendar": above}


class LeaveForm(forms.Form):
    """Days off, both ends included."""

    first = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_first(self) -> date:
        return _in_reach(self.cleaned_data["first"])

    def clean_last(self) -> date:
        return _in_reach(self.cleaned_data["last"])


def _in_reach(day: date) -> date:
    if day.year < FIRST_YEAR or day > timezone.localdate() + AHEAD:
        raise ValidationError(_("Choose a day from 2000 on, at most two years ahead."))
    return day
