"""Numbers that a browser reads carry no separators of thousands, whatever the language."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.utils.translation import override

from jobs.models import Job
from sales.models import ImportRun
from teams.models import Team


@pytest.mark.parametrize(
    ("language", "said"), [("en", "6,000 of 13,521 rows"), ("id", "6.000 dari 13.521 baris")]
)
def test_a_progress_bar(language, said):
    job = Job(task="sales.plan", progress_done=6000, progress_total=13521)
    run = ImportRun(state=ImportRun.State.PLANNING)

    with override(language):
        shown = render_to_string("sales/_progress.html", {"run": run, "job": job})

    assert 'max="13521" value="6000"' in shown
    assert said in shown


@pytest.fixture
def many_teams(db):
    """As if thousands of teams and memberships had come before."""
    with connection.cursor() as cursor:
        for table in ("teams_team", "teams_membership"):
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 123456)", [table])


def test_the_choices_of_a_form(many_teams, acme, ben, cora, signed_in):
    page = signed_in(cora).get(f"/teams/acme/acme/people/{ben.pk}/").content.decode()

    for team in Team.objects.all():
        assert f'<option value="{team.pk}"' in page
    assert f'id="role-{ben.memberships.get().pk}"' in page
