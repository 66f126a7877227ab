"""Batches of rows as programs send them, and what they are answered."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from sales.importing.delivering import Delivered, Delivery, delivery_of
from sales.importing.parcels import ENTERED
from sales.importing.problems import UNSTORABLE, reason_of, storable
from sales.importing.vocabulary import DATES, FIELDS, OPPORTUNITIES, REQUIRED, WITH_STAGES
from teams.api.strict import Strict

MOST_ROWS = 1_000
FLAGS = ("is_test", "deleted", "needs_response", "automated")
LONGEST_NAME = 100
OUTCOMES = ["created", "updated", "unchanged", "ignored", "rejected"]


def row_schema(kind: str) -> dict[str, Any]:
    """What a row of this kind may hold, as JSON schema."""
    said: dict[str, Any] = {name: _value_schema(name) for name in FIELDS[kind]}
    if kind == OPPORTUNITIES:
        entered = {"type": "string", "format": "date-time", "nullable": True}
        said[ENTERED] = {"type": "object", "additionalProperties": entered}
    return {
        "type": "object",
        "properties": said,
        "required": list(REQUIRED[kind]),
        "additionalProperties": False,
    }


def _value_schema(name: str) -> dict[str, Any]:
    if name in DATES:
        return {"type": "string", "format": "date-time", "nullable": True}
    if name in FLAGS:
        return {"type": "boolean", "nullable": True}
    if name == "amount":
        return {"oneOf": [{"type": "string"}, {"type": "number"}], "nullable": True}
    return {"type": "string", "nullable": True}


class Rows(serializers.Field):
    """A list; each row is looked at on its own, and one that is no row is answered so."""

    default_error_messages = {
        "not_a_list": _("This is a list of rows."),
        "empty": _("Send at least one row."),
        "too_many": _("Send at most 1,000 rows at once."),
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list")
        if not data:
            self.fail("empty")
        if len(data) > MOST_ROWS:
            self.fail("too_many")
        return data


def _texts(most: int, longest: int) -> serializers.ListField:
    text = serializers.CharField(max_length=longest)
    return serializers.ListField(child=text, max_length=most, required=False)


class PipelineSerializer(Strict):
    """``name`` alone means its stages as they are; with ``stages`` it is made if need be."""

    name = serializers.CharField(max_length=LONGEST_NAME, required=False)
    stages = _texts(100, LONGEST_NAME)


class DeliverySerializer(Strict):
    """What every batch says besides its rows."""

    kind = ""
    source = serializers.CharField(max_length=50)  # type: ignore[assignment]

    def delivery(self) -> Delivery:
        said = self.validated_data
        return delivery_of({"kind": self.kind, **said}, said["source"])


def _meanings() -> serializers.DictField:
    meaning = serializers.CharField(max_length=100)
    return serializers.DictField(child=meaning, required=False, validators=[_check_values])


def _check_values(meanings: dict[str, str]) -> None:
    """The serializer looks at what each value means, not at the values."""
    if any(map(UNSTORABLE.search, meanings)):
        raise serializers.ValidationError(reason_of("undecodable", sent=True), "undecodable")


def serializer_for(kind: str, meant: bool) -> type[DeliverySerializer]:  # noqa: FBT001
    """The batch of one kind. ``meant``: its values may be given meanings."""
    row = row_schema(kind)
    rows = extend_schema_field(
        {"type": "array", "items": row, "minItems": 1, "maxItems": MOST_ROWS}
    )(type(f"RowsOf_{kind}", (Rows,), {}))
    said: dict[str, Any] = {"kind": kind, "rows": rows()}
    if kind in WITH_STAGES:
        said |= {
            "pipeline": PipelineSerializer(required=False),
            "stages": _meanings(),
            "disqualified_reasons": _texts(100, 200),
        }
    elif meant:
        said["meanings"] = _meanings()
    name = "".join(part.title() for part in kind.split("_"))
    return type(f"{name}Batch", (DeliverySerializer,), said)


class FaultSerializer(serializers.Serializer):
    """What is wrong with a row. ``value`` is the text that was sent or the JSON of it,
    cut after 80 characters."""

    field = serializers.CharField()
    value = serializers.CharField()
    code = serializers.CharField()
    reason = serializers.CharField()


class OutcomeSerializer(serializers.Serializer):
    """``row`` counts from 0."""

    row = serializers.IntegerField()
    id = serializers.CharField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    errors = FaultSerializer(many=True)  # type: ignore[assignment]


class DeliveredSerializer(serializers.Serializer):
    """``import`` is the number by which the batch stands among the imports and can be undone."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    ignored = serializers.IntegerField()
    rejected = serializers.IntegerField()
    rows = OutcomeSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        return {"import": serializers.IntegerField(), **super().get_fields()}


def told(delivered: Delivered, rows: list[Any]) -> dict[str, Any]:
    """The answer, as ``DeliveredSerializer`` describes it."""
    run = delivered.run
    faults: dict[int, list[dict[str, str]]] = {}
    for each in delivered.rejections:
        fault = {"field": each.column, "value": each.value, "code": each.code}
        faults.setdefault(each.line, []).append(fault | {"reason": reason_of(each.code, sent=True)})
    counts = {name: getattr(run, name) for name in ("created", "updated", "unchanged")}
    return {
        "import": run.pk,
        **counts,
        "ignored": run.ignored,
        "rejected": run.rejected,
        "rows": [
            _outcome(line, row, delivered.outcomes, faults.get(line, []))
            for line, row in enumerate(rows, start=1)
        ],
    }


def _outcome(
    line: int, row: Any, outcomes: dict[int, str], faults: list[dict[str, str]]
) -> dict[str, Any]:
    said = row if isinstance(row, dict) else {}
    named = said.get("id", said.get("lead"))
    outcome = "rejected" if faults else outcomes.get(line, "ignored")
    return {
        "row": line - 1,
        "id": storable(str(named)[:200]) if isinstance(named, str | int) else "",
        "outcome": outcome,
        "errors": faults,
    }
