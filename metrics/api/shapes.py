"""What numbers and their rows look like as JSON."""

from typing import Any

from rest_framework import serializers

from sales.importing.amounts import to_major


class DefinitionSerializer(serializers.Serializer):
    """``better`` is the direction that is good news; ``companion_of`` the headline it stands by."""

    slug = serializers.CharField()
    title = serializers.CharField()
    question = serializers.CharField()
    definition = serializers.CharField()
    unit = serializers.CharField()
    better = serializers.CharField()
    version = serializers.IntegerField()
    companion_of = serializers.CharField()


def _number() -> serializers.FloatField:
    return serializers.FloatField(allow_null=True)


class NumberSerializer(serializers.Serializer):
    """``value`` is null where there is no data; ``low`` and ``high`` are its 95 % interval.

    Medians add ``mean``, ``p25`` and ``p75``, response times ``p90``, parts by stage and by source
    what they are called and count.
    """

    metric = serializers.CharField()
    version = serializers.IntegerField()
    unit = serializers.CharField()
    team = serializers.CharField()
    team_slug = serializers.CharField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    rep = serializers.CharField(allow_null=True)
    period = serializers.CharField()
    value = _number()
    numerator = _number()
    denominator = _number()
    n = serializers.IntegerField()
    low = _number()
    high = _number()
    pending = serializers.IntegerField()
    excluded = serializers.IntegerField()
    as_of = serializers.DateTimeField()


class RowSerializer(serializers.Serializer):
    """An opportunity or lead. ``hit`` says whether it is in the numerator, ``why`` why it is left
    out; a lead's ``product`` is where it came from."""

    id = serializers.CharField(source="external_id")
    name = serializers.CharField()
    account = serializers.CharField()
    product = serializers.CharField()
    amount = serializers.SerializerMethodField()
    currency = serializers.CharField()
    rep = serializers.CharField()
    team = serializers.CharField()
    started_at = serializers.DateTimeField(allow_null=True)
    at = serializers.DateTimeField()
    hit = serializers.BooleanField()
    note = serializers.CharField()
    why = serializers.CharField()

    def get_amount(self, row: Any) -> str | None:
        return None if row.amount is None else str(to_major(row.amount, row.currency))


class RowsSerializer(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    results = RowSerializer(many=True)
