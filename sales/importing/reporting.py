"""The rows of a file that were not taken, each with its cells, to be mended and sent again."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress

from django.core.files.storage import default_storage

from sales.importing.mapping import from_toml
from sales.importing.problems import UnreadableFile, storable
from sales.importing.reading import open_table
from sales.importing.staging import stored
from sales.models import ImportRun

HEADER = ["line", "column", "value", "reason"]
OF_SENT_ROWS = ["row", "field", "value", "reason"]


def errors_of(run: ImportRun) -> Iterator[list[str]]:
    """A header, then a row for each error in the order of the file: where and why, and after that
    the whole row as it stands in the file, if there is one."""
    with ExitStack() as files:
        rows: Iterator[tuple[int, list[str]]] = iter(())
        header: list[str] = []
        if run.file and default_storage.exists(run.file):
            layout = from_toml(run.toml, complete=False).layout
            with suppress(UnreadableFile):
                table = files.enter_context(open_table(stored(run.file), layout))
                rows, header = _as_far_as_readable(table.written()), table.header
        yield [*(OF_SENT_ROWS if run.is_sent else HEADER), *header]
        line, cells = 0, list[str]()
        for each in run.rejections.iterator():
            while line < each.line:
                line, cells = next(rows, (each.line, []))
            told = [str(each.line), each.column, each.value, each.reason]
            yield [*told, *(storable(cell) for cell in cells)]


def _as_far_as_readable(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """What is wrong with the file stands among its errors."""
    with suppress(UnreadableFile):
        yield from rows
