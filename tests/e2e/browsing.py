"""Opening pages as somebody, and hearing every complaint a browser makes on the way."""

from typing import Any, Self

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
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => reportViolation(
  `${event.effectiveDirective} ${event.blockedURI} ${event.sample} on ${location.href}`));
"""
SPOKEN_OF_ALREADY = "Failed to load resource"
"""The console repeats what is heard from the response itself."""


class Browsing:
    """Contexts that are closed together, having complained of nothing."""

    def __init__(
        self, site: str, browser: Browser, cookies: dict[str, Any], *, patience: float
    ) -> None:
        self.site, self.browser, self.cookies, self.patience = site, browser, cookies, patience
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        for context in self.contexts:
            context.close()
        if problem[0] is None:
            assert self.complaints == []

    def page(self, **options: Any) -> Page:
        context = self.browser.new_context(
            **{"base_url": self.site, "viewport": DESKTOP, "locale": "en-GB", **options}
        )
        self.contexts.append(context)
        context.set_default_timeout(self.patience)
        self._listen(context)
        return context.new_page()

    def page_of(self, email: str, **options: Any) -> Page:
        if email not in self.cookies:
            page = self.page()
            sign_in(page, email)
            self.cookies[email] = page.context.storage_state()
        return self.page(storage_state=self.cookies[email], **options)

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
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password_of(email))
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def password_of(email: str) -> str:
    return DEMO_PASSWORD if email.endswith("@nusantara.example") else PASSWORD
