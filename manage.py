#!/usr/bin/env python
"""Daya's command line."""

import os
import sys

from django.core.management import execute_from_command_line

from config import embedded

NEEDS_NO_SERVER = {
    "check", "collectstatic", "compilemessages", "help", "makemessages", "version", "--version",
    "--help", "-h", "demo",
}  # fmt: skip
"""Every other command has the embedded servers started for it and left as they were found."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        if command in NEEDS_NO_SERVER or {"--help", "-h"} & set(sys.argv):
            execute_from_command_line(sys.argv)
        else:
            with embedded.running():
                execute_from_command_line(sys.argv)
    except embedded.EmbeddedServerError as error:
        sys.exit(f"daya: {error}")


if __name__ == "__main__":
    main()
