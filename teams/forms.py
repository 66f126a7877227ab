"""What people may send about people and teams."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from teams.choices import currency_names, zone_names
from teams.models import ApiKey, Membership, Organisation, Person, Role, Team, User, check_one_line
from teams.recorded import BEGINNING

AHEAD = timedelta(days=731)


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    theme = forms.ChoiceField(choices=User.Theme)


class AccountForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("name",)
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class PersonForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ("name", "email", "external_id")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def _get_validation_exclusions(self) -> set[str]:
        """Nobody types the organisation, yet names are unique in it."""
        return super()._get_validation_exclusions() - {"organisation"}  # type: ignore[misc]


class KeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Allowed to"),
        choices=ApiKey.Scope,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes")
        help_texts = {"name": gettext_lazy("Which program uses it, such as CRM.")}


class TeamField(forms.ModelChoiceField):
    """An open team of one organisation; indented as the tree is. None is chosen beforehand."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Team"))
        super().__init__(queryset=Team.objects.none(), **options)

    def offer(self, rows: list[tuple[Team, int]]) -> None:
        self.queryset = Team.objects.filter(pk__in=[team.pk for team, _depth in rows])
        names = [(team.pk, f"{' · ' * depth}{team.name}") for team, depth in rows]
        self.choices = [("", _("Choose a team")), *names]


class NewPersonForm(PersonForm):
    team = TeamField()
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role)
    invite = forms.BooleanField(
        label=gettext_lazy("Send an invitation to sign in"), required=False, initial=True
    )

    def __init__(self, *args: Any, teams: list[tuple[Team, int]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["team"].offer(teams)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("invite") and not found.get("email") and "email" not in self.errors:
            self.add_error("email", _("An invitation needs a mail address."))
        return found


class SinceForm(forms.Form):
    """A day from which on something is so; empty is now."""

    since = forms.DateTimeField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Leave empty for now. A past day moves past facts with it."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_since(self) -> datetime | None:
        since = self.cleaned_data["since"]
        return _in_reach(since) if since else None


class MembershipForm(SinceForm):
    """A role in a team from a day on."""

    team = TeamField()
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role)
    field_order = ("team", "role", "since")

    def __init__(self, *args: Any, teams: list[tuple[Team, int]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["team"].offer(teams)  # type: ignore[attr-defined]


class DaysForm(forms.Form):
    """From when to when a membership held; a day that is left as shown stays at its hour."""

    start = forms.DateField(required=False)
    end = forms.DateField()

    def __init__(self, *args: Any, held: Membership, **options: Any) -> None:
        super().__init__(*args, **options)
        self.held = held

    def clean_start(self) -> datetime:
        return self._instant("start", self.held.from_at)

    def clean_end(self) -> datetime:
        return self._instant("end", self.held.to_at)

    def _instant(self, name: str, before: datetime | None) -> datetime:
        day = self.cleaned_data[name]
        if day is None:
            return BEGINNING
        if before and timezone.localtime(before).date() == day:
            return before
        return _in_reach(timezone.make_aware(datetime.combine(day, time.min)))


def _in_reach(instant: datetime) -> datetime:
    """The instant, if a membership may begin or end then. Raises ValidationError."""
    if not BEGINNING <= instant <= timezone.now() + AHEAD:
        raise ValidationError(_("Choose a day from 1900 on, at most two years ahead."))
    return instant


class TeamNameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, validators=[check_one_line])


class NewTeamForm(TeamNameForm):
    parent = TeamField(label=gettext_lazy("Under"))

    def __init__(self, *args: Any, teams: list[tuple[Team, int]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"].offer(teams)  # type: ignore[attr-defined]


class TeamTargetForm(forms.Form):
    """The other team of a move or a merge."""

    target = TeamField(label=gettext_lazy("Team"))

    def __init__(self, *args: Any, teams: list[tuple[Team, int]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["target"].offer(teams)  # type: ignore[attr-defined]


class OrganisationForm(forms.ModelForm):
    """Zones, currencies and months by name; the one that is set stays, whatever it is."""

    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Days, months and quarters of every number begin here."),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Win rate by value counts amounts in it."),
    )
    fiscal_year_start = forms.TypedChoiceField(
        label=gettext_lazy("Fiscal year starts in"),
        help_text=gettext_lazy("Quarters follow."),
        coerce=int,
        choices=MONTHS.items(),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, names in (("timezone", zone_names()), ("currency", currency_names())):
            names.setdefault(getattr(self.instance, name), getattr(self.instance, name))
            self.fields[name].choices = sorted(names.items())  # type: ignore[attr-defined]

    class Meta:
        model = Organisation
        fields = ("name", "timezone", "currency", "fiscal_year_start", "response_minutes")
        help_texts = {
            "response_minutes": gettext_lazy(
                "Working time from a lead’s arrival until it counts as answered too late."
            )
        }


class CsvForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("Columns: name, email, crm_id, team, role. Up to 5,000 rows."),
    )


class AgreeForm(forms.Form):
    """Agreeing to what an uploaded file does; the file comes along, signed."""

    file = forms.CharField(widget=forms.HiddenInput, strip=False)
    invite = forms.BooleanField(required=False)

    def __init__(self, *args: Any, uninvited: int = 0, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["invite"].label = ngettext(
            "Send an invitation to the %(count)s of them who has a mail address and no account",
            "Send invitations to the %(count)s of them who have a mail address and no account",
            uninvited,
        ) % {"count": localize(uninvited)}


class JoinForm(forms.Form):
    """Opening an account by invitation."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=200, validators=[check_one_line]
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least eight characters, none that are easy to guess."),
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        user = User(email=self.email, name=self.cleaned_data.get("name", ""))
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return password
