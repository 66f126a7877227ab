"""CSV that spreadsheets open without running anything in it."""

from collections.abc import Iterable

from django.http import HttpResponseBase, StreamingHttpResponse

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Beginnings that some spreadsheet takes for a formula's; some read the wide ones as narrow."""


class Echo:
    """A file that hands back what is written, for streaming."""

    def write(self, text: str) -> str:
        return text


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a leading apostrophe where one could begin."""
    return f"'{text}" if _is_marked(text) else text


def plain_cell(text: str) -> str:
    """What ``safe_cell`` was given."""
    return text[1:] if text.startswith("'") and _is_marked(text) else text


def _is_marked(text: str) -> bool:
    """Dangerous, or taken for made safe already."""
    return text.lstrip("'").startswith(DANGEROUS)


def attached(lines: Iterable[str], name: str, content_type: str = "text/csv") -> HttpResponseBase:
    """Text sent as a file to keep, as it is made."""
    return StreamingHttpResponse(
        lines,
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
