"""What an admin says about a file."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sales.importing.mapping import BadMapping, Mapping, Owners, from_toml
from sales.importing.surveying import Column
from sales.importing.vocabulary import FIELDS, REQUIRED, WITH_OWNERS
from sales.models import MappingProfile
from sales.wording import KINDS, label_of
from teams.choices import zone_names

DATE_FORMATS = [
    ("", "—"),
    ("iso", gettext_lazy("year-month-day (ISO 8601)")),
    ("dmy", gettext_lazy("day/month/year")),
    ("mdy", gettext_lazy("month/day/year")),
    ("ymd", gettext_lazy("year/month/day")),
]
UNSAID = ""
ASKED = (UNSAID, gettext_lazy("say what this is"))
LARGEST_MAPPING = 100_000


class UploadForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What is in the file"),
        choices=KINDS,
        widget=forms.RadioSelect,
        initial="opportunities",
    )
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        allow_empty_file=True,
        help_text=gettext_lazy("From any CRM; may be gzipped. You confirm how it is read."),
    )
    owners_file = forms.FileField(
        label=gettext_lazy("Owners and their teams (optional)"),
        required=False,
        help_text=gettext_lazy(
            "A CSV that says in which teams each owner is. People and teams that are not here yet "
            "are added."
        ),
    )
    profile = forms.ModelChoiceField(
        label=gettext_lazy("Saved mapping (optional)"),
        queryset=MappingProfile.objects.none(),
        required=False,
    )

    mapping_file = forms.FileField(
        label=gettext_lazy("Mapping as TOML (optional)"),
        required=False,
        help_text=gettext_lazy("As for the command. It says everything; the preview comes next."),
    )

    def __init__(self, *args: Any, profiles: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["profile"].queryset = profiles  # type: ignore[attr-defined]

    def clean_mapping_file(self) -> Mapping | None:
        file = self.cleaned_data["mapping_file"]
        if not file:
            return None
        if file.size > LARGEST_MAPPING:
            raise forms.ValidationError(_("This is too large for a mapping."))
        try:
            return from_toml(file.read().decode())
        except UnicodeDecodeError as error:
            text = _("The mapping is not TOML: %(error)s")
            raise forms.ValidationError(text, params={"error": error.reason}) from error
        except BadMapping as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for name in ("profile", "mapping_file"):
            mapping = found.get(name)
            if mapping and mapping.kind != found.get("kind"):
                self.add_error(name, _("This mapping is for another kind of file."))
        if found.get("owners_file") and found.get("kind") not in WITH_OWNERS:
            self.add_error("owners_file", _("A file of this kind has no owners."))
        mapping = found.get("mapping_file")
        if mapping and mapping.owners and not found.get("owners_file"):
            self.add_error("owners_file", _("The mapping needs this file."))
        return found


class ColumnsForm(forms.Form):
    """Which column is what, and how dates and amounts are written."""

    date_format = forms.ChoiceField(
        label=gettext_lazy("Dates are written"), choices=DATE_FORMATS, required=False
    )
    zone = forms.ChoiceField(label=gettext_lazy("Times are local time of"), required=False)
    decimal = forms.ChoiceField(
        label=gettext_lazy("Decimal mark"),
        choices=[
            ("", "—"),
            (".", gettext_lazy("point: 1,234.50")),
            (",", gettext_lazy("comma: 1.234,50")),
        ],
        required=False,
    )
    currency = forms.RegexField(
        r"^([A-Z]{3})?$",
        label=gettext_lazy("Currency where no column says"),
        required=False,
        help_text=gettext_lazy("Empty: the organisation’s."),
    )
    null_values = forms.CharField(
        label=gettext_lazy("Texts that mean “nothing”"),
        required=False,
        help_text=gettext_lazy("Separated by commas, such as N/A, null. NA alone is a value."),
    )
    source = forms.SlugField(
        label=gettext_lazy("Source"),
        max_length=50,
        help_text=gettext_lazy("Ids are unique within it. Use the same for every file of one CRM."),
    )

    def __init__(
        self,
        *args: Any,
        mapping: Mapping,
        columns: list[Column],
        owner_columns: list[str],
        **options: Any,
    ) -> None:
        self.mapping, self.columns = mapping, columns
        initial = {
            "date_format": mapping.date_format,
            "zone": mapping.zone,
            "decimal": mapping.decimal,
            "currency": mapping.currency,
            "null_values": ", ".join(mapping.null_values),
            "source": mapping.source,
        }
        super().__init__(*args, **{"initial": initial, **options})
        own = [("", _("the organisation’s zone"))]
        names = zone_names()
        if mapping.zone:
            names.setdefault(mapping.zone, mapping.zone)
        self.fields["zone"].choices = own + sorted(names.items())  # type: ignore[attr-defined]
        if "amount" not in FIELDS[mapping.kind]:
            del self.fields["decimal"], self.fields["currency"]
        self._add_columns(columns)
        if owner_columns:
            self._add_owners(owner_columns)
        self.order_fields([*(f"column_{name}" for name in FIELDS[mapping.kind])])

    def _add_columns(self, columns: list[Column]) -> None:
        choices = [("", "—")] + [
            (column.name, f"{column.name} ({', '.join(column.examples)[:60]})")
            for column in columns
        ]
        for name in FIELDS[self.mapping.kind]:
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=str(label_of(self.mapping.kind, name)),
                choices=choices,
                required=name in REQUIRED[self.mapping.kind],
                initial=self.mapping.columns.get(name, ""),
            )

    def _add_owners(self, columns: list[str]) -> None:
        owners = self.mapping.owners
        guessed = next((name for name in columns if "agent" in name or "owner" in name), columns[0])
        self.fields["owners_owner"] = forms.ChoiceField(
            label=_("Owners’ file: the owner"),
            choices=[(name, name) for name in columns],
            initial=owners.owner if owners else guessed,
        )
        rest = [name for name in reversed(columns) if name != guessed]
        self.fields["owners_teams"] = forms.CharField(
            label=_("Owners’ file: columns of teams, the highest first"),
            initial=", ".join(owners.teams if owners else rest),
            help_text=_("Of: %(columns)s") % {"columns": ", ".join(columns)},
        )
        self.owner_columns = columns

    def clean_owners_teams(self) -> tuple[str, ...]:
        names = tuple(part.strip() for part in self.cleaned_data["owners_teams"].split(","))
        for name in names:
            if name not in self.owner_columns:
                raise forms.ValidationError(
                    _("The owners’ file has no column “%(name)s”."), params={"name": name}
                )
        return names

    def drafted(self) -> Mapping:
        """The mapping with what was said; its stages are still as they were."""
        said = self.cleaned_data
        columns = {
            name: said[f"column_{name}"]
            for name in FIELDS[self.mapping.kind]
            if said[f"column_{name}"]
        }
        nulls = tuple(part.strip() for part in said["null_values"].split(",") if part.strip())
        owners = None
        if "owners_teams" in said:
            owners = Owners(
                file="owners.csv", owner=said["owners_owner"], teams=said["owners_teams"]
            )
        return replace(
            self._about(columns.get("stage")),
            columns=columns,
            date_format=said["date_format"],
            zone=said["zone"],
            decimal=said.get("decimal", ""),
            currency=said.get("currency", ""),
            null_values=nulls,
            source=said["source"],
            owners=owners,
        )

    def _about(self, stage: str | None) -> Mapping:
        """The mapping, without its stages where another column of this file holds them now."""
        before = self.mapping.columns.get("stage")
        if stage == before or before not in {column.name for column in self.columns}:
            return self.mapping
        return replace(self.mapping, pipeline_stages=(), stages={}, entered={})
