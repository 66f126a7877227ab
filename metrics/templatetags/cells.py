"""Cells of tables of numbers: a page has so many that each is one format, not a template."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from metrics.presenting import Shown
from metrics.whiskers import Whisker

register = template.Library()


@register.simple_tag
def reading_cell(shown: Shown, label: str) -> SafeString:
    """A number, and under it its interval and what it is made of. ``label`` names the column."""
    return format_html(
        '<td class="number{}" data-label="{}">{}</td>',
        " is-small-n" if shown.small else "",
        label,
        _reading(shown),
    )


def _reading(shown: Shown) -> SafeString:
    if shown.reading.value is None:
        return format_html('<span class="faint">{}</span>', _("no data"))
    interval = shown.interval and format_html("<span>{}</span> ", shown.interval)
    text, counts = shown.value_text, shown.counts
    return format_html('{}<span class="under">{}<span>{}</span></span>', text, interval, counts)


@register.simple_tag
def whisker_cell(whisker: Whisker | None) -> SafeString:
    """The number as a dot on its interval, where there is room for a picture."""
    return format_html('<td class="from-tablet">{}</td>', _whisker(whisker) if whisker else "")


def _whisker(whisker: Whisker) -> SafeString:
    whole = "" if whisker.reference is None else format_html(WHOLE, whisker.reference)
    small = " whisker-small" if whisker.small else ""
    return format_html(WHISKER, small, whole, whisker.low, whisker.high, whisker.value)


WHOLE = '<line class="whisker-whole" x1="{0}" x2="{0}" y1="1" y2="15"/>'
WHISKER = (
    '<svg class="whisker{}" viewBox="-5 0 170 16" aria-hidden="true" focusable="false">'
    '<line class="whisker-scale" x1="0" x2="160" y1="8" y2="8"/>{}'
    '<line class="whisker-span" x1="{}" x2="{}" y1="8" y2="8"/><circle cx="{}" cy="8" r="4"/></svg>'
)
