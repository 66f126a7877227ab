"""Files on their way in: runs, saved mappings, rejections."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Min, Q, UniqueConstraint
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sales.importing.problems import reason_of, told
from sales.importing.vocabulary import WITH_STAGES
from sales.models.connections import Connection, Message
from teams.models import ApiKey, Organisation, Person


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
    """One file on its way in: stored, mapped, planned, committed, perhaps undone.

    What a program sends at once is one too, and committed from the start.
    """

    class Kind(models.TextChoices):
        OPPORTUNITIES = "opportunities", _("Opportunities")
        STAGE_EVENTS = "stage_events", _("Stage events")
        LEADS = "leads", _("Leads")
        LEAD_ASSIGNMENTS = "lead_assignments", _("Lead assignments")
        ACTIVITIES = "activities", _("Activities")

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

    class Channel(models.TextChoices):
        FILE = "file", _("File")
        API = "api", _("API")
        WEBHOOK = "webhook", _("Webhook")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="import_runs")
    channel = models.CharField(
        _("way in"), max_length=7, choices=Channel, default=Channel.FILE, db_default=Channel.FILE
    )
    api_key = models.ForeignKey(
        ApiKey, models.SET_NULL, null=True, related_name="import_runs", editable=False
    )
    connection = models.ForeignKey(
        Connection, models.SET_NULL, null=True, related_name="import_runs", editable=False
    )
    source = models.CharField(
        _("source"), max_length=50, blank=True, default="", db_default="", editable=False
    )
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
    stages_replaced = ArrayField(models.CharField(max_length=100), default=list, db_default=[])
    wrote_at = models.DateTimeField(null=True, blank=True, editable=False)
    planned_again = models.BooleanField(default=False, db_default=False, editable=False)
    arrivals = models.JSONField(default=dict, editable=False)
    people_placed = models.BooleanField(default=False, db_default=False, editable=False)
    failure = models.TextField(blank=True)
    problems = models.JSONField(default=list, editable=False)

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
            ),
            models.CheckConstraint(
                name="import_run_channel_is_known",
                condition=Q(channel__in=["file", "api", "webhook"]),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_sent(self) -> bool:
        """Whether a program sent it, rather than anybody a file."""
        return self.channel != self.Channel.FILE

    @property
    def way_in(self) -> Promise:
        """How it came, which anybody may be told: it names neither a file nor who sent it."""
        return WAYS_IN[ImportRun.Channel(self.channel)]

    @property
    def has_stages(self) -> bool:
        """Whether its mapping says what each stage means, rather than perhaps other values."""
        return self.kind in WITH_STAGES

    @property
    def rows_valid(self) -> int:
        """How many rows there are to import."""
        return self.rows_total - self.ignored - self.rejected

    @property
    def sender(self) -> str:
        """What sent it, or else who did; empty from the command line."""
        named = self.connection or self.api_key or self.started_by
        return named.name if named else ""

    @property
    def reasons(self) -> list[str]:
        """Why it failed, in the reader's language where it is a problem of the file."""
        said = [str(told(problem)) for problem in self.problems]
        return [*said, self.failure] if self.failure else said


WAYS_IN = {
    ImportRun.Channel.FILE: _("CSV import"),
    ImportRun.Channel.API: _("by a program"),
    ImportRun.Channel.WEBHOOK: _("by a connected CRM or program"),
}


OVER = (Message.State.TAKEN, Message.State.SET_ASIDE)


class RejectionQuerySet(models.QuerySet):
    def not_over(self) -> Self:
        """Without those of a message that was mended, set aside or forgotten since, or tried
        again: then those of its last attempt."""
        over = Q(message__isnull=False, message__state__in=OVER)
        return self.exclude(over | Q(message=None, run__channel=ImportRun.Channel.WEBHOOK))

    def alike(self) -> models.QuerySet[Any, dict[str, Any]]:
        """What is wrong, the most frequent first: in how many ``rows``, and the first ``line``."""
        kinds = self.order_by().values("column", "value", "code")
        return kinds.annotate(rows=Count("pk"), line=Min("line")).order_by("-rows", "line")


class Rejection(models.Model):
    """A row of a file that was not taken, and why.

    Of what a program sent, ``row`` is the row as JSON, and ``message`` what it came in, if that was
    a webhook's; empty once that is taken in again, as this attempt tells nothing any more.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rejections")
    line = models.BigIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=200, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    code = models.CharField(max_length=40)
    row = models.TextField(_("row"), blank=True, default="", db_default="")
    message = models.ForeignKey(
        Message,
        models.SET_NULL,
        null=True,
        related_name="rejections",
        editable=False,
        db_index=False,
    )

    objects: ClassVar[Any] = RejectionQuerySet.as_manager()

    class Meta:
        ordering = ["line", "pk"]
        indexes = [
            models.Index(
                fields=["message"],
                condition=Q(message__isnull=False),
                name="rejections_of_message",
            )
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"

    @property
    def reason(self) -> str:
        """In the reader's language."""
        return reason_of(self.code, sent=self.run.is_sent)
