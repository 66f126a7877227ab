"""How a file's columns and values become facts, said by a person and kept as TOML.

The format is described in ``docs/importing.md``.
"""

import io
import re
import tomllib
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import asdict, dataclass, field
from typing import Any
from zoneinfo import available_timezones

import tomli_w
from django.utils.translation import gettext as _

from sales.importing.dates import is_format
from sales.importing.reading import DELIMITERS, Layout
from sales.importing.shape import BadMapping, bad, check_shape
from sales.importing.vocabulary import (
    DATES,
    FIELDS,
    KINDS,
    MEANINGS,
    MEANT,
    OPPORTUNITIES,
    REQUIRED,
    STAGE_EVENTS,
    TARGETS,
    WITH_OWNERS,
    WITH_STAGES,
    words_for,
)

__all__ = ["BadMapping", "Mapping", "Owners", "check", "from_toml", "guess"]

FROM_NOW, CORRECTION = "from_now", "correction"
"""What another owner in a later file means: changed hands at the import, or was always so."""

LONGEST = {"source": 50, "pipeline.name": 100, "pipeline.stages": 100}


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
    layout: Layout = field(default_factory=Layout)
    columns: AnyMapping[str, str]
    only: AnyMapping[str, tuple[str, ...]] = field(default_factory=dict)
    stages: AnyMapping[str, str] = field(default_factory=dict)
    pipeline: str = "Sales"
    pipeline_stages: tuple[str, ...] = ()
    entered: AnyMapping[str, str] = field(default_factory=dict)
    meanings: AnyMapping[str, str] = field(default_factory=dict)
    date_format: str = ""
    zone: str = ""
    decimal: str = ""
    currency: str = ""
    null_values: tuple[str, ...] = ()
    disqualified_reasons: tuple[str, ...] = ()
    owners: Owners | None = None
    owner_change: str = FROM_NOW

    @property
    def date_columns(self) -> list[str]:
        """Headers of every column that holds dates."""
        return [self.columns[name] for name in DATES if name in self.columns] + list(
            self.entered.values()
        )

    @property
    def used_columns(self) -> list[str]:
        return [*self.columns.values(), *self.entered.values(), *self.only]

    @property
    def nulls(self) -> frozenset[str]:
        """Cells that say nothing; the empty one always does."""
        return frozenset(self.null_values) | {""}

    def position(self, stage: str) -> int:
        """1 for the first stage of the pipeline."""
        return self.pipeline_stages.index(stage) + 1

    def to_toml(self) -> str:
        """The file that ``from_toml`` reads."""
        owners: dict[str, Any] = {"change": self.owner_change}
        if self.owners:
            owners |= asdict(self.owners) | {"teams": list(self.owners.teams)}
        document: dict[str, Any] = {
            "kind": self.kind,
            "source": self.source,
            "null_values": list(self.null_values),
            "disqualified_reasons": list(self.disqualified_reasons),
            "file": _without_blanks(asdict(self.layout)),
            "dates": _without_blanks({"format": self.date_format, "zone": self.zone}),
            "amounts": _without_blanks({"decimal": self.decimal, "currency": self.currency}),
            "columns": dict(self.columns),
            "only": {column: list(values) for column, values in self.only.items()},
            "pipeline": {"name": self.pipeline, "stages": list(self.pipeline_stages)},
            "stages": dict(self.stages),
            "entered": dict(self.entered),
            "meanings": dict(self.meanings),
            "owners": owners,
        }
        for section, kinds in (("pipeline", WITH_STAGES), ("owners", WITH_OWNERS)):
            if self.kind not in kinds:
                del document[section]
        always = {"kind", "source", "pipeline", "columns"}
        return tomli_w.dumps(
            {key: value for key, value in document.items() if value or key in always}
        )


def _without_blanks(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def from_toml(text: str, *, complete: bool = True) -> Mapping:
    """Read a mapping, and check it unless it is a draft. Raises BadMapping."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(_("The mapping is not TOML: %(error)s") % {"error": error}) from error
    check_shape(document)
    mapping = _mapping(document)
    if complete:
        check(mapping)
    return mapping


def _mapping(document: dict[str, Any]) -> Mapping:
    """What a document of the right shape says."""
    dates, amounts = document.get("dates", {}), document.get("amounts", {})
    pipeline, owners = document.get("pipeline", {}), document.get("owners", {})
    return Mapping(
        kind=document.get("kind", OPPORTUNITIES),
        source=document.get("source", "crm"),
        layout=Layout(**document.get("file", {})),
        columns=document.get("columns", {}),
        only={column: tuple(values) for column, values in document.get("only", {}).items()},
        stages=document.get("stages", {}),
        pipeline=pipeline.get("name", "Sales"),
        pipeline_stages=tuple(pipeline.get("stages", ())),
        entered=document.get("entered", {}),
        meanings=document.get("meanings", {}),
        date_format=dates.get("format", ""),
        zone=dates.get("zone", ""),
        decimal=amounts.get("decimal", ""),
        currency=amounts.get("currency", ""),
        null_values=tuple(filter(None, document.get("null_values", ()))),
        disqualified_reasons=tuple(document.get("disqualified_reasons", ())),
        owners=_owners(owners),
        owner_change=owners.get("change", FROM_NOW),
    )


def _owners(section: dict[str, Any]) -> Owners | None:
    said = {key: section[key] for key in ("file", "owner", "teams") if key in section}
    if not said:
        return None
    for key in ("file", "owner", "teams"):
        if not said.get(key):
            raise bad(f"owners.{key}", _("is missing."))
    return Owners(file=said["file"], owner=said["owner"], teams=tuple(said["teams"]))


def check(mapping: Mapping) -> None:
    """Refuse a mapping that contradicts itself. Raises BadMapping naming the key."""
    stages = (_stage_faults,) if mapping.kind in WITH_STAGES else ()
    for faults in (_field_faults, _place_faults, *stages, _value_faults, _length_faults):
        for key, reason in faults(mapping):
            raise bad(key, reason)


def _field_faults(mapping: Mapping) -> Iterable[tuple[str, str]]:
    if mapping.kind not in KINDS:
        yield "kind", _("must be one of %(kinds)s.") % {"kinds": ", ".join(KINDS)}
        return
    for name in mapping.columns:
        if name not in FIELDS[mapping.kind]:
            known = ", ".join(FIELDS[mapping.kind])
            yield f"columns.{name}", _("is not a field. There is: %(known)s.") % {"known": known}
    for name in REQUIRED[mapping.kind]:
        if not mapping.columns.get(name):
            yield f"columns.{name}", _("must be mapped to a column.")
    for column, values in mapping.only.items():
        if not values:
            yield f"only.{column}", _("must name at least one value.")


def _place_faults(mapping: Mapping) -> Iterable[tuple[str, str]]:
    """Sections of other kinds of files, and meanings that are none."""
    no_place = _("has no place in a file of %(kind)s.") % {"kind": mapping.kind}
    if mapping.kind not in WITH_STAGES:
        for section in ("pipeline_stages", "stages", "entered", "disqualified_reasons"):
            if getattr(mapping, section):
                yield section.replace("_stages", ".stages"), no_place
    if mapping.owners and mapping.kind not in WITH_OWNERS:
        yield "owners.file", no_place
    if mapping.meanings and mapping.kind not in MEANT:
        yield "meanings", no_place
    known = MEANINGS.get(mapping.kind, ())
    for value, meaning in mapping.meanings.items():
        if known and meaning not in known:
            text = _("“%(meaning)s” is not one of %(known)s.")
            yield f"meanings.{value}", text % {"meaning": meaning, "known": ", ".join(known)}


def _stage_faults(mapping: Mapping) -> Iterable[tuple[str, str]]:
    stages = mapping.pipeline_stages
    if not stages:
        yield "pipeline.stages", _("must name at least one stage, in order.")
    if len(set(stages)) != len(stages):
        yield "pipeline.stages", _("names a stage twice.")
    for stage in set(stages) & set(TARGETS):
        yield "pipeline.stages", _("“%(stage)s” has another meaning here.") % {"stage": stage}
    for value, target in mapping.stages.items():
        if target not in {*TARGETS, *stages}:
            yield f"stages.{value}", _("“%(stage)s” is not in pipeline.stages.") % {"stage": target}
    if mapping.entered and mapping.kind == STAGE_EVENTS:
        yield "entered", _("has no place in a log: its rows say when a stage was entered.")
    for stage in set(mapping.entered) - set(stages):
        yield f"entered.{stage}", _("is not in pipeline.stages.")


def _value_faults(mapping: Mapping) -> Iterable[tuple[str, str]]:
    if mapping.date_format and not is_format(mapping.date_format):
        yield "dates.format", _("must be iso, dmy, mdy, ymd or a pattern of strptime.")
    if mapping.zone and mapping.zone not in available_timezones():
        yield "dates.zone", _("is not a known time zone.")
    if mapping.decimal not in {"", ".", ","}:
        yield "amounts.decimal", _("must be a point or a comma.")
    if not re.fullmatch(r"([A-Z]{3})?", mapping.currency, re.ASCII):
        yield "amounts.currency", _("must be three letters, such as EUR.")
    if mapping.owner_change not in {FROM_NOW, CORRECTION}:
        yield "owners.change", _("must be from_now or correction.")
    if mapping.layout.delimiter not in {"", *DELIMITERS}:
        yield "file.delimiter", _("must be a comma, a semicolon, a tab or a bar.")
    if mapping.layout.encoding and not _is_encoding(mapping.layout.encoding):
        yield "file.encoding", _("is not a known encoding, such as cp1252.")


def _is_encoding(name: str) -> bool:
    try:
        io.TextIOWrapper(io.BytesIO(b"aa"), encoding=name, errors="surrogateescape").read()
    except (LookupError, UnicodeError):
        return False
    return True


def _length_faults(mapping: Mapping) -> Iterable[tuple[str, str]]:
    said = {
        "source": [mapping.source],
        "pipeline.name": [mapping.pipeline],
        "pipeline.stages": mapping.pipeline_stages,
    }
    for key, values in said.items():
        for value in values:
            if not value.strip() or "\0" in value:
                yield key, _("must not be empty.")
            if len(value) > LONGEST[key]:
                yield key, _("is longer than %(limit)s characters.") % {"limit": LONGEST[key]}


def _in_words(column: str) -> str:
    """A header as its words: “close_date”, “CloseDate” and “Close Date” are one."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return apart.replace("_", " ").lower().strip()


def guess(kind: str, header: list[str], stages: Iterable[str] = ()) -> Mapping:
    """A mapping to start from, by the columns' names. For a person to confirm, never to commit."""
    plain = {_in_words(name): name for name in header}
    found = {
        name: next((plain[word] for word in words_for(kind, name) if word in plain), None)
        for name in FIELDS[kind]
    }
    return Mapping(
        kind=kind,
        columns={name: column for name, column in found.items() if column},
        pipeline_stages=tuple(stages),
    )
