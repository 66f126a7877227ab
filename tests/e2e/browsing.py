"""Opening pages as somebody, and hearing every complaint a browser makes on the way."""

from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Response,
)

from config.demo.people import PASSWORD as DEMO_PASSWORD
from tests.world import PASSWORD

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
ENGLISH = "en-GB"
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => reportViolation(
  `${event.effectiveDirective} ${event.blockedURI} ${event.sample} on ${location.href}`));
"""
SPOKEN_OF_ALREADY = "Failed to load resource"
"""The console repeats what is heard from the response itself."""


class Browsing:
    """Pages by who looks at them. A new page costs a second of a processor, so those of people
    are kept from test to test; those of nobody end with theirs."""

    def __init__(self, site: str, browser: Browser, *, patience: float) -> None:
        self.site, self.browser, self.patience = site, browser, patience
        self.cookies: dict[str, Any] = {}
        self.kept: dict[tuple[str, str], Page] = {}
        self.passing: list[BrowserContext] = []
        self.complaints: list[str] = []

    def page(self, **options: Any) -> Page:
        """A page on which nobody is signed in."""
        page = self._open(**options)
        self.passing.append(page.context)
        return page

    def page_of(self, email: str, *, locale: str = ENGLISH) -> Page:
        """A page on which that person is signed in."""
        page = self.kept.get((email, locale))
        if page is None:
            page = self._open(locale=locale, storage_state=self.cookies.get(email))
            self.kept[email, locale] = page
        if email not in self.cookies:
            sign_in(page, email)
            self.cookies[email] = page.context.storage_state()
        page.goto("about:blank")
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
        return page

    def end_of_test(self) -> list[str]:
        """What was complained of."""
        for context in self.passing:
            context.close()
        said = [*self.complaints]
        self.passing.clear()
        self.complaints.clear()
        return said

    def _open(self, **options: Any) -> Page:
        context = self.browser.new_context(
            **{"base_url": self.site, "viewport": DESKTOP, "locale": ENGLISH, **options}
        )
        context.set_default_timeout(self.patience)
        self._listen(context)
        return context.new_page()

    def _listen(self, context: BrowserContext) -> None:
        complain = self.complaints.append

        def on_console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and SPOKEN_OF_ALREADY not in message.text:
                complain(f"console: {message.text}")

        def on_response(response: Response) -> None:
            if response.status >= 400 and not response.request.is_navigation_request():
                complain(f"{response.status}: {response.url}")

        def on_dialog(dialog: Dialog) -> None:
            complain(f"dialog: {dialog.message}")
            dialog.dismiss()

        context.expose_binding("reportViolation", lambda _, text: complain(f"policy: {text}"))
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", on_console)
        context.on("weberror", lambda error: complain(f"script: {error.error}"))
        context.on("response", on_response)
        context.on("dialog", on_dialog)


def sign_in(page: Page, email: str) -> None:
    """By the form, as anybody does."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(password_of(email))
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def password_of(email: str) -> str:
    return DEMO_PASSWORD if email.endswith("@nusantara.example") else PASSWORD
