"""Several processes using the same servers: the first starts them, the last stops them.

Each user holds a shared lock on a file; a lock ends with its holder, however that ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.places import Home


class Users:
    """The file whose lock every user shares, and the names of what users have started."""

    def __init__(self, home: Home) -> None:
        self.door = home.path / "lock"
        self.started = home.path / "started"
        self.file = open(home.path / "users", "a")  # noqa: SIM115
        self.door.touch()

    def close(self) -> None:
        self.file.close()

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Nobody else comes or goes meanwhile."""
        with open(self.door) as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield

    def alone(self) -> bool:
        """Whether nobody else uses the servers. Ends this process's own use."""
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def join(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_SH)

    def remember(self, name: str) -> None:
        _replace(self.started, "\n".join([*self.remembered() - {name}, name]))

    def remembered(self) -> set[str]:
        """What users started and the last of them stops."""
        return set(self.started.read_text().split()) if self.started.exists() else set()

    def forget(self) -> None:
        """What runs now runs for reasons of its own, and stays."""
        self.started.unlink(missing_ok=True)


def _replace(path: Path, text: str) -> None:
    aside = path.with_suffix(".new")
    aside.write_text(text)
    os.replace(aside, path)
