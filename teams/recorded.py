"""Bitemporal rows: when something held, and when we knew it.

``from_at``/``to_at`` (or ``at``) say when a thing was so; ``recorded_at``/``voided_at`` say from
when to when this installation believed it. A correction voids a row and appends another, so that
any past reading can be repeated.
"""

from datetime import UTC, datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
"""Stands for "always so far" where nobody said since when. PostgreSQL's ``-infinity`` has no
Python counterpart."""

FOREVER = datetime.max.replace(tzinfo=UTC)
"""As an instant of knowledge: what is believed now, whatever the clocks of those who recorded it
said."""


def in_force(*, prefix: str = "") -> Q:
    """Rows that are believed now."""
    return Q(**{f"{prefix}voided_at": None})


class RecordedQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """Not voided: what is believed now."""
        return self.filter(in_force())

    def void(self, at: datetime) -> int:
        """Stop believing these rows from ``at`` on. The rows stay."""
        return self.in_force().update(voided_at=at)


class Recorded(models.Model):
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class SpanQuerySet(RecordedQuerySet):
    def holding_at(self, instant: datetime) -> Self:
        """In force and holding at ``instant``; half-open, so a span ending then does not hold."""
        return self.in_force().filter(
            Q(to_at=None) | Q(to_at__gt=instant),
            from_at__lte=instant,
        )

    def not_over(self, instant: datetime) -> Self:
        """In force and holding at ``instant`` or at some time after it."""
        return self.in_force().filter(Q(to_at=None) | Q(to_at__gt=instant))


class Span(Recorded):
    """Something that held for a while: ``[from_at, to_at)``, open-ended where ``to_at`` is null."""

    from_at = models.DateTimeField(_("from"), default=BEGINNING)
    to_at = models.DateTimeField(_("to"), null=True, blank=True)

    objects: Any = SpanQuerySet.as_manager()

    class Meta:
        abstract = True

    def close(self, at: datetime, **changes: Any) -> None:
        """End this span at ``at``: void it and append one that ends there.

        A span that had not begun by then is voided only. ``changes`` are set on the appended row.
        Raises ValidationError if it was voided already: of two who close a span at once, one does.
        """
        now = timezone.now()
        if not type(self).objects.filter(pk=self.pk).void(now):
            raise ValidationError(_("Somebody has changed this meanwhile. Look again."))
        if self.from_at >= at:
            return
        values = {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if not field.primary_key
        }
        type(self).objects.create(
            **(values | {"to_at": at, "recorded_at": now, "voided_at": None} | changes)
        )


def span_is_forward(name: str) -> models.CheckConstraint:
    """The check that a span ends after it begins."""
    return models.CheckConstraint(
        name=name, condition=Q(to_at=None) | Q(to_at__gt=models.F("from_at"))
    )
