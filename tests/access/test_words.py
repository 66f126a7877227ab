"""The matrix sees only what is marked: every text of every table holds a word."""

import pytest
from django.apps import apps
from django.db.models import CharField, Field, TextField

from tests.access.seeding import Seeded
from tests.access.words import words_in

pytestmark = pytest.mark.django_db
APPS = ("jobs", "teams", "sales", "enablement", "surveys", "metrics")
UNMARKED = {
    "metrics.Atom.flag": "a code of ours",
    "metrics.Atom.reason": "a code of ours",
    "metrics.Counted.definitions": "a digest",
    "metrics.Snapshot.metric": "a metric's short name",
    "sales.Connection.secret": "sealed",
    "sales.ConnectionMapping.kind": "a code of ours",
    "sales.ImportRun.file": "a random name of ours",
    "sales.ImportRun.owners_file": "a random name of ours",
    "sales.ImportRun.sha256": "a digest",
    "sales.MappingProfile.kind": "a code of ours",
    "sales.OpportunityDetail.currency": "three letters",
    "sales.Rejection.code": "a code of ours",
    "sales.SentRecord.subject": "a name of ours",
    "sales.StagedActivity.direction": "a code of ours",
    "sales.StagedActivity.kind": "a code of ours",
    "sales.StagedEvent.kind": "a code of ours",
    "sales.StagedLead.left_out": "a code of ours",
    "sales.StagedOpportunity.currency": "three letters",
    "teams.ApiKey.digest": "a digest",
    "teams.ApiKey.prefix": "random",
    "teams.KeptAnswer.digest": "a digest",
    "teams.BusinessCalendar.timezone": "a name of the IANA",
    "teams.Invitation.nonce": "random",
    "teams.Organisation.currency": "three letters",
    "teams.Organisation.timezone": "a name of the IANA",
    "teams.WebhookEndpoint.secret": "sealed",
    "teams.User.language": "a code",
    "teams.User.password": "a hash",
}


def texts() -> dict[str, Field]:
    """Every column that may hold what somebody wrote."""
    return {
        f"{model._meta.label}.{field.name}": field
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField) and not field.choices
    }


@pytest.mark.parametrize("name", sorted(texts().keys() - UNMARKED.keys()))
def test_a_text_holds_a_word(here: Seeded, name):
    field = texts()[name]

    found = field.model.objects.values_list(field.name, flat=True)

    assert words_in(*map(str, found)) & here.words.homes.keys()


def test_what_is_left_out_is_there():
    assert not UNMARKED.keys() - texts().keys()
