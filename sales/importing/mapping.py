"""How a file's columns and values become facts, said by a person and kept as TOML.

The format is described in ``docs/importing.md``.
"""

import tomllib
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import asdict, dataclass, field
from typing import Any
from zoneinfo import available_timezones

import tomli_w
from django.utils.translation import gettext as _

OPPORTUNITIES, STAGE_EVENTS = "opportunities", "stage_events"
KINDS = (OPPORTUNITIES, STAGE_EVENTS)

WON, LOST, BEFORE, IGNORE = "won", "lost", "before_first_contact", "ignore"
DISQUALIFIED = "lost/disqualified"
TARGETS = (WON, LOST, DISQUALIFIED, BEFORE, IGNORE)
"""What a value of the stage column may mean besides a stage."""

FIELDS = {
    OPPORTUNITIES: (
        "id", "name", "account", "product", "amount", "currency", "owner", "stage",
        "created_at", "closed_at", "loss_reason", "is_test", "deleted",
    ),
    STAGE_EVENTS: (
        "id", "stage", "at", "event_id", "name", "account", "product", "amount", "currency",
        "owner", "created_at", "loss_reason", "is_test",
    ),
}  # fmt: skip
REQUIRED = {OPPORTUNITIES: ("id", "stage"), STAGE_EVENTS: ("id", "stage", "at")}
DATES = ("created_at", "closed_at", "at")

SYNONYMS = {
    "id": ("id", "opportunity id", "deal id", "record id", "case id", "case:concept:name", "case"),
    "name": ("name", "opportunity name", "deal name", "title"),
    "account": ("account", "account name", "company", "associated company", "customer"),
    "product": ("product", "product name", "products"),
    "amount": ("amount", "close value", "value", "deal value", "case:amount_req"),
    "currency": ("currency", "currency code", "amount currency"),
    "owner": ("owner", "sales agent", "deal owner", "opportunity owner", "rep", "sales rep"),
    "stage": ("stage", "deal stage", "to stage", "new stage", "activity", "concept:name", "status"),
    "created_at": ("created at", "create date", "created date", "creation date"),
    "closed_at": ("closed at", "close date", "closed date"),
    "loss_reason": ("loss reason", "closed lost reason", "reason"),
    "is_test": ("is test", "test"),
    "deleted": ("deleted", "is deleted"),
    "at": ("at", "timestamp", "time:timestamp", "last modified", "edit date", "changed at", "date"),
    "event_id": ("event id", "history id"),
}


class BadMapping(ValueError):
    """The mapping cannot be used; the message names the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """A second file that says in which team each owner is, from the top team down."""

    file: str
    owner: str
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    kind: str
    source: str = "crm"
    columns: AnyMapping[str, str]
    stages: AnyMapping[str, str] = field(default_factory=dict)
    pipeline: str = "Sales"
    pipeline_stages: tuple[str, ...] = ()
    entered: AnyMapping[str, str] = field(default_factory=dict)
    date_format: str = ""
    zone: str = ""
    decimal: str = "."
    currency: str = ""
    null_values: tuple[str, ...] = ("",)
    owners: Owners | None = None
    owner_change: str = "from_now"

    @property
    def date_columns(self) -> list[str]:
        """Headers of every column that holds dates."""
        return [self.columns[name] for name in DATES if name in self.columns] + list(
            self.entered.values()
        )

    @property
    def used_columns(self) -> list[str]:
        return [*self.columns.values(), *self.entered.values()]

    def position(self, stage: str) -> int:
        """1 for the first stage of the pipeline."""
        return self.pipeline_stages.index(stage) + 1

    def to_toml(self) -> str:
        """The file that ``from_toml`` reads."""
        document: dict[str, Any] = {
            "kind": self.kind,
            "source": self.source,
            "null_values": list(self.null_values),
            "dates": _without_blanks({"format": self.date_format, "zone": self.zone}),
            "amounts": _without_blanks({"decimal": self.decimal, "currency": self.currency}),
            "columns": dict(self.columns),
            "pipeline": {"name": self.pipeline, "stages": list(self.pipeline_stages)},
            "stages": dict(self.stages),
        }
        if self.entered:
            document["entered"] = dict(self.entered)
        owners: dict[str, Any] = {"change": self.owner_change}
        if self.owners:
            owners |= asdict(self.owners) | {"teams": list(self.owners.teams)}
        return tomli_w.dumps(document | {"owners": owners})


def _without_blanks(values: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in values.items() if value}


SECTIONS = {
    "kind": str,
    "source": str,
    "null_values": list,
    "dates": dict,
    "amounts": dict,
    "columns": dict,
    "pipeline": dict,
    "stages": dict,
    "entered": dict,
    "owners": dict,
}
KEYS = {
    "dates": {"format", "zone"},
    "amounts": {"decimal", "currency"},
    "pipeline": {"name", "stages"},
    "owners": {"file", "owner", "teams", "change"},
}


def from_toml(text: str, *, complete: bool = True) -> Mapping:
    """Read a mapping, and check it unless it is a draft. Raises BadMapping."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(_("The mapping is not TOML: %(error)s") % {"error": error}) from error
    _check_shape(document)
    dates, amounts = document.get("dates", {}), document.get("amounts", {})
    pipeline, owners = document.get("pipeline", {}), document.get("owners", {})
    mapping = Mapping(
        kind=document.get("kind", OPPORTUNITIES),
        source=document.get("source", "crm"),
        columns=document.get("columns", {}),
        stages={str(key): value for key, value in document.get("stages", {}).items()},
        pipeline=pipeline.get("name", "Sales"),
        pipeline_stages=tuple(pipeline.get("stages", ())),
        entered=document.get("entered", {}),
        date_format=dates.get("format", ""),
        zone=dates.get("zone", ""),
        decimal=amounts.get("decimal", "."),
        currency=amounts.get("currency", ""),
        null_values=tuple(document.get("null_values", [""])),
        owners=_owners(owners) if "file" in owners else None,
        owner_change=owners.get("change", "from_now"),
    )
    if complete:
        check(mapping)
    return mapping


def _owners(section: dict[str, Any]) -> Owners:
    missing = {"file", "owner", "teams"} - section.keys()
    if missing:
        raise BadMapping(_("owners.%(key)s is missing.") % {"key": min(missing)})
    return Owners(
        file=str(section["file"]), owner=str(section["owner"]), teams=tuple(section["teams"])
    )


def _check_shape(document: dict[str, Any]) -> None:
    for key, value in document.items():
        if key not in SECTIONS:
            raise BadMapping(_("“%(key)s” is not part of a mapping.") % {"key": key})
        if not isinstance(value, SECTIONS[key]):
            raise BadMapping(_("“%(key)s” has the wrong type.") % {"key": key})
        for inner in value if key in KEYS else ():
            if inner not in KEYS[key]:
                raise BadMapping(
                    _("“%(key)s” is not part of a mapping.") % {"key": f"{key}.{inner}"}
                )


def check(mapping: Mapping) -> None:
    """Refuse a mapping that contradicts itself. Raises BadMapping naming the key."""
    for key, reason in _faults(mapping):
        raise BadMapping(f"{key}: {reason}")


def _faults(mapping: Mapping) -> Iterable[tuple[str, str]]:
    if mapping.kind not in KINDS:
        yield "kind", _("must be one of %(kinds)s.") % {"kinds": ", ".join(KINDS)}
        return
    for name in mapping.columns:
        if name not in FIELDS[mapping.kind]:
            yield f"columns.{name}", _("is not a field of this kind of file.")
    for name in REQUIRED[mapping.kind]:
        if name not in mapping.columns:
            yield f"columns.{name}", _("must be mapped to a column.")
    if len(set(mapping.pipeline_stages)) != len(mapping.pipeline_stages):
        yield "pipeline.stages", _("names a stage twice.")
    if not mapping.pipeline_stages:
        yield "pipeline.stages", _("must name at least one stage, in order.")
    yield from _value_faults(mapping)


def _value_faults(mapping: Mapping) -> Iterable[tuple[str, str]]:
    for value, target in mapping.stages.items():
        if target not in TARGETS and target not in mapping.pipeline_stages:
            yield f"stages.{value}", _("“%(stage)s” is not in pipeline.stages.") % {"stage": target}
    for stage in mapping.entered:
        if stage not in mapping.pipeline_stages:
            yield f"entered.{stage}", _("is not in pipeline.stages.")
    if mapping.zone and mapping.zone not in available_timezones():
        yield "dates.zone", _("is not a known time zone.")
    if mapping.decimal not in {".", ","}:
        yield "amounts.decimal", _("must be a point or a comma.")
    if mapping.owner_change not in {"from_now", "correction"}:
        yield "owners.change", _("must be from_now or correction.")


def guess(kind: str, header: list[str], stages: Iterable[str] = ()) -> Mapping:
    """A mapping to start from, by the columns' names. For a person to confirm, never to commit."""
    plain = {name.lower().replace("_", " ").strip(): name for name in header}
    found = {
        name: next((plain[word] for word in SYNONYMS[name] if word in plain), None)
        for name in FIELDS[kind]
    }
    return Mapping(
        kind=kind,
        columns={name: column for name, column in found.items() if column},
        pipeline_stages=tuple(stages),
    )
