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
    links = [(section, reverse(section.url_name, args=[seat.team])) for section in shown]
    held = [(each, reverse(name, args=[seat.team])) for each in shown for name in each.holds]
    inside = [(each, url) for each, url in (*links, *held) if path.startswith(url)]
    current = max(inside, key=lambda each: len(each[1]))[0] if inside else None
    return [
        {"label": section.label, "url": url, "current": section is current}
        for section, url in links
    ]
