"""An admin takes a file in by page; the numbers of a team follow, and go back when it is undone."""

import csv
import io
import re

from playwright.sync_api import Page, expect

from tests.e2e.axe import violations
from tests.e2e.browsing import DESKTOP, PHONE
from tests.e2e.files import EXPORT, written
from tests.e2e.installation import Installation
from tests.e2e.waiting import reload_until

BOTH_WAYS = re.compile("can be read both ways")
HOME = "/teams/intake/north/?period=2020-Q2"


def test_a_file_is_asked_about_checked_imported_and_undone(browse_as, installation):
    admin = browse_as("ada@intake.example")
    manager = browse_as("mona@intake.example")
    manager.goto(HOME)
    expect(manager.get_by_role("link", name="Win rate")).to_contain_text("50.0")

    upload(admin)
    say_how_dates_are_written(admin)
    check_the_file(admin, installation)
    see_the_errors(admin)
    import_what_is_valid(admin, installation)

    reload_until(manager, manager.get_by_role("link", name="Win rate").get_by_text("75.0"))
    expect(manager.get_by_role("link", name="Win rate")).to_contain_text("3 of 4")

    undo(admin)

    reload_until(manager, manager.get_by_role("link", name="Win rate").get_by_text("50.0"))


def upload(page: Page) -> None:
    page.goto("/teams/intake/intake/imports/")
    page.get_by_role("link", name="Import a file").first.click()
    file = {"name": "deals.csv", "mimeType": "text/csv", "buffer": written(*EXPORT)}
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which column is what")


def say_how_dates_are_written(page: Page) -> None:
    """Days and months are never guessed."""
    dates = page.get_by_label("Dates are written")
    expect(dates).to_have_value("")
    expect(page.get_by_label("Owner", exact=True)).to_have_value("Deal Owner")

    page.get_by_role("button", name="Go on to the stages").click()
    expect(page.get_by_role("alert")).to_contain_text(BOTH_WAYS)
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(dates).to_have_accessible_description(BOTH_WAYS)
    assert violations(page) == []

    dates.select_option("dmy")
    page.get_by_role("button", name="Go on to the stages").click()
    expect(page.get_by_label("Means: Won")).to_have_value("won")
    expect(page.get_by_label("Means: Proposal")).to_have_value("open")
    assert violations(page) == []


def check_the_file(page: Page, installation: Installation) -> None:
    with installation.worker_held():
        page.get_by_role("button", name="Check the file").click()
        see_a_bar_that_survives_a_reload(page)
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()


def see_a_bar_that_survives_a_reload(page: Page) -> None:
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert violations(page) == []
    page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()


def see_the_errors(page: Page) -> None:
    expect(count(page, "opportunities created")).to_have_text("3")
    expect(count(page, "rows with errors")).to_have_text("2")
    assert violations(page) == []
    see_them_on_a_phone(page)

    with page.expect_download() as download:
        page.get_by_role("link", name="Download all as CSV").click()
    with open(download.value.path(), newline="") as file:
        found = list(csv.DictReader(io.StringIO(file.read())))

    assert [(row["line"], row["column"], row["value"].lstrip("'")) for row in found] == [
        ("5", "Deal Owner", "Nobody Here"),
        ("6", "Amount", "-5"),
    ]
    assert all(row["reason"] for row in found)


def see_them_on_a_phone(page: Page) -> None:
    """Without moving the table sideways."""
    page.set_viewport_size(PHONE)
    table = page.get_by_role("group", name="Rows with errors")
    expect(table).to_be_visible()
    assert table.evaluate("each => each.scrollWidth <= each.clientWidth")
    page.set_viewport_size(DESKTOP)


def import_what_is_valid(page: Page, installation: Installation) -> None:
    with installation.worker_held():
        page.get_by_role("button", name="Import what is valid").click()
        see_a_bar_that_survives_a_reload(page)
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Imported")
    expect(count(page, "opportunities created")).to_have_text("3")


def undo(page: Page) -> None:
    page.get_by_text("Undo this import").click()
    page.get_by_role("button", name="Undo the whole import").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Undone")


def count(page: Page, name: str):
    return page.locator(".counts div").filter(has_text=name).locator("dd")
