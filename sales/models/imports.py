"""Files on their way in: runs, saved mappings, staged rows, rejections."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models import Organisation, Person


class MappingProfile(models.Model):
    """A confirmed column mapping, kept for the next file of the same kind."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="mapping_profiles")
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(max_length=20)
    toml = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            UniqueConstraint(
                fields=["organisation", "kind", "name"],
                name="mapping_profile_name_is_unique_in_organisation",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One file on its way in: stored, mapped, planned, committed, perhaps undone."""

    class Kind(models.TextChoices):
        OPPORTUNITIES = "opportunities", _("Opportunities")
        STAGE_EVENTS = "stage_events", _("Stage events")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Waiting for its mapping")
        PLANNING = "planning", _("Being checked")
        PLANNED = "planned", _("Ready to commit")
        COMMITTING = "committing", _("Being imported")
        COMMITTED = "committed", _("Imported")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Failed")
        DISCARDED = "discarded", _("Discarded")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="import_runs")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.UPLOADED)
    file_name = models.CharField(_("file"), max_length=255)
    file = models.CharField(max_length=255, blank=True)
    owners_file = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(default=0)
    toml = models.TextField(_("mapping"), blank=True)
    valid_only = models.BooleanField(_("import what is valid"), default=False)
    started_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="import_runs"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    rows_total = models.BigIntegerField(default=0)
    rows_done = models.BigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    newest_first = models.BooleanField(default=False, editable=False)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    ignored = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    planned_at = models.DateTimeField(null=True, blank=True)
    sample = models.JSONField(default=list)
    failure = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="import_runs_newest_first")
        ]
        constraints = [
            models.CheckConstraint(
                name="import_run_state_is_known",
                condition=Q(
                    state__in=[
                        "uploaded",
                        "planning",
                        "planned",
                        "committing",
                        "committed",
                        "undoing",
                        "undone",
                        "failed",
                        "discarded",
                    ]
                ),
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class Rejection(models.Model):
    """A row of a file that was not taken, and why."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rejections")
    line = models.BigIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=200, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    code = models.CharField(max_length=40)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class StagedOpportunity(models.Model):
    """A good row of a file that is being planned or committed, one per opportunity.

    Gone once the run is over; checking each row's run would cost as much as writing it.
    ``said_at`` is the instant of the log's row; ``person_id`` null is nobody yet or no owner.
    """

    run = models.ForeignKey(
        ImportRun, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    line = models.BigIntegerField()
    said_at = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=300)
    account = models.CharField(max_length=300)
    product = models.CharField(max_length=300)
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(null=True)
    is_test = models.BooleanField()
    deleted = models.BooleanField()
    owner = models.CharField(max_length=1000)
    person_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "id"], name="staged_opportunity_in_order"),
        ]

    def __str__(self) -> str:
        return self.external_id


class StagedEvent(models.Model):
    """A stage event that a good row asserts. ``at`` null: seen there, since when is unknown."""

    run = models.ForeignKey(
        ImportRun, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    line = models.BigIntegerField()
    external_id = models.CharField(max_length=200)
    slot = models.CharField(max_length=200)
    kind = models.CharField(max_length=4)
    position = models.SmallIntegerField(null=True)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "external_id"], name="staged_event_of_opportunity"),
        ]

    def __str__(self) -> str:
        return f"{self.external_id} {self.kind}"
