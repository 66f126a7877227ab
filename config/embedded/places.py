"""Where the embedded servers keep their data, sockets and programs."""

import importlib.util
import os
import pwd
import re
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

SOCKET_PATH_LIMIT = 100
"""Unix allows about 107 bytes for a socket's path."""
PLAIN = re.compile(r"[\w./@+~-]+", re.ASCII)
"""What needs no quoting in PostgreSQL's settings, in addresses, in URLs."""
TEMPORARY = Path("/tmp")  # noqa: S108  # The same for every process, whatever its TMPDIR.

SHARED_STATE = Path("/var/lib/daya")
"""Where root keeps the data: PostgreSQL refuses to run as root, and the user it runs as instead
need not be able to enter the project's folder."""


class EmbeddedServerError(Exception):
    """A server could not be had; the message says why and what to do."""


def var_dir() -> Path:
    """The folder of everything this installation keeps: ``DAYA_VAR``, else ``var``."""
    default = Path(__file__).resolve().parent.parent.parent / "var"
    return Path(os.environ.get("DAYA_VAR") or default).absolute()


@dataclass(frozen=True, slots=True)
class Home:
    """The servers' folder, and whom they run as: None is whoever calls."""

    path: Path
    user: str | None

    @classmethod
    def find(cls) -> "Home":
        """Pure computation; nothing is made."""
        if os.geteuid() != 0:
            return cls(var_dir() / "servers", None)
        name = sha256(str(var_dir()).encode()).hexdigest()[:12]
        return cls(SHARED_STATE / name, "nobody")

    @property
    def data(self) -> Path:
        return self.path / "postgres-18"

    @property
    def redis_data(self) -> Path:
        return self.path / "redis"

    @property
    def sockets(self) -> Path:
        """A private folder for sockets; a temporary one where this path cannot be a socket's."""
        here = self.path / "run"
        if PLAIN.fullmatch(str(here)) and len(str(here)) + len("/.s.PGSQL.5432.lock") <= (
            SOCKET_PATH_LIMIT
        ):
            return here
        name = sha256(str(self.path).encode()).hexdigest()[:12]
        return TEMPORARY / f"daya-{os.geteuid()}-{name}"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def owner(self) -> tuple[int, int]:
        if self.user is None:
            return os.geteuid(), os.getegid()
        entry = pwd.getpwnam(self.user)
        return entry.pw_uid, entry.pw_gid

    def prepare(self) -> None:
        """Make the folders, private to whom the servers run as. Raises EmbeddedServerError."""
        try:
            if self.user is None:
                self.path.mkdir(parents=True, exist_ok=True)
            else:
                self._make_enterable()
            for folder in (self.redis_data, self.sockets):
                self.claim(folder)
        except OSError as error:
            raise self.unusable(error) from error

    def unusable(self, error: OSError) -> EmbeddedServerError:
        return EmbeddedServerError(
            f"The servers’ folder {error.filename or self.path} cannot be used: "
            f"{error.strerror}. Make it writable, free space, or set DAYA_VAR elsewhere."
        )

    def _make_enterable(self) -> None:
        """The servers' user must reach the folder; only what is made here gets its mode."""
        for folder in (SHARED_STATE, self.path):
            if not folder.is_dir():
                folder.mkdir(exist_ok=True)
                folder.chmod(0o755)
        if not open_to_all(self.path):
            raise EmbeddedServerError(
                f"The servers run as {self.user}, who cannot enter {self.path}. Let others pass "
                "through it and the folders above it (chmod o+x), or set DATABASE_URL and "
                "REDIS_URL to servers of your own."
            )

    def claim(self, folder: Path) -> None:
        """Have a folder that is the servers' alone. Raises EmbeddedServerError."""
        folder.mkdir(mode=0o700, exist_ok=True)
        uid, gid = self.owner
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
            raise EmbeddedServerError(
                f"{folder} is a link or belongs to somebody else. Remove it, or set DAYA_VAR to "
                "another folder."
            )
        if found.st_uid != uid:
            os.chown(folder, uid, gid)
        folder.chmod(0o700)

    def as_owner(self) -> dict[str, Any]:
        """Arguments for ``subprocess`` that run a program as the servers' user."""
        if self.user is None:
            return {}
        uid, gid = self.owner
        return {"user": uid, "group": gid, "extra_groups": []}

    def program(self, package: str, folder: str, name: str) -> Path:
        """A program from a wheel; a copy of it where the servers' user cannot reach the wheel."""
        found = importlib.util.find_spec(package)
        if found is None or not found.submodule_search_locations:
            raise EmbeddedServerError(
                f"The package {package} is not installed. Run “make install”, or set DATABASE_URL "
                "and REDIS_URL to servers of your own."
            )
        inside = Path(found.submodule_search_locations[0]) / folder
        if not (inside / "bin" / name).exists():
            raise EmbeddedServerError(f"{package} holds no {name} for this machine.")
        if self.user is not None and not open_to_all(inside / "bin" / name):
            inside = _copied(inside)
        return inside / "bin" / name


def open_to_all(path: Path) -> bool:
    """Whether everybody may reach ``path`` and enter or run it."""
    return all(each.stat().st_mode & stat.S_IXOTH for each in [path, *path.parents])


def _copied(folder: Path) -> Path:
    """A copy of a wheel's programs that everybody may run."""
    stamp = sha256(f"{folder}{folder.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    target = SHARED_STATE / f"programs-{stamp}"
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=SHARED_STATE) as aside:
            copy = Path(aside) / "copy"
            shutil.copytree(folder, copy, symlinks=True)
            for path in (copy, *copy.rglob("*")):
                if not path.is_symlink():
                    mode = path.stat().st_mode
                    path.chmod(mode | (0o555 if mode & stat.S_IXUSR else 0o444))
            with suppress(OSError):  # Another process may have been quicker.
                copy.rename(target)
    return target
