"""Good rows of files that are being planned or committed; gone once the run is over."""

from django.db import models

from sales.models.imports import ImportRun


class Staged(models.Model):
    """Checking each row's run would cost as much as writing it."""

    run = models.ForeignKey(
        ImportRun, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    line = models.BigIntegerField()

    class Meta:
        abstract = True


class StagedOpportunity(Staged):
    """What a file says about an opportunity, one per opportunity.

    ``said_at`` is the instant of the log's row; ``person_id`` null is nobody yet or no owner.
    """

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
    merged_into = models.CharField(max_length=200, db_default="")
    owner = models.CharField(max_length=1000)
    person_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "id"], name="staged_opportunity_in_order"),
        ]

    def __str__(self) -> str:
        return self.external_id


class StagedEvent(Staged):
    """A stage event that a good row asserts. ``at`` null: seen there, since when is unknown."""

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


class StagedLead(Staged):
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=300)
    account = models.CharField(max_length=300)
    origin = models.CharField(max_length=200)
    inbound_at = models.DateTimeField()
    needs_response = models.BooleanField()
    left_out = models.CharField(max_length=9)
    merged_into = models.CharField(max_length=200)
    deleted = models.BooleanField()
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=200)
    opportunity = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="staged_lead_in_order")]

    def __str__(self) -> str:
        return self.external_id


class StagedAssignment(Staged):
    """``external_id`` is the assignment's own, if it has one; ``lead`` is the lead's.
    ``person_id`` null is nobody yet or nobody."""

    external_id = models.CharField(max_length=200)
    lead = models.CharField(max_length=200)
    at = models.DateTimeField()
    owner = models.CharField(max_length=1000)
    person_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="staged_assignment_in_order")]

    def __str__(self) -> str:
        return f"{self.lead} {self.owner}"


class StagedActivity(Staged):
    """``lead`` or ``opportunity`` is the id of what it is on, the other is empty."""

    external_id = models.CharField(max_length=200)
    lead = models.CharField(max_length=200)
    opportunity = models.CharField(max_length=200)
    kind = models.CharField(max_length=7)
    direction = models.CharField(max_length=8)
    automated = models.BooleanField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    person_id = models.BigIntegerField(null=True)
    deleted = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="staged_activity_in_order")]

    def __str__(self) -> str:
        return self.external_id
