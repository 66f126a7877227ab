"""The page of leads answered in time says what the target is."""

import pytest


@pytest.mark.parametrize(("minutes", "said"), [(45, "45 minutes."), (1, "1 minute.")])
def test_the_target_is_told_in_minutes(acme, cora, signed_in, minutes, said):
    acme.response_minutes = minutes
    acme.save()
    client = signed_in(cora)

    page = client.get("/teams/acme/acme/metrics/lead-response-sla/").content.decode()
    other = client.get("/teams/acme/acme/metrics/win-rate/").content.decode()

    assert f"The target now: {said}" in page
    assert "The target now" not in other
