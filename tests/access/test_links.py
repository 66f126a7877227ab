"""No page offers its reader what they may not have: every link is theirs."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import resolve

from tests.access.seeding import Seeded
from tests.access.table import SEATS
from tests.access.walking import listening

pytestmark = pytest.mark.django_db
LINK = re.compile(r'(?:href|hx-get)="([^"#][^"]*)"')
ENOUGH = 3
"""Pages of one address that are read; more of the same kind say nothing new."""


def targets(body: bytes, path: str) -> set[str]:
    """Addresses on this installation that a page leads to."""
    found = {urljoin(path, unescape(target)) for target in LINK.findall(body.decode())}
    return {to for to in found if not urlsplit(to).netloc and "/static/" not in to}


def offered(here: Seeded, persona: str) -> Iterator[tuple[str, str, int]]:
    """(page, what it offers, how that answers), from home on as far as links lead."""
    todo, seen, asked = deque([("", "/")]), {"/"}, Counter()
    while todo:
        page, path = todo.popleft()
        name = resolve(urlsplit(path).path).view_name
        asked[name] += 1
        if asked[name] > ENOUGH:
            continue
        with listening():
            answer = here.clients[persona].get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        yield page, path, answer.status_code
        ahead = {answer.headers["Location"]} if answer.status_code == 302 else targets(body, path)
        todo.extend((path, to) for to in ahead - seen)
        seen |= ahead


@pytest.mark.parametrize("persona", SEATS)
def test_every_link_a_page_offers_leads_somewhere(here: Seeded, persona):
    found = list(offered(here, persona))

    assert len(found) > 2
    assert not [each for each in found if each[2] not in {200, 302}]
