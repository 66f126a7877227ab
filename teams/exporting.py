"""CSV that spreadsheets open without running anything in it."""

import re
from collections.abc import Iterable, Iterator

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import translation

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Beginnings that some spreadsheet takes for a formula's; some read the wide ones as narrow."""

NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)*")


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
    """Dangerous, or taken for made safe already. A number with its sign is neither."""
    bare = text.lstrip("'")
    return bare.startswith(DANGEROUS) and not NUMBER.fullmatch(bare)


def attached(lines: Iterable[str], name: str, content_type: str = "text/csv") -> HttpResponseBase:
    """Text sent as a file to keep, as it is made; in the language of whoever asked for it."""
    return StreamingHttpResponse(
        _in_language(translation.get_language(), iter(lines)),
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _in_language(language: str | None, lines: Iterator[str]) -> Iterator[str]:
    """They are made after the request's own language has ended."""
    while True:
        with translation.override(language):
            line = next(lines, None)
        if line is None:
            return
        yield line
