"""What an admin says about a file."""

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sales.importing.mapping import BadMapping, Mapping, Owners, from_toml
from sales.importing.surveying import OPEN, Column, guess_meaning
from sales.importing.vocabulary import (
    BEFORE,
    DISQUALIFIED,
    FIELDS,
    IGNORE,
    LOST,
    REQUIRED,
    STAGE_EVENTS,
    WITH_OWNERS,
    WON,
)
from sales.models import MappingProfile
from sales.wording import KINDS, label_of

DATE_FORMATS = [
    ("", "—"),
    ("iso", gettext_lazy("year-month-day (ISO 8601)")),
    ("dmy", gettext_lazy("day/month/year")),
    ("mdy", gettext_lazy("month/day/year")),
    ("ymd", gettext_lazy("year/month/day")),
]
UNSAID = ""
ASKED = (UNSAID, gettext_lazy("say what this is"))
MEANINGS = [
    (OPEN, gettext_lazy("an open stage")),
    (WON, gettext_lazy("won")),
    (LOST, gettext_lazy("lost")),
    (DISQUALIFIED, gettext_lazy("lost: disqualified")),
    (BEFORE, gettext_lazy("before first contact")),
    (IGNORE, gettext_lazy("leave the row out")),
]

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
        self.fields["zone"].choices = own + [(z, z) for z in sorted(available_timezones())]  # type: ignore[attr-defined]
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
            self.mapping,
            columns=columns,
            date_format=said["date_format"],
            zone=said["zone"],
            decimal=said.get("decimal", ""),
            currency=said.get("currency", ""),
            null_values=nulls,
            source=said["source"],
            owners=owners,
        )


class StagesForm(forms.Form):
    """What each value of the stage column means."""

    pipeline = forms.CharField(label=gettext_lazy("Pipeline"), max_length=100)
    replaces = forms.BooleanField(
        label=gettext_lazy("These stages replace those of the pipeline"), required=False
    )
    profile = forms.CharField(
        label=gettext_lazy("Keep this mapping as (optional)"), max_length=100, required=False
    )

    def __init__(
        self,
        *args: Any,
        mapping: Mapping,
        values: list[tuple[str, int]],
        columns: list[Column],
        pipelines: AnyMapping[str, tuple[str, ...]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **{"initial": {"pipeline": mapping.pipeline}, **options})
        self.pipelines = pipelines
        self.mapping, self.values = mapping, values
        dates = [("", "—")] + [(column.name, column.name) for column in columns]
        order = 0
        for number, (value, _count) in enumerate(values):
            target = self._target(value)
            order += target == OPEN
            self.fields[f"meaning_{number}"] = forms.ChoiceField(
                label=value, choices=[ASKED, *MEANINGS] if target == UNSAID else MEANINGS,
                initial=target,
            )  # fmt: skip
            self.fields[f"order_{number}"] = forms.IntegerField(
                label=_("Order"), min_value=1, max_value=99, required=False,
                initial=self._order(value, order) if target == OPEN else None,
            )  # fmt: skip
            if mapping.kind != STAGE_EVENTS:
                self.fields[f"entered_{number}"] = forms.ChoiceField(
                    label=_("Entered on"), choices=dates, required=False,
                    initial=mapping.entered.get(value) or _likely_entry(value, columns),
                )  # fmt: skip

    def _target(self, value: str) -> str:
        if value in self.mapping.pipeline_stages:
            return OPEN
        said = self.mapping.stages.get(value)
        if said is None:
            return UNSAID if self._is_settled else guess_meaning(value)
        return OPEN if said in self.mapping.pipeline_stages else said

    @cached_property
    def _is_settled(self) -> bool:
        """Whether the mapping was used before and knows any of the values: then one that it does
        not know is new, and is asked about. Else it is of another column, and all are guessed."""
        known = {*self.mapping.pipeline_stages, *self.mapping.stages}
        used = bool(self.mapping.pipeline_stages)
        return used and not known.isdisjoint(value for value, _count in self.values)

    def _order(self, value: str, order: int) -> int:
        named = self.mapping.stages.get(value, value)
        stages = self.mapping.pipeline_stages
        return stages.index(named) + 1 if named in stages else order

    def rows(self) -> Iterable[dict[str, Any]]:
        for number, (value, count) in enumerate(self.values):
            yield {
                "value": value,
                "count": count,
                **{
                    name: self[f"{name}_{number}"]
                    for name in ("meaning", "order", "entered")
                    if f"{name}_{number}" in self.fields
                },
            }

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        taken: dict[int, str] = {}
        for number, (value, _count) in enumerate(self.values):
            if found.get(f"meaning_{number}") != OPEN:
                continue
            order = found.get(f"order_{number}")
            if order is None:
                self.add_error(f"order_{number}", _("Give “%(value)s” a place.") % {"value": value})
            elif order in taken:
                text = _("“%(value)s” and “%(other)s” have the same place.")
                self.add_error(f"order_{number}", text % {"value": value, "other": taken[order]})
            else:
                taken[order] = value
        if not taken:
            raise forms.ValidationError(_("At least one value must be an open stage."))
        if not self.errors and not found.get("replaces"):
            self._ask_about(found["pipeline"], tuple(taken[place] for place in sorted(taken)))
        return found

    def _ask_about(self, pipeline: str, stages: tuple[str, ...]) -> None:
        """Another CRM's stages belong into a pipeline of their own; the same one's may change."""
        before = self.pipelines.get(pipeline, stages)
        if not _are_some_of(stages, before):
            text = _(
                "“%(pipeline)s” has other stages: %(before)s. Give another name, such as "
                "“%(other)s”, or say below that these replace them."
            )
            said = {"pipeline": pipeline, "before": ", ".join(before)}
            other = f"{pipeline} {self.mapping.source}"
            self.add_error("pipeline", text % {**said, "other": other})

    def mapped(self) -> Mapping:
        """The complete mapping."""
        said = self.cleaned_data
        open_stages: dict[int, str] = {}
        stages: dict[str, str] = {}
        entered: dict[str, str] = {}
        for number, (value, _count) in enumerate(self.values):
            if said[f"meaning_{number}"] != OPEN:
                stages[value] = said[f"meaning_{number}"]
                continue
            open_stages[said[f"order_{number}"]] = value
            if said.get(f"entered_{number}"):
                entered[value] = said[f"entered_{number}"]
        ordered = tuple(open_stages[place] for place in sorted(open_stages))
        known = self.pipelines.get(said["pipeline"], ordered)
        keeps = not said["replaces"] and _are_some_of(ordered, known)
        return replace(
            self.mapping,
            pipeline=said["pipeline"],
            pipeline_stages=known if keeps else ordered,
            stages=stages,
            entered=entered,
        )


def _are_some_of(stages: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """In the same order: a file need not show every stage there is."""
    rest = iter(known)
    return all(stage in rest for stage in stages)


def _likely_entry(stage: str, columns: list[Column]) -> str:
    """The column that seems to say when a stage was entered: “engage_date” for “Engaging”."""
    stem = stage.lower()[:5]
    names = (column.name for column in columns)
    return next((name for name in names if stem in name.lower() and "date" in name.lower()), "")
