"""What every fact from the CRM says besides itself."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Func, Q, Value

from sales.models.imports import ImportRun
from teams.models import Organisation
from teams.recorded import Recorded


class Fact(Recorded):
    """Anything said, by which import, and which import took it back."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    recorded_by = models.ForeignKey(
        ImportRun, models.PROTECT, null=True, related_name="+", db_index=False
    )
    voided_by = models.ForeignKey(
        ImportRun, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


def one_at_a_time(of: str, name: str, condition: Q) -> ExclusionConstraint:
    """No two spans of one ``of``, the name of its column, overlap among those of ``condition``."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            (Func(of, of, Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
            (Func("from_at", "to_at", function="tstzrange"), RangeOperators.OVERLAPS),
        ],
        condition=condition,
    )
