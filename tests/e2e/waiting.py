"""Waiting for what a worker does meanwhile, never longer than it may take."""

import time
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Locator, Page, expect

Found = TypeVar("Found")
A_LOOK = 400
"""Milliseconds before a page is loaded again."""


def reload_until(page: Page, shown: Locator, *, within: float = 10) -> None:
    """Load the page again and again until it shows that. ``within`` seconds."""
    deadline = time.monotonic() + within
    while True:
        try:
            expect(shown).to_be_visible(timeout=A_LOOK)
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            page.reload()
        else:
            return


def mail_to(address: str, folder: Path, *, within: float = 20) -> str:
    """The text of the newest mail to somebody, once it is there."""
    return eventually(lambda: _newest(address, folder), within=within)


def eventually(found: Callable[[], Found | None], *, within: float) -> Found:
    deadline = time.monotonic() + within
    while (it := found()) is None:
        assert time.monotonic() < deadline, f"not so within {within} seconds"
        time.sleep(0.05)
    return it


def _newest(address: str, folder: Path) -> str | None:
    for file in sorted(folder.glob("*"), reverse=True):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        if address in str(mail["To"]):
            return str(mail.get_content())
    return None
