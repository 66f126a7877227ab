"""Folders that cannot be used: a clear error, and nothing else touched."""

import os
from pathlib import Path

import pytest

from config import embedded
from config.embedded.places import Home
from tests.config.conftest import as_root
from tests.config.servers import running

DAEMON = 1


def refusal() -> str:
    with pytest.raises(embedded.EmbeddedServerError) as refused, embedded.running(durable=False):
        pass
    return str(refused.value)


def test_a_file_in_place_of_the_folder(home):
    home.path.parent.mkdir(parents=True, exist_ok=True)
    home.path.write_text("a file")

    said = refusal()

    assert f"{home.path} cannot be used: File exists" in said
    assert "set DAYA_VAR elsewhere" in said
    home.path.unlink()


def test_a_data_folder_that_is_not_whole(home):
    home.prepare()
    home.claim(home.data)
    (home.data / "base").mkdir()

    assert "is not a whole PostgreSQL folder: it holds files but no PG_VERSION" in refusal()
    assert not running(home)


def test_a_data_folder_of_another_version(home):
    home.prepare()
    home.claim(home.data)
    (home.data / "global").mkdir()
    (home.data / "global" / "pg_control").touch()
    (home.data / "PG_VERSION").write_text("16\n")

    assert "was made by PostgreSQL 16; this is PostgreSQL 18" in refusal()


def test_a_link_in_place_of_a_folder(home, tmp_path):
    home.prepare()
    home.redis_data.rmdir()
    home.redis_data.symlink_to(tmp_path)
    before = tmp_path.stat()

    assert "redis is a link or belongs to somebody else" in refusal()
    assert tmp_path.stat().st_mode == before.st_mode
    assert tmp_path.stat().st_uid == before.st_uid


@as_root
def test_a_folder_that_belongs_to_somebody_else(home):
    home.prepare()
    os.chown(home.redis_data, DAEMON, DAEMON)

    assert "redis is a link or belongs to somebody else" in refusal()


@as_root
def test_a_folder_that_the_servers_user_cannot_enter(home):
    home.path.mkdir()
    home.path.chmod(0o700)

    assert "who cannot enter" in refusal()
    assert home.path.stat().st_mode & 0o777 == 0o700


def test_no_mode_of_a_folder_above_is_changed(home, tmp_path):
    tmp_path.chmod(0o700)
    above = {*tmp_path.parents, tmp_path, *home.path.parents}
    before = {folder: folder.stat().st_mode for folder in above if folder.exists()}

    with embedded.running(durable=False):
        during = {folder: folder.stat().st_mode for folder in before}

    assert during == before
    assert {folder: folder.stat().st_mode for folder in before} == before


@as_root
def test_a_strict_umask_of_root_does_not_shut_the_servers_user_out(home):
    usual = os.umask(0o077)
    try:
        with embedded.running(durable=False) as started:
            assert set(started) == {"postgres", "redis"}
    finally:
        os.umask(usual)


@pytest.mark.parametrize("folder", ["/srv/" + "deep/" * 30 + "servers", "/srv/a b,c's/servers"])
def test_a_path_that_cannot_be_a_sockets_has_its_sockets_elsewhere(folder):
    home = Home(Path(folder), None)

    assert home.sockets.parent == Path("/tmp")  # noqa: S108
    assert len(str(home.redis_socket)) < 60
