#!/usr/bin/env python
"""Daya's command line."""

import os
import signal
import sys
from types import FrameType

from django.core.management import execute_from_command_line
from django.db import OperationalError

from config import embedded

NEEDS_NO_SERVER = {
    "check", "collectstatic", "compilemessages", "glossary", "help", "makemessages", "version",
    "--version", "--help", "-h", "demo",
}  # fmt: skip
"""Every other command has the embedded servers started for it and left as they were found."""

SEES_TABLES_AS_THEY_ARE = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "dbshell"}
"""Every other command finds the embedded database with the tables of this code."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    signal.signal(signal.SIGTERM, leave)
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        if command in NEEDS_NO_SERVER or {"--help", "-h"} & set(sys.argv):
            execute_from_command_line(sys.argv)
        else:
            with embedded.running():
                if not (command in SEES_TABLES_AS_THEY_ARE or os.environ.get("DATABASE_URL")):
                    bring_tables_up_to_date()
                execute_from_command_line(sys.argv)
    except embedded.EmbeddedServerError as error:
        sys.exit(f"daya: {error}")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None):
            raise
        sys.exit(f"daya: The database does not answer. {error}")


def bring_tables_up_to_date() -> None:
    # Only once the servers run and the settings are named can Django be set up.
    import django

    django.setup()

    from config.schema import bring_up_to_date

    if bring_up_to_date():
        sys.stderr.write("daya: made the tables\n")


def leave(number: int, frame: FrameType | None) -> None:
    """End as on Ctrl-C, so that what was started is stopped."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
