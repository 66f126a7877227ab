"""Following every link somebody is shown, until each page they can reach has been seen."""

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from urllib.parse import parse_qs, urlsplit

from django.urls import resolve
from playwright.sync_api import Page

DOWNLOADS = (".csv", ".json", ".toml")
TELLING, USUAL = "shown", "counted"
"""What in a query makes another page of the same view."""


def crawl(
    page: Page, start: str, *, passing_by: Set[str] = frozenset(), each: Mapping[str, int]
) -> Iterator[str]:
    """The name of each view, while the page is open at it.

    One page of each view; of those named in ``each``, as many as it says, and of every kind.
    """
    waiting, known, seen = [start], {start}, Counter[str]()
    while waiting:
        address = waiting.pop(0)
        view, told = kind_of(address)
        kind = f"{view} {told}" if view in each else view
        if view in passing_by or seen[kind] >= each.get(view, 1):
            continue
        seen[kind] += 1
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, f"{answer.status} at {address}"
        yield view
        links = [link for link in links_on(page) if link not in known]
        waiting += links
        known.update(links)


def links_on(page: Page) -> list[str]:
    """Addresses of pages, without fragments, in order, each once."""
    found = page.eval_on_selector_all(
        "a[href]", "links => links.filter(a => a.origin === origin).map(a => a.pathname + a.search)"
    )
    return [each for each in dict.fromkeys(found) if not urlsplit(each).path.endswith(DOWNLOADS)]


def kind_of(address: str) -> tuple[str, str]:
    """The view of an address, and which of its pages it is."""
    parts = urlsplit(address)
    return resolve(parts.path).view_name, parse_qs(parts.query).get(TELLING, [USUAL])[0]
