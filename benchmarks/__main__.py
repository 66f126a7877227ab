"""``python -m benchmarks [--size M] [--only recompute,pages]``: print the tables of ratios."""

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

from benchmarks.measuring import step
from config import embedded
from config.embedded.places import Home

PARTS = ("import", "api", "recompute", "pages", "freshness")


def main() -> None:
    arguments = parse()
    with installation(arguments.var) as folder:
        from benchmarks.data import SIZES

        for part in arguments.only:
            module = import_module(f"benchmarks.{part.replace('import', 'importing')}")
            print(f"\n{part}, size {arguments.size}", flush=True)
            module.run(SIZES[arguments.size], folder)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=["S", "M", "L", "4L"], default="M")
    parser.add_argument(
        "--only",
        type=lambda text: text.split(","),
        default=PARTS,
        help=f"parts separated by commas; all of them if not named: {','.join(PARTS)}",
    )
    parser.add_argument(
        "--var", type=Path, help="keep servers and data in this folder, for the next run"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.only) - set(PARTS)
    if unknown:
        parser.error(f"--only knows {', '.join(PARTS)}; not {', '.join(sorted(unknown))}")
    return arguments


@contextmanager
def installation(kept: Path | None) -> Iterator[Path]:
    """An installation of its own with durable servers, gone afterwards unless it is to be kept."""
    folder = kept.absolute() if kept else Path(tempfile.mkdtemp(prefix="daya-bench-"))
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ["DAYA_VAR"] = str(folder / "var")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    try:
        with embedded.running():
            django.setup()
            with step("migrating"):
                call_command("migrate", verbosity=0)
                call_command("createcachetable")
            yield folder
    finally:
        if kept is None:
            shutil.rmtree(Home.find().path, ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
