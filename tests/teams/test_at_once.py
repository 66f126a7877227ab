"""Two people change teams or memberships at the same moment: one of them is told no."""

from collections.abc import Callable
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from teams import joining
from teams.inviting import NotInvited, invite, open_account
from teams.models import Membership, Organisation, Person, Role, User
from teams.registering import add
from teams.tree import add_team, move_team
from tests import world
from tests.jobs.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


def seat(person: Person) -> Membership:
    return person.memberships.in_force().get()


@pytest.fixture
def dora(acme: Organisation) -> Person:
    """A second admin, with an account."""
    return world.person(acme.root, "Dora", role=Role.ADMIN, account=True)


def attempt(act: Callable[[], object]) -> bool:
    """Whether it was done; else somebody was told why not."""
    try:
        act()
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "act", [lambda person: joining.leave(seat(person)), joining.deactivate], ids=["leave", "off"]
)
def test_two_admins_cannot_end_each_other_at_once(acme, cora, dora, act):
    done = together(partial(attempt, partial(act, cora)), partial(attempt, partial(act, dora)))

    assert sorted(done) == [False, True]


def test_a_membership_ends_once_however_often_it_is_asked_at_once(cora, ben):
    held = seat(ben)

    done = together(*[partial(attempt, partial(joining.leave, held))] * 4)

    assert sorted(done) == [False, False, False, True]
    assert ben.memberships.in_force().count() == 1


def test_two_moves_at_once_cannot_close_a_circle(acme, north, south):
    done = together(
        partial(attempt, partial(move_team, north, parent=south)),
        partial(attempt, partial(move_team, south, parent=north)),
    )

    assert sorted(done) == [False, True]


def test_two_teams_of_one_name_cannot_open_at_once(acme):
    done = together(*[partial(attempt, partial(add_team, acme.root, name="West"))] * 3)

    assert sorted(done) == [False, False, True]


def test_a_link_opens_one_account_however_often_it_is_used_at_once(north):
    invitation = invite(world.person(north, "Eve"))

    def use() -> bool:
        try:
            open_account(invitation, name="Eve", password=world.PASSWORD)
        except NotInvited:
            return False
        return True

    assert sorted(together(use, use, use)) == [False, False, True]
    assert User.objects.count() == 1


def test_a_person_sent_twice_at_once_is_added_once(acme, north, cora):
    def send() -> bool:
        eve = Person(organisation=acme, name="Eve", email="eve@acme.example")
        return attempt(partial(add, eve, team=north, role=Role.REP, invited=True, by=cora))

    assert sorted(together(send, send, send)) == [False, False, True]
    assert acme.people.filter(name="Eve").count() == 1
