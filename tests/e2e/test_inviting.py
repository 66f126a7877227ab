"""Somebody is added, gets a mail, opens an account with its link and is signed in."""

import re

from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.waiting import mail_to

INES = "ines@newcomers.example"


def test_who_is_invited_opens_an_account_with_the_link_of_the_mail(browse, browse_as, installation):
    admin = browse_as("ada@newcomers.example")
    admin.goto("/teams/newcomers/newcomers/people/")
    admin.get_by_role("link", name="Add a person").click()
    admin.get_by_label("Name").fill("Ines")
    admin.get_by_label("Mail address").fill(INES)
    admin.get_by_label("Team", exact=True).select_option(label=" · North")
    admin.get_by_role("button", name="Add").click()
    expect(admin.get_by_role("status")).to_contain_text("Ines")
    assert violations(admin) == []

    link = re.search(r"http\S+/invitations/\S+", mail_to(INES, installation.mail))[0]
    newcomer = browse()
    newcomer.goto(link)
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Newcomers")
    assert violations(newcomer) == []
    newcomer.get_by_label("Password").fill("a long walk at dawn")
    newcomer.get_by_role("button", name="Open my account").click()

    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Ines")
    admin.reload()
    expect(admin.get_by_text("Has an account")).to_be_visible()
    assert browse().goto(link).status == 404
