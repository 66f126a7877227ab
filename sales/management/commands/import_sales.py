"""``manage.py import_sales opportunities FILE --organization ORG --mapping MAP.toml``"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sales.importing.committing import NotCommittable, commit
from sales.importing.mapping import KINDS, BadMapping, Mapping, from_toml
from sales.importing.planning import plan
from sales.importing.problems import UnreadableFile
from sales.importing.receiving import chunks_of, receive, set_mapping, store
from sales.models import ImportRun
from teams.founding import organisation_called

SHOWN = 20


class Command(BaseCommand):
    help = "Import opportunities or a log of stage events from a CSV file (may be gzipped)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("file", type=Path)
        parser.add_argument("--organization", required=True)
        parser.add_argument("--mapping", type=Path, required=True, help="see docs/importing.md")
        parser.add_argument("--dry-run", action="store_true", help="check and count only")
        parser.add_argument(
            "--valid-only", action="store_true", help="import good rows though others have errors"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        mapping = self.mapping(options)
        run = self.receive(options, mapping)
        plan(run, progress=self.progress)
        self.report(run, dry=options["dry_run"])
        if run.state == ImportRun.State.FAILED:
            raise CommandError(run.failure)
        if options["dry_run"]:
            return
        try:
            commit(run, progress=self.progress)
        except NotCommittable as error:
            raise CommandError(f"{error} (--valid-only)") from error
        self.report(run, dry=False)

    def mapping(self, options: dict[str, Any]) -> Mapping:
        path: Path = options["mapping"]
        try:
            mapping = from_toml(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, BadMapping) as error:
            raise CommandError(f"{path}: {error}") from error
        if mapping.kind != options["kind"]:
            raise CommandError(f"{path}: kind: is {mapping.kind}, not {options['kind']}.")
        return mapping

    def receive(self, options: dict[str, Any], mapping: Mapping) -> ImportRun:
        file: Path = options["file"]
        try:
            organisation = organisation_called(options["organization"])
            run = receive(organisation, kind=mapping.kind, name=file.name, chunks=chunks_of(file))
            if mapping.owners:
                beside = options["mapping"].parent / mapping.owners.file
                owners = beside if beside.exists() else file.parent / mapping.owners.file
                run.owners_file = store(chunks_of(owners))[0]
        except (LookupError, OSError, UnreadableFile) as error:
            raise CommandError(f"{file}: {error}" if error.args else str(error)) from error
        run.valid_only = options["valid_only"]
        run.save(update_fields=["owners_file", "valid_only"])
        set_mapping(run, mapping)
        return run

    def progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            of = f" of {total}" if total else ""
            self.stderr.write(f"\r{done} rows{of}", ending="")

    def report(self, run: ImportRun, *, dry: bool) -> None:
        """The counts; once per import also its rejections."""
        if run.state == ImportRun.State.COMMITTED or dry:
            word = "would be " if dry else ""
            self.stdout.write(
                f"{run.rows_total} rows: {run.created} {word}created, {run.updated} {word}updated, "
                f"{run.unchanged} unchanged, {run.ignored} ignored, {run.rejected} rejected"
            )
            return
        for rejection in run.rejections.all()[:SHOWN]:
            place = f"line {rejection.line}, column “{rejection.column}”"
            self.stderr.write(f"{place}: “{rejection.value}”: {rejection.reason}")
        if run.rejected > SHOWN:
            self.stderr.write(f"… and {run.rejected - SHOWN} more rows")
