"""Giving up an import before anything of it was written."""

from django.db import transaction
from django.utils.translation import gettext as _

from sales.importing.fencing import move
from sales.importing.staging import clear
from sales.models import ImportRun

DISCARDABLE = (ImportRun.State.UPLOADED, ImportRun.State.PLANNING, ImportRun.State.PLANNED)
"""Nothing of these is among the facts, and nobody said that it shall be."""


class NotDiscardable(Exception):
    """The import is not one to discard; the message says why."""


@transaction.atomic
def discard(run: ImportRun) -> None:
    """Close the import. Its errors can still be read. Raises NotDiscardable once accepted."""
    if not move(run, DISCARDABLE, ImportRun.State.DISCARDED):
        raise NotDiscardable(_("Only an import that was not accepted can be discarded."))
    clear(run, rejections=False)
