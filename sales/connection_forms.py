"""What an admin says about a connection to a CRM."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sales.connecting.rows import CHANGED
from sales.forms import ASKED, LARGEST_MAPPING
from sales.importing.mapping import BadMapping, Mapping, from_toml
from sales.importing.vocabulary import WITH_STAGES
from sales.models import Connection
from sales.stages_form import MEANINGS as ENDS
from sales.stages_form import OPEN
from sales.wording import meanings_of

SPARE, TALLEST = 4, 100
"""Lines of a mapping's field: those it begins with are all seen."""


class ConnectForm(forms.ModelForm):
    class Meta:
        model = Connection
        fields = ("format", "name", "source")
        widgets = {"format": forms.RadioSelect}
        help_texts = {
            "source": gettext_lazy(
                "Records are told apart by their id within a source. If you imported files from "
                "this CRM before, write the source they had."
            )
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["format"].choices = Connection.Format.choices  # type: ignore[attr-defined]


class SecretForm(forms.Form):
    secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "HubSpot shows it with your app, under Auth. It is kept sealed and never shown."
        ),
    )


class MappingForm(forms.Form):
    """The mapping of one kind of fact, as TOML."""

    toml = forms.CharField(
        label=gettext_lazy("Mapping"),
        max_length=LARGEST_MAPPING,
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
    )

    def __init__(self, *args: Any, kind: str, source: str, made: set[str], **options: Any) -> None:
        """``made``: names of what Daya makes of fields; it is not known when these changed."""
        super().__init__(*args, **options)
        self.kind, self.source, self.made = kind, source, made
        lines = str(self["toml"].value() or "").count("\n")
        self.fields["toml"].widget.attrs["rows"] = min(max(lines + SPARE, 20), TALLEST)

    def clean_toml(self) -> Mapping:
        try:
            mapping = from_toml(self.cleaned_data["toml"])
        except BadMapping as error:
            raise forms.ValidationError(str(error)) from error
        for key in ("kind", "source"):
            if getattr(mapping, key) != getattr(self, key):
                text = _("%(key)s must stay %(value)s.")
                raise forms.ValidationError(text, params={"key": key, "value": getattr(self, key)})
        for name, column in mapping.columns.items():
            if column.endswith(CHANGED) and column.removesuffix(CHANGED) in self.made:
                text = _("columns.%(name)s: when %(column)s changed is not known.")
                said = {"name": name, "column": column.removesuffix(CHANGED)}
                raise forms.ValidationError(text, params=said)
        return mapping


class ValuesForm(forms.Form):
    """What values mean that the mappings of a connection say nothing of; all may be left open."""

    def __init__(
        self, *args: Any, mappings: list[Mapping], values: list[dict[str, Any]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.mappings = {mapping.kind: mapping for mapping in mappings}
        self.values = [each for each in values if each["kind"] in self.mappings]
        for number, each in enumerate(self.values):
            self.fields[f"value_{number}"] = forms.ChoiceField(
                label=each["value"],
                required=False,
                choices=[ASKED, *_meanings(self.mappings[each["kind"]])],
            )

    def rows(self) -> Iterable[dict[str, Any]]:
        for number, each in enumerate(self.values):
            yield each | {"meaning": self[f"value_{number}"]}

    def mapped(self) -> list[Mapping]:
        """The mappings that change."""
        found = dict(self.mappings)
        for number, each in enumerate(self.values):
            if meaning := self.cleaned_data[f"value_{number}"]:
                kind, value = each["kind"], each["value"]
                found[kind] = _with_meaning(found[kind], value, meaning)
        return [each for kind, each in found.items() if each is not self.mappings[kind]]


def _meanings(mapping: Mapping) -> list[tuple[str, Any]]:
    if mapping.kind not in WITH_STAGES:
        return meanings_of(mapping.kind)
    stages = [(stage, stage) for stage in mapping.pipeline_stages]
    return [*stages, *(each for each in ENDS if each[0] != OPEN)]


def _with_meaning(mapping: Mapping, value: str, meaning: str) -> Mapping:
    if mapping.kind in WITH_STAGES:
        return replace(mapping, stages={**mapping.stages, value: meaning})
    return replace(mapping, meanings={**mapping.meanings, value: meaning})
