"""The sections of a team's pages. Apps above add theirs when they are ready."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import Promise

if TYPE_CHECKING:
    from teams.access import Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One entry of the navigation: where it leads and who is shown it. ``holds`` names lists that
    are reached from there and lie at other addresses."""

    label: str | Promise
    url_name: str
    shown: "Callable[[Seat], bool]"
    order: int
    holds: tuple[str, ...] = ()


SECTIONS: list[Section] = []


def add_section(section: Section) -> None:
    """Add an entry; called from an app's ``ready``."""
    SECTIONS.append(section)
    SECTIONS.sort(key=lambda each: each.order)


def entries(seat: "Seat", path: str) -> list[dict[str, Any]]:
    """Label, url and whether it is the current one, for the entries this seat is shown."""
    shown = [section for section in SECTIONS if section.shown(seat)]
    lies = {
        reverse(name, args=[seat.team]): section
        for section in shown
        for name in (section.url_name, *section.holds)
    }
    inside = [url for url in lies if path.startswith(url)]
    current = lies[max(inside, key=len)] if inside else None
    return [
        {
            "label": section.label,
            "url": reverse(section.url_name, args=[seat.team]),
            "current": section is current,
        }
        for section in shown
    ]
