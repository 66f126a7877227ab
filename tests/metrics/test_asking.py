"""What an address asks for: understood, or refused with the field and the reason."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

pytestmark = pytest.mark.django_db


@pytest.fixture
def get(signed_in, cora, acme):
    return lambda query: signed_in(cora).get(f"/teams/acme/acme/metrics/win-rate/?{query}")


def test_what_is_no_period_is_refused_with_how_one_is_written(get):
    answer = get("period=nonsense")

    assert answer.status_code == 400
    assert "period: “nonsense” is not a period. Write 2017, 2017-Q1" in answer.text


def test_an_instant_in_the_future_is_refused_since_nobody_knows_yet_what_matures(get):
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()

    answer = get(f"as_of={tomorrow.replace('+', '%2B')}")

    assert answer.status_code == 400
    assert "lies in the future" in answer.text


def test_an_instant_of_the_past_is_local_time_unless_it_has_an_offset(get):
    assert get("as_of=2021-05-01T12:00").status_code == 200


def test_a_refusal_is_in_the_language_of_who_asked(get, cora):
    cora.user.language = "id"
    cora.user.save()

    assert "bukan periode" in get("period=nonsense").text


def test_asking_for_a_permalink_leads_to_one_dated_to_the_moment(get):
    before = timezone.now()

    answer = get("period=2024-Q1&as_of=now")

    asked = parse_qs(urlsplit(answer.url).query)
    assert asked["period"] == ["2024-Q1"]
    assert before <= datetime.fromisoformat(asked["as_of"][0]) <= timezone.now()
