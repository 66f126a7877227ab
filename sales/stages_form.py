"""What an admin says about the stages of a file: those it shows, and those its pipeline has."""

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sales.forms import ASKED, UNSAID
from sales.importing.mapping import Mapping
from sales.importing.surveying import OPEN, Column, guess_meaning
from sales.importing.vocabulary import (
    BEFORE,
    DISQUALIFIED,
    IGNORE,
    LOST,
    STAGE_EVENTS,
    TARGETS,
    WON,
)

GONE = "gone"
MEANINGS = [
    (OPEN, gettext_lazy("an open stage")),
    (WON, gettext_lazy("won")),
    (LOST, gettext_lazy("lost")),
    (DISQUALIFIED, gettext_lazy("lost: disqualified")),
    (BEFORE, gettext_lazy("before first contact")),
    (IGNORE, gettext_lazy("leave the row out")),
]
KEPT = [(OPEN, gettext_lazy("an open stage")), (GONE, gettext_lazy("no stage any more"))]
"""What a stage may be that the file does not show."""


class StagesForm(forms.Form):
    """What each value of the stage column means. Stages of the pipeline that no value means are
    asked about below them, so that a file without them does not take them away."""

    named = forms.CharField(
        label=gettext_lazy("Open stages that are not in this file"),
        required=False,
        help_text=gettext_lazy("In their order, separated by commas. The first is first contact."),
    )
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
        self.pipelines, self.mapping, self.columns = pipelines, mapping, columns
        self.values = values
        self.known = self._known()
        shown = {self._stage(value) for value, _count in values if self._target(value) == OPEN}
        self.absent = [stage for stage in self.known if stage not in shown]
        self.shows_stages = bool(shown or self.absent)
        place = 0
        for number, (value, _count) in enumerate(values):
            target = self._target(value)
            place += target == OPEN
            choices = [ASKED, *MEANINGS] if target == UNSAID else MEANINGS
            meaning = forms.ChoiceField(label=value, choices=choices, initial=target)
            self._add_row(number, meaning, place if target == OPEN else None)
        for number, stage in enumerate(self.absent, start=len(values)):
            meaning = forms.ChoiceField(label=stage, choices=KEPT, initial=OPEN, required=False)
            self._add_row(number, meaning, None)

    def _known(self) -> tuple[str, ...]:
        """The stages there are before the file: those of its mapping; where that names none and
        the file shows none, those of the pipeline."""
        used = self.pipelines.get(self.mapping.pipeline, ())
        said = self.mapping.pipeline_stages
        if not said and any(guess_meaning(value) == OPEN for value, _count in self.values):
            return ()
        return used if _are_some_of(said, used) else said

    def _add_row(self, number: int, meaning: forms.ChoiceField, place: int | None) -> None:
        stage = self._stage_at(number)
        if stage in self.known and meaning.initial == OPEN:
            place = self.known.index(stage) + 1
        self.fields[f"meaning_{number}"] = meaning
        self.fields[f"order_{number}"] = forms.IntegerField(
            label=_("Order"), min_value=1, max_value=99, required=False, initial=place
        )
        if self.mapping.kind == STAGE_EVENTS:
            return
        dates = [("", "—")] + [(column.name, column.name) for column in self.columns]
        is_said = stage in self.mapping.pipeline_stages
        self.fields[f"entered_{number}"] = forms.ChoiceField(
            label=_("Entered on"), choices=dates, required=False,
            initial=self.mapping.entered.get(stage, "") if is_said
            else _likely_entry(stage, self.columns),
        )  # fmt: skip

    def _target(self, value: str) -> str:
        said = self.mapping.stages.get(value)
        if value in self.known or said in self.known:
            return said if said in TARGETS else OPEN
        if said is None:
            return UNSAID if self._is_settled else guess_meaning(value)
        return said

    @cached_property
    def _is_settled(self) -> bool:
        """Whether the mapping was used before and knows any of the values: then one that it does
        not know is new, and is asked about. Else it is of another column, and all are guessed."""
        known = {*self.mapping.pipeline_stages, *self.mapping.stages}
        used = bool(self.mapping.pipeline_stages)
        return used and not known.isdisjoint(value for value, _count in self.values)

    def _stage(self, value: str) -> str:
        """The stage that a value of the file means if it means an open one."""
        said = self.mapping.stages.get(value, value)
        return said if said in self.known else value

    def _stage_at(self, number: int) -> str:
        if number < len(self.values):
            return self._stage(self.values[number][0])
        return self.absent[number - len(self.values)]

    def rows(self) -> Iterable[dict[str, Any]]:
        kept = [(stage, None) for stage in self.absent]
        for number, (value, count) in enumerate([*self.values, *kept]):
            yield {
                "value": value,
                "count": count,
                **{
                    name: self[f"{name}_{number}"]
                    for name in ("meaning", "order", "entered")
                    if f"{name}_{number}" in self.fields
                },
            }

    def _placed(self, said: dict[str, Any]) -> Iterable[tuple[int, int | None]]:
        """The row of every open stage with its place. What is not said of a stage that the file
        does not show stays as it was."""
        for number in range(len(self.values) + len(self.absent)):
            is_kept = number >= len(self.values)
            meaning = said.get(f"meaning_{number}") or (OPEN if is_kept else UNSAID)
            place = said.get(f"order_{number}")
            if is_kept and place is None:
                place = self.known.index(self._stage_at(number)) + 1
            if meaning == OPEN:
                yield number, place

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        taken: dict[int, str] = {}
        for number, place in self._placed(found):
            value = str(self.fields[f"meaning_{number}"].label)
            if place is None:
                self.add_error(f"order_{number}", _("Give “%(value)s” a place.") % {"value": value})
                continue
            stage = self._stage_at(number)
            if taken.setdefault(place, stage) != stage:
                text = _("“%(value)s” and “%(other)s” have the same place.")
                self.add_error(f"order_{number}", text % {"value": value, "other": taken[place]})
        if not self.errors:
            self._look_at_the_whole(found)
        return found

    def _look_at_the_whole(self, said: dict[str, Any]) -> None:
        """Another CRM's stages belong into a pipeline of their own; the same one's may change, and
        may become more without a question, as the preview tells of them."""
        stages = self._stages(said)
        if not stages:
            text = _("A pipeline needs an open stage: say so of one above, or name one here.")
            self.add_error("named", text)
            return
        pipeline = said["pipeline"]
        before = self.pipelines.get(pipeline, ())
        if not said["replaces"] and not _are_some_of(before, stages):
            text = _(
                "“%(pipeline)s” has other stages: %(before)s. Give another name, such as "
                "“%(other)s”, or say below that these replace them."
            )
            about = {"pipeline": pipeline, "before": ", ".join(before)}
            other = f"{pipeline} {self.mapping.source}"
            self.add_error("pipeline", text % {**about, "other": other})

    def _stages(self, said: dict[str, Any]) -> tuple[str, ...]:
        """Of the pipeline, in order. A file that shows only some stages of one in use takes none
        of them away; only a person does."""
        placed = {place: self._stage_at(row) for row, place in self._placed(said) if place}
        named = [part.strip() for part in said["named"].split(",")]
        stages = (*(placed[place] for place in sorted(placed)), *filter(None, named))
        used = self.pipelines.get(said["pipeline"], ())
        gone = {
            stage
            for number, stage in enumerate(self.absent, start=len(self.values))
            if said[f"meaning_{number}"] == GONE
        }
        keeps = not said["replaces"] and not gone & set(used) and _are_some_of(stages, used)
        return used if keeps else stages

    def mapped(self) -> Mapping:
        """The complete mapping. What it says of values that are not in the file stays."""
        said = self.cleaned_data
        stages = self._stages(said)
        shown = {value for value, _count in self.values}
        meant = {
            value: target
            for value, target in self.mapping.stages.items()
            if value not in shown and target in {*TARGETS, *stages}
        }
        for number, (value, _count) in enumerate(self.values):
            meaning, stage = said[f"meaning_{number}"], self._stage_at(number)
            if meaning != OPEN:
                meant[value] = meaning
            elif stage != value:
                meant[value] = stage
        entered = {
            self._stage_at(number): said[f"entered_{number}"]
            for number, _place in self._placed(said)
            if said.get(f"entered_{number}")
        }
        return replace(
            self.mapping,
            pipeline=said["pipeline"],
            pipeline_stages=stages,
            stages=meant,
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
