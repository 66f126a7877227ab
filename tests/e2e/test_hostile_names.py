"""Whatever people, teams, deals, accounts, cells and files are called is shown and never run."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.browsing import Browsing
from tests.e2e.crawling import crawl
from tests.e2e.payloads import MARKS

INJECTED = ", ".join(
    [
        "script:not([src])",
        "iframe",
        "base",
        "main style",
        "img[src=x]",
        "[hx-get='/']",
        "[onload], [onerror], [onfocus], [ontoggle]",
        "[href^='javascript:']",
        "[action^='//']",
    ]
)
"""What the names would be, were they markup."""

STATES = {"sales:import": 9, "sales:opportunity": 5, "sales:lead": 6}
T = "/teams/hostile/hostile"
ASKING = [
    f"{T}/people/?q=",
    f"{T}/opportunities/?q=",
    f"{T}/leads/?q=",
    f"{T}/leads/?after=",
    f"{T}/imports/?q=",
    f"{T}/?period=",
    f"{T}/metrics/win-rate/?after=",
    "/teams/?from=",
    "/teams/?q=",
]


def test_no_page_runs_a_name(browse_as):
    page = browse_as("ada@hostile.example")

    for _view in crawl(page, "/", each=STATES):
        expect(page.locator(INJECTED)).to_have_count(0)


def test_names_are_shown_as_they_are(browse_as):
    page = browse_as("ada@hostile.example")

    page.goto(f"{T}/people/")

    for name in page.locator("tbody th").all_inner_texts():
        assert re.sub(r"^\w+ ", "", name) in MARKS


def test_no_page_runs_what_its_address_asks(browse_as):
    page = browse_as("ada@hostile.example")

    for address in ASKING:
        page.goto(address + "".join(MARKS).replace("%", "%25").replace("&", "%26"))
        expect(page.locator(INJECTED)).to_have_count(0)


def test_no_step_of_an_import_runs_its_file(browse_as):
    page = browse_as("ada@hostile.example")
    rows = ["id,stage,closed,owner", *(f'{n},"{quoted(mark)}",,x' for n, mark in enumerate(MARKS))]
    header = ",".join(f'"{quoted(mark)}"' for mark in MARKS)
    page.goto(f"{T}/imports/new/")
    file = {
        "name": f"{MARKS[1]}.csv",
        "mimeType": "text/csv",
        "buffer": "\n".join(
            [f"{rows[0]},{header}", *(f"{r}{',' * len(MARKS)}" for r in rows[1:])]
        ).encode(),
    }
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which column is what")
    expect(page.locator(INJECTED)).to_have_count(0)

    page.get_by_role("button", name="Go on to the stages").click()

    expect(page.get_by_label("Pipeline")).to_be_visible()
    expect(page.locator(INJECTED)).to_have_count(0)


def test_what_would_run_is_noticed(browsing: Browsing):
    page: Page = browsing.page()
    page.goto("/accounts/login/")

    with (
        page.expect_response("**/x"),
        page.expect_console_message(lambda message: "Content Security Policy" in message.text),
    ):
        page.evaluate(f"document.body.insertAdjacentHTML('beforeend', {MARKS[1]!r})")

    expect(page.locator(INJECTED)).to_have_count(1)
    assert any("script-src-attr" in each for each in browsing.complaints)
    browsing.complaints.clear()


def quoted(text: str) -> str:
    return text.replace('"', '""')
