"""One installation and one Chromium for all browser tests; a context of its own for each page."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.e2e.browsing import Browsing
from tests.e2e.installation import Installation

HERE = Path(__file__).resolve().parent
NAMES = ("chromium", "chromium-browser", "google-chrome")
UNWANTED = [
    # Parts of the browser's own window, which would cost more than a page does.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # What Playwright turns off too; of two such switches only the last counts.
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
]
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(UNWANTED)}",
]
PATIENCE = 30_000
"""Milliseconds a page may take on a machine that is busy with the rest of the suite."""

LONGEST = 300
"""Seconds; the first test waits for the whole installation."""

BrowseAs = Callable[..., Page]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Browser tests come last: while Playwright's event loop runs, Django lets no other test of
    the process use the database."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(LONGEST))
    yield
    items.sort(key=lambda item: item.path.is_relative_to(HERE))


@pytest.fixture(scope="package")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("installation")).running() as served:
        served.call("tests.e2e.seeding:seed")
        yield served


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found(playwright), args=SWITCHES)
        yield browser
        browser.close()


def found(playwright: Playwright) -> str:
    """The machine's Chromium, else the one Playwright has installed."""
    own = playwright.chromium.executable_path
    path = next(filter(None, map(shutil.which, NAMES)), own if Path(own).exists() else "")
    if not path:
        pytest.fail(
            "The browser tests need Chromium and there is none. Install it with "
            "“.venv/bin/playwright install chromium” or “apt-get install chromium”.",
            pytrace=False,
        )
    return path


@pytest.fixture(scope="package")
def pages(installation: Installation, chromium: Browser) -> Browsing:
    return Browsing(installation.site, chromium, patience=PATIENCE)


@pytest.fixture
def browsing(pages: Browsing) -> Iterator[Browsing]:
    """Whatever a page complains of (console, content security policy, a failed request) fails the
    test at its end."""
    yield pages
    assert pages.end_of_test() == []


@pytest.fixture
def browse_as(browsing: Browsing) -> BrowseAs:
    """``browse_as("mail@address", locale="id-ID")``: a page where that person is signed in."""
    return browsing.page_of


@pytest.fixture
def browse(browsing: Browsing) -> BrowseAs:
    """``browse(**context)``: a page where nobody is signed in."""
    return browsing.page
