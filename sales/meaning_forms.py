"""What each value means in kinds of files that have no stages."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from sales.forms import ASKED, UNSAID
from sales.importing.mapping import Mapping
from sales.importing.surveying import guess_activity, guess_left_out
from sales.importing.vocabulary import ACTIVITIES, MEANINGS
from sales.wording import meanings_of


class MeaningsForm(forms.Form):
    """Every value asks for its meaning; a kind without such values asks only for the name under
    which the mapping is kept."""

    profile = forms.CharField(
        label=gettext_lazy("Keep this mapping as (optional)"), max_length=100, required=False
    )

    def __init__(
        self, *args: Any, mapping: Mapping, values: list[tuple[str, int]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.mapping, self.values = mapping, values
        for number, (value, _count) in enumerate(values):
            likely = self._likely(value)
            choices = meanings_of(mapping.kind)
            self.fields[f"meaning_{number}"] = forms.ChoiceField(
                label=value,
                choices=choices if likely else [ASKED, *choices],
                initial=likely,
            )

    def _likely(self, value: str) -> str:
        """What a mapping that was used before does not say is new, and is asked about."""
        said = self.mapping.meanings.get(value)
        if said or self.mapping.meanings:
            return said or UNSAID
        if value.lower() in MEANINGS[self.mapping.kind]:
            return value.lower()
        guess = guess_activity if self.mapping.kind == ACTIVITIES else guess_left_out
        return guess(value)

    def rows(self) -> Iterable[dict[str, Any]]:
        for number, (value, count) in enumerate(self.values):
            yield {"value": value, "count": count, "meaning": self[f"meaning_{number}"]}

    def mapped(self) -> Mapping:
        """The complete mapping."""
        said = {
            value: self.cleaned_data[f"meaning_{number}"]
            for number, (value, _count) in enumerate(self.values)
        }
        return replace(self.mapping, meanings={**self.mapping.meanings, **said})
