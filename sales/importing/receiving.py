"""Taking a file in: written aside, flushed, renamed; the row that names it comes after."""

import os
import uuid
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from sales.importing.fencing import move
from sales.importing.mapping import Mapping
from sales.importing.problems import unreadable
from sales.models import ImportRun
from teams.models import Organisation, Person

MAPPABLE = (ImportRun.State.UPLOADED, ImportRun.State.PLANNED, ImportRun.State.FAILED)
"""What may still be read in another way."""


class NotMappable(Exception):
    """The run's mapping stands; the message says why."""


def receive(
    organisation: Organisation,
    *,
    kind: str,
    name: str,
    chunks: Iterable[bytes],
    by: Person | None = None,
) -> ImportRun:
    """Store an uploaded file and open a run for it. Raises UnreadableFile for 0 bytes."""
    file, digest, size = store(chunks)
    if size == 0:
        default_storage.delete(file)
        raise unreadable("empty_file")
    return ImportRun.objects.create(
        organisation=organisation,
        kind=kind,
        file_name=Path(name).name[:255],
        file=file,
        sha256=digest,
        size=size,
        started_by=by,
    )


def store(chunks: Iterable[bytes]) -> tuple[str, str, int]:
    """(name in storage, SHA-256, bytes)."""
    name = f"imports/{uuid.uuid4()}"
    target = Path(default_storage.path(name))
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".part")
    digest, size = sha256(), 0
    try:
        with open(aside, "xb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return name, digest.hexdigest(), size


def chunks_of(path: Path) -> Iterable[bytes]:
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


@transaction.atomic
def set_mapping(run: ImportRun, mapping: Mapping) -> None:
    """Say how the run's file is read; what was planned before, and its errors, are no longer so.

    Raises NotMappable while it is checked and once it is accepted.
    """
    changes: dict[str, Any] = {
        "toml": mapping.to_toml(),
        "planned_at": None,
        "failure": "",
        "problems": [],
        "planned_again": False,
    }
    if not move(run, MAPPABLE, ImportRun.State.UPLOADED, **changes):
        raise NotMappable(_("The mapping of this import cannot be changed any more."))
    run.rejections.all().delete()
