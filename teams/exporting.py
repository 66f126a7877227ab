"""CSV that spreadsheets open without running anything in it."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class Echo:
    """A file that hands back what is written, for streaming."""

    def write(self, text: str) -> str:
        return text


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a leading apostrophe where one could begin."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def plain_cell(text: str) -> str:
    """What ``safe_cell`` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(DANGEROUS) else text
