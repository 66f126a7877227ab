"""Where there are several pipelines each has numbers of its own; together they are the default."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from metrics.declared import HEADLINES, WIN_RATE, in_pipeline
from metrics.recomputing import recompute_all
from sales.models import Pipeline, PipelineVersion, Stage
from tests.metrics.asking import behind, counts, names, read
from tests.metrics.editing import tell
from tests.world import day, lost, won

pytestmark = pytest.mark.django_db
CLOSE = day("2021-03-15")


@pytest.fixture
def loans(acme, ben):
    """A second pipeline with one lost deal, beside Sales with one won."""
    won(acme, ben, CLOSE, name="Sold")
    other = lost(acme, ben, CLOSE, name="Declined")
    made = Pipeline.objects.create(organisation=acme, name="Loans")
    version = PipelineVersion.objects.create(pipeline=made, number=1)
    Stage.objects.create(version=version, position=1, name="Submitted")
    other.pipeline = made
    other.save()
    recompute_all(acme)
    return made


def test_together_unless_one_is_asked_for(acme, loans):
    assert counts(read(acme.root, WIN_RATE, "2021-03")) == (1, 2)
    assert counts(read(acme.root, in_pipeline(WIN_RATE, loans.pk), "2021-03")) == (0, 1)


@pytest.mark.parametrize("as_of", [None, day("2022-01-01")])
def test_the_rows_are_those_of_the_pipeline(acme, loans, as_of):
    metric = in_pipeline(WIN_RATE, loans.pk)

    assert names(behind(acme.root, metric, "2021-03", as_of=as_of)) == {"Declined"}


def test_the_pages_offer_the_pipelines_and_keep_the_choice(acme, north, ana, loans, signed_in):
    client, path = signed_in(ana), f"/teams/acme/north/?period=2021-03&pipeline={loans.pk}"

    home = client.get(path)
    metric = client.get(home.context["tiles"][0].url)

    assert [each.name for each in home.context["asked"].pipelines] == ["Loans", "Sales"]
    assert counts(home.context["tiles"][0].reading) == (0, 1)
    assert {row.name for row in metric.context["rows"]} == {"Declined"}
    assert len(home.context["tiles"]) == len(HEADLINES)


def test_the_command_takes_a_pipeline(acme, loans):
    out = StringIO()

    call_command(
        "metric", "win-rate", "--organization", "acme", "--pipeline", "loans", "--json", stdout=out
    )

    (found,) = json.loads(out.getvalue())
    assert (found["numerator"], found["denominator"]) == (0, 1)


def test_what_counts_in_no_team_below_is_told(acme, north, ben, cora, signed_in):
    won(acme, ben, CLOSE)
    lost(acme, None, CLOSE)
    recompute_all(acme)

    for page in ("", "metrics/win-rate/"):
        answer = signed_in(cora).get(f"/teams/acme/acme/{page}?period=2021-03")
        assert "1 more counts in Acme itself, or is nobody’s." in answer.text


def test_numbers_that_wait_for_a_recompute_say_so(acme, north, ben, cora, signed_in):
    made = won(acme, ben, CLOSE)
    recompute_all(acme)
    client, path = signed_in(cora), "/teams/acme/acme/?period=2021-03"
    assert "Newer facts are being counted" not in client.get(path).text

    tell(made)

    assert "Newer facts are being counted" in client.get(path).text
    assert "Newer facts" not in client.get(f"{path}&as_of=2022-01-01").text
