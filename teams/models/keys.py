"""Keys by which other programs speak for an organisation, and what they were answered."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from teams.models.organisations import Organisation, check_one_line
from teams.models.people import Person


class ApiKeyQuerySet(models.QuerySet):
    def usable(self) -> Self:
        return self.filter(revoked_at=None)


class ApiKey(models.Model):
    """What a program shows to be let in; only its digest is kept.

    ``requests`` are those of the minute that began at ``minute_at``.
    """

    class Scope(models.TextChoices):
        SALES_WRITE = "sales:write", _("Send sales facts")
        SALES_READ = "sales:read", _("Read sales facts")
        METRICS_READ = "metrics:read", _("Read numbers and the rows behind them")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=100, validators=[check_one_line])
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope), verbose_name=_("allowed to")
    )
    created_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    minute_at = models.DateTimeField(null=True, editable=False)
    requests = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[Any] = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="api_key_may_do_something_that_is_known",
                condition=Q(scopes__len__gte=1)
                & Q(scopes__contained_by=["sales:write", "sales:read", "metrics:read"]),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def says(self) -> list[str]:
        """Its scopes in words."""
        return [str(scope.label) for scope in self.Scope if scope.value in self.scopes]


class KeptAnswer(models.Model):
    """What a request with an ``Idempotency-Key`` was answered, so that it is done once."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="kept_answers")
    idempotency_key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["key", "idempotency_key"],
                name="answer_is_kept_once_for_its_idempotency_key",
            )
        ]

    def __str__(self) -> str:
        return self.idempotency_key
