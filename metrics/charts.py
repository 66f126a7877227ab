"""Charts: plain data to a Vega-Lite specification, rendered to SVG on the server.

Colours are the style sheet's custom properties, so one picture serves light and dark; the SVG
carries no style of its own and passes a strict content security policy.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache, wraps
from hashlib import sha256
from typing import Any

import altair as alt
import vl_convert
from django.core.cache import caches
from django.utils.formats import get_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from metrics.statistics import SMALL

VERSION = 6
"""Raised when the rendering changes, so that older cached pictures are not used."""

CACHE_SECONDS = 30 * 24 * 3600
ACCENT, TEXT, FAINT, LINE, SURFACE = (
    "var(--accent)", "var(--text-soft)", "var(--line-strong)", "var(--line)", "var(--surface)"
)  # fmt: skip
FONT = "sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """One period of a trend. ``text`` is how the value is written for people."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    partial: bool
    text: str


LABELS_APART = 10
"""Pixels: the reader's font may be wider than the one that labels are measured by."""

WIDE, NARROW = 720, 340
"""Widths in pixels of a desktop's card and a phone's, so that labels are readable on both."""


def drawn_once(draw: Callable[..., str]) -> Callable[..., SafeString]:
    """Of the same points in the same words, drawn once for all processes; each asks the cache once.

    To say what is to be drawn takes a third of drawing it, so the points are looked up, not the
    specification made of them.
    """

    @lru_cache(maxsize=1024)
    def kept(points: tuple[ChartPoint, ...], language: str, **how: Any) -> SafeString:
        said = repr((draw.__name__, points, language, sorted(how.items())))
        key = f"chart:{VERSION}:{sha256(said.encode()).hexdigest()}"
        found = caches["charts"].get(key)
        if found is None:
            found = draw(points, **how)
            caches["charts"].set(key, found, CACHE_SECONDS)
        return mark_safe(found)  # noqa: S308

    @wraps(draw)
    def wrapped(points: Sequence[ChartPoint], **how: Any) -> SafeString:
        return kept(tuple(points), get_language() or "", **how)

    return wrapped


@drawn_once
def trend_chart(points: Sequence[ChartPoint], *, title: str, unit: str, width: int = WIDE) -> str:
    """A line with its interval as a band; gaps where there is no value; hollow where n is small
    or the period still runs."""
    data = alt.Data(values=[_datum(place, point) for place, point in enumerate(points)])
    x = alt.X(
        "label:O",
        sort=alt.EncodingSortField("place"),
        title=None,
        axis=alt.Axis(
            labelAngle=0, labelOverlap=True, labelSeparation=LABELS_APART, ticks=False, domain=False
        ),
    )
    scale = alt.Scale(zero=False, nice=True)
    y = alt.Y("value:Q", title=unit, scale=scale, axis=alt.Axis(tickCount=5))
    base = alt.Chart(data).encode(x=x)
    band = base.mark_area(color=ACCENT, opacity=0.14).encode(y=alt.Y("low:Q"), y2="high:Q")
    line = base.mark_line(color=ACCENT, strokeWidth=2).encode(y=y)
    dots = base.mark_point(filled=True, size=45, opacity=1, strokeWidth=1.5, stroke=ACCENT).encode(
        y=y,
        fill=alt.condition("datum.hollow", alt.value(SURFACE), alt.value(ACCENT)),
        description="text:N",
    )
    return render(alt.layer(band, line, dots).properties(width=width, height=220), title=title)


@drawn_once
def sparkline(points: Sequence[ChartPoint], *, title: str) -> str:
    """The trend without axes, for a tile; a dot where it stands now, if it has a value."""
    end = len(points) - 1
    data = alt.Data(
        values=[_datum(place, point, last=place == end) for place, point in enumerate(points)]
    )
    base = alt.Chart(data).encode(x=alt.X("place:Q", axis=None))
    scale = alt.Scale(zero=False)
    band = base.mark_area(color=ACCENT, opacity=0.14).encode(
        y=alt.Y("low:Q", axis=None, scale=scale), y2="high:Q"
    )
    line = base.mark_line(color=ACCENT, strokeWidth=2).encode(
        y=alt.Y("value:Q", axis=None, scale=scale)
    )
    layers = [band, line]
    if points[-1].value is not None:
        dot = base.transform_filter("datum.last").mark_point(
            filled=True, size=40, color=ACCENT, opacity=1
        )
        layers.append(dot.encode(y="value:Q", description="text:N"))
    return render(alt.layer(*layers).properties(width=260, height=48), title=title)


def _datum(place: int, point: ChartPoint, *, last: bool = False) -> dict[str, Any]:
    hollow = point.partial or point.n < SMALL
    text = f"{point.label}: {point.text}"
    return asdict(point) | {"place": place, "hollow": hollow, "text": text, "last": last}


def render(chart: alt.LayerChart | alt.FacetChart, *, title: str) -> str:
    """The chart as SVG.

    Only points are described, in our own words: what the drawing library would say of axes, lines
    and areas is English.
    """
    spec = chart.configure(
        background="transparent",
        font=FONT,
        locale={"number": _number_format()},
        view=alt.ViewConfig(stroke=None),
        area=alt.AreaConfig(aria=False),
        line=alt.LineConfig(aria=False),
        axis=alt.AxisConfig(
            aria=False,
            labelColor=TEXT,
            titleColor=TEXT,
            gridColor=LINE,
            tickColor=LINE,
            domainColor=LINE,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        ),
    ).to_dict(validate=False)
    text = json.dumps(spec, sort_keys=True, default=str)
    return _drawn(text, title)


def _number_format() -> dict[str, Any]:
    """How the numbers of an axis are written in the current language."""
    return {
        "decimal": get_format("DECIMAL_SEPARATOR"),
        "thousands": get_format("THOUSAND_SEPARATOR"),
        "grouping": [3],
        "currency": ["", ""],
    }


def _drawn(spec: str, title: str) -> str:
    """Sized by its box, named for screen readers."""
    svg = vl_convert.vegalite_to_svg(spec, show_warnings=False)
    svg = re.sub(r'<svg ([^>]*?)width="[\d.]+" height="[\d.]+"', r"<svg \1", svg, count=1)
    name = title.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return svg.replace("<svg ", f'<svg role="img" aria-label="{name}" ', 1)


def describe_trend(points: Sequence[ChartPoint]) -> str:
    """The trend in words: first, last, lowest and highest value."""
    known = [point for point in points if point.value is not None]
    if not known:
        return _("There is no data in these periods.")
    if len(known) == 1:
        return _("%(label)s: %(value)s.") % {"label": known[0].label, "value": known[0].text}
    low = min(known, key=lambda point: point.value or 0)
    high = max(known, key=lambda point: point.value or 0)
    return _(
        "From %(first)s in %(first_label)s to %(last)s in %(last_label)s; lowest %(low)s in "
        "%(low_label)s, highest %(high)s in %(high_label)s."
    ) % {
        "first": known[0].text,
        "first_label": known[0].label,
        "last": known[-1].text,
        "last_label": known[-1].label,
        "low": low.text,
        "low_label": low.label,
        "high": high.text,
        "high_label": high.label,
    }
