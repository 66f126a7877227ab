"""What is only looked at makes nobody wait, and waits for nobody."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from teams.people_in import plan_people
from tests.jobs.threads import aside

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 15
FILE = "name,email,team\nEve,eve@acme.example,north\nBen,ben@acme.example,acme\n"


def test_a_file_is_previewed_while_somebody_changes_people(acme, ben):
    with ThreadPoolExecutor() as pool, transaction.atomic():
        acme.locked()
        plan = aside(pool, lambda: plan_people(acme, FILE)).result(timeout=SOON)

    assert plan.counts == {"created": 1, "updated": 1}
