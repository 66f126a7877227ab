"""``manage.py import_sales opportunities FILE --organization ORG --mapping MAP.toml``"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from sales.importing.committing import NotCommittable, commit
from sales.importing.discarding import discard
from sales.importing.mapping import BadMapping, Mapping, from_toml
from sales.importing.pipelines import stage_change
from sales.importing.planning import fail, plan
from sales.importing.problems import UnreadableFile
from sales.importing.receiving import chunks_of, receive, set_mapping, store
from sales.importing.staging import stored
from sales.importing.vocabulary import KINDS
from sales.models import ImportRun
from sales.presenting import arrivals_shown
from teams.founding import organisation_called
from teams.models import Organisation

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import opportunities, a log of stage events, leads, lead assignments or activities from a "
        "CSV file (may be gzipped)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("file", type=Path)
        parser.add_argument("--organization", required=True)
        parser.add_argument("--mapping", type=Path, required=True, help="see docs/importing.md")
        parser.add_argument(
            "--dry-run", action="store_true", help="check and count; write no facts"
        )
        parser.add_argument(
            "--valid-only", action="store_true", help="import good rows though others have errors"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = self.organisation(options["organization"])
        mapping = self.mapping(options["mapping"], options["kind"])
        run = self.receive(organisation, mapping, options)
        dry = options["dry_run"]
        if not dry and (half := self.interrupted(run)):
            discard(run)
            self.stdout.write("This import was interrupted; it goes on where it stopped.")
            self.finish(half)
            return
        plan(run, progress=self.progress, preview=dry)
        self.end_progress()
        if run.state == ImportRun.State.FAILED:
            self.refuse(run, options["file"])
        self.show_rejected(run)
        if dry:
            discard(run)
        if run.rejected and not run.valid_only:
            raise CommandError(
                f"{run.rejected} of {run.rows_total} rows have errors; nothing was imported. Mend "
                "the file, or import the other rows with --valid-only."
            )
        if dry:
            self.show_arrivals(run, "would be ")
            self.show_counts(run, "would be ")
            if change := stage_change(organisation, mapping):
                self.stdout.write(str(change))
            self.stdout.write("Dry run: no facts were written.")
            return
        self.finish(run)

    def organisation(self, slug: str) -> Organisation:
        try:
            return organisation_called(slug)
        except LookupError as error:
            raise CommandError(f"--organization: {error}") from error

    def mapping(self, path: Path, kind: str) -> Mapping:
        try:
            mapping = from_toml(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path}: This is not UTF-8 text.") from error
        except BadMapping as error:
            raise CommandError(f"{path}: {error}") from error
        if mapping.kind != kind:
            raise CommandError(f"{path}: kind: is {mapping.kind}, but {kind} was asked for.")
        return mapping

    def receive(
        self, organisation: Organisation, mapping: Mapping, options: dict[str, Any]
    ) -> ImportRun:
        file: Path = options["file"]
        owners_file = self.owners_file(mapping, file, options["mapping"])
        try:
            run = receive(organisation, kind=mapping.kind, name=file.name, chunks=chunks_of(file))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        except UnreadableFile as error:
            raise CommandError(f"{file}: {error}") from error
        run.owners_file = store(chunks_of(owners_file))[0] if owners_file else ""
        run.valid_only = options["valid_only"]
        run.save(update_fields=["owners_file", "valid_only"])
        set_mapping(run, mapping)
        return run

    def owners_file(self, mapping: Mapping, file: Path, map_path: Path) -> Path | None:
        """Beside the mapping or beside the file."""
        if mapping.owners is None:
            return None
        places = [folder / mapping.owners.file for folder in (map_path.parent, file.parent)]
        found = next((place for place in places if place.is_file()), None)
        if found is None:
            raise CommandError(
                f"{map_path}: owners.file: there is no {mapping.owners.file} beside the mapping or "
                f"beside {file}."
            )
        return found

    def interrupted(self, run: ImportRun) -> ImportRun | None:
        """The same import, accepted before and never finished."""
        halves = run.organisation.import_runs.filter(
            state=ImportRun.State.COMMITTING,
            kind=run.kind,
            sha256=run.sha256,
            toml=run.toml,
            valid_only=run.valid_only,
        )
        owners = _content(run.owners_file)
        return next((half for half in halves if _content(half.owners_file) == owners), None)

    def finish(self, run: ImportRun) -> None:
        """Where nothing can be written, the run ends with its reason: run again, it is another."""
        try:
            commit(run, progress=self.progress)
        except (NotCommittable, ValidationError) as error:
            reason = " ".join(getattr(error, "messages", [str(error)]))
            if not run.cursor:
                fail(run, reason)
            raise CommandError(reason) from error
        finally:
            self.end_progress()
        run.refresh_from_db()
        if run.state != ImportRun.State.COMMITTED:
            raise CommandError("This import was taken over and goes on elsewhere; see its page.")
        self.show_arrivals(run)
        self.show_counts(run)

    def progress(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            of = f" of about {total}" if total else ""
            self.stderr.write(f"\r{done} rows{of}\033[K", ending="")

    def end_progress(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")

    def show_rejected(self, run: ImportRun) -> None:
        """The first rows with errors; all of them stand on the import's page."""
        for each in run.rejections.all()[:SHOWN]:
            column = f", column “{each.column}”" if each.column else ""
            value = f" “{each.value}”:" if each.value else ""
            self.stderr.write(f"line {each.line}{column}:{value} {each.reason}")
        more = run.rejections.count() - SHOWN
        if more > 0:
            self.stderr.write(f"… and {more} more; the import’s page lists all of them.")

    def refuse(self, run: ImportRun, file: Path) -> None:
        """With one error in the message, or with the first of several above it."""
        reasons = run.reasons
        if len(reasons) == 1:
            raise CommandError(f"{file}: {reasons[0]}")
        for reason in reasons[:SHOWN]:
            self.stderr.write(reason)
        raise CommandError(f"{file}: {len(reasons)} errors; nothing was imported.")

    def show_arrivals(self, run: ImportRun, word: str = "") -> None:
        """Whom and what the owners file brings."""
        if brought := arrivals_shown(run):
            self.stdout.write(
                f"Owners file: {brought['added']} people {word}added, "
                f"{brought['joining']} {word}put into a first team, "
                f"{len(brought['teams'])} teams {word}added, "
                f"{brought['staying']} people stay in their team"
            )

    def show_counts(self, run: ImportRun, word: str = "") -> None:
        self.stdout.write(
            f"{run.rows_total} rows: {run.created} {word}created, {run.updated} {word}updated, "
            f"{run.unchanged} unchanged, {run.ignored} ignored, {run.rejected} rejected"
        )


def _content(name: str) -> bytes:
    """Of a stored file, if there is one."""
    return stored(name).read_bytes() if name else b""
