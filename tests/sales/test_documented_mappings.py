"""The worked mappings of the documentation read what such systems export."""

from functools import partial

import pytest

from sales.importing.mapping import from_toml
from teams.models import Membership
from tests.sales import crm
from tests.sales.from_files import EXPORTS, MAPPINGS, import_sales
from tests.sales.lead_files import activity, holders, lead

NAMES = sorted(path.stem for path in MAPPINGS.glob("*.toml"))
HANGS_ON = dict.fromkeys(("salesforce_lead_history", "salesforce_activities"), "salesforce_leads")
"""Exports that name leads of another."""


def mapping_called(name):
    return from_toml((MAPPINGS / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.fixture
def import_export(acme, ben):
    """Imports the export of a name into Acme, in which Ben sells; what the command said."""

    def import_(name):
        if name in HANGS_ON:
            import_(HANGS_ON[name])
        kind = mapping_called(name).kind
        return import_sales(kind, EXPORTS / f"{name}.csv", "acme", f"{name}.toml")

    return import_


@pytest.fixture
def story(acme):
    return partial(crm.story, acme)


@pytest.fixture
def detail(acme):
    return partial(crm.detail, acme)


@pytest.mark.parametrize("name", NAMES)
def test_every_mapping_is_complete_and_can_be_saved_as_it_is(name):
    mapping = mapping_called(name)

    assert from_toml(mapping.to_toml()) == mapping


@pytest.mark.parametrize("name", NAMES)
def test_a_second_import_changes_nothing(name, import_export):
    first = import_export(name)

    again = import_export(name)

    assert first.endswith(" 0 rejected\n")
    assert ": 0 created, 0 updated, " in again


def test_hubspot_deals_of_one_pipeline(import_export, story, detail):
    said = import_export("hubspot_deals")

    assert said == "4 rows: 3 created, 0 updated, 0 unchanged, 1 ignored, 0 rejected\n"
    assert story("17340118621") == [
        ("Appointment Scheduled", "2024-03-04 09:12", ""),
        ("Qualified To Buy", "2024-03-11 10:00", ""),
        ("Contract Sent", "2024-04-02 08:30", ""),
        ("won", "2024-04-18 16:40", ""),
    ]
    assert story("17340118700")[-1] == ("lost", "2024-03-20 12:00", "Chose a competitor")
    won = detail("17340118621")
    assert (won.name, won.account) == ("Harbour – pumps", "Harbour GmbH")
    assert (won.amount, won.currency) == (12_500_50, "EUR")


def test_the_forecast_of_an_open_hubspot_deal_closes_nothing(import_export, story):
    import_export("hubspot_deals")

    assert story("17340118744")[-1] == ("Presentation Scheduled", "2024-03-09 15:00", "")


def test_salesforce_history_says_a_stage_again_with_every_edit(import_export, story, detail):
    said = import_export("salesforce_opportunity_history")

    assert said == "6 rows: 6 created, 0 updated, 0 unchanged, 0 ignored, 0 rejected\n"
    assert story("0065g00000AbCdE") == [
        ("Prospecting", "2024-03-04 12:30", ""),
        ("Negotiation/Review", "2024-03-11 08:00", ""),
        ("won", "2024-04-18 16:40", ""),
        ("won", "2024-04-22 09:05", ""),
    ]
    assert detail("0065g00000AbCdE").amount == 14_000_00


def test_salesforce_changes_of_one_day_keep_the_order_of_the_file(import_export, story):
    import_export("salesforce_opportunity_history")

    assert story("0065g00000AbCdF") == [
        ("Prospecting", "2024-05-12 00:00", ""),
        ("lost", "2024-05-12 00:00", ""),
    ]


def test_a_log_of_activities(import_export, story):
    said = import_export("event_log")

    assert said == "6 rows: 5 created, 0 updated, 0 unchanged, 1 ignored, 0 rejected\n"
    assert story("A1") == [
        ("First contact", "2024-03-04 09:12", ""),
        ("Qualified", "2024-03-06 10:00", ""),
        ("won", "2024-04-18 16:40", ""),
    ]
    assert story("A2") == [
        ("First contact", "2024-03-04 10:12", ""),
        ("lost", "2024-03-04 12:00", "disqualified"),
    ]


def test_loan_applications(import_export, story, detail):
    import_export("bpic2012")

    assert story("7") == [
        ("A_SUBMITTED", "2024-10-01 00:38", ""),
        ("A_PREACCEPTED", "2024-10-01 00:39", ""),
        ("lost", "2024-10-03 11:42", ""),
    ]
    assert detail("7").amount == 20_000_00


def test_a_sales_pipeline_with_its_teams(acme, import_export, story, detail):
    import_export("maven_crm")

    assert story("1A") == [
        ("First contact", "2016-10-20 00:00", ""),
        ("won", "2017-03-01 00:00", ""),
    ]
    assert story("1B") == [("First contact", "2016-11-01 00:00", "")]
    assert story("1C") == []
    assert (detail("1A").amount, detail("1A").currency) == (1_054_00, "USD")
    seats = Membership.objects.filter(person__name__in=["Eva Ahn", "Leo Sand"])
    assert {(seat.team.name, seat.role) for seat in seats} == {("Mara Lund", "rep")}
    assert acme.teams.filter(name="East").exists()


def test_leads_of_salesforce_with_who_held_them_and_what_was_done(acme, import_export):
    import_export("salesforce_lead_history")
    said = import_export("salesforce_activities")

    assert said == "4 rows: 4 created, 0 updated, 0 unchanged, 0 ignored, 0 rejected\n"
    won, given_back, spam = (lead(acme, f"00Q5g00000AbCd{end}") for end in "EFG")
    assert (won.opportunity, crm.local(acme, won.closed_at)) == (
        "0065g00000AbCdE",
        "2024-03-06 00:00",
    )
    assert (spam.left_out, given_back.left_out) == ("spam", "")
    assert holders(acme, "00Q5g00000AbCdF") == [
        ("Ben", "2024-03-05 14:31", "2024-03-06 08:00"),
        ("nobody", "2024-03-06 08:00", ""),
    ]
    done = [activity(acme, f"00T5g00000AbCd{n}") for n in range(1, 5)]
    assert [(each.kind, each.direction, each.automated) for each in done] == [
        ("email", "outbound", True),
        ("call", "outbound", False),
        ("call", "inbound", False),
        ("email", "outbound", False),
    ]


def test_contacts_of_hubspot_are_leads(acme, import_export):
    import_export("hubspot_leads")

    assert lead(acme, "40110").opportunity == "17340118621"
    assert lead(acme, "40112").left_out == "spam"
