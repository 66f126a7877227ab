"""Everything can be done with the keyboard alone, and one sees where one is."""

from playwright.sync_api import Page, expect

from tests.e2e.people import TEAM_MANAGER

FOCUSED = """() => {
  const style = getComputedStyle(document.activeElement);
  return {
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    what: document.activeElement.outerHTML.slice(0, 80),
    body: document.activeElement === document.body,
  };
}"""
REACHABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"


def home(browse_as) -> Page:
    page = browse_as(TEAM_MANAGER)
    page.goto("/")
    page.wait_for_load_state()
    return page


def test_the_first_key_leads_past_the_navigation(browse_as):
    page = home(browse_as)

    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_every_control_is_reached_in_turn_and_shows_the_focus(browse_as):
    page = home(browse_as)
    controls = page.locator(REACHABLE).locator("visible=true").count()

    unseen, reached = [], 0
    page.keyboard.press("Tab")
    while not (focused := page.evaluate(FOCUSED))["body"] and reached <= controls:
        reached += 1
        if not focused["seen"]:
            unseen.append(focused["what"])
        page.keyboard.press("Tab")

    assert unseen == []
    assert reached == controls


def test_the_menu_opens_closes_and_gives_the_focus_back(browse_as):
    page = home(browse_as)
    opener = page.locator("details.menu > summary")
    opener.focus()

    page.keyboard.press("Enter")
    expect(page.get_by_label("Language")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Language")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_label("Language")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_tile_and_a_row_are_opened_by_enter(browse_as):
    page = home(browse_as)

    page.get_by_role("link", name="Win rate").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Win rate")

    page.locator("#rows tbody").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
