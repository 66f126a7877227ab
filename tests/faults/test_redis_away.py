"""F3, F4: Redis lost with all it held, down, or frozen while people work."""

import socket

import pytest

from config.embedded import redis
from tests.faults.files import SMALL

pytestmark = [pytest.mark.fault, pytest.mark.timeout(600)]

PAGES = ["/teams/acme/acme/", "/teams/acme/acme/imports/", "/teams/acme/acme/people/", "/health/"]


def test_nothing_is_lost_when_redis_is_killed_and_comes_back_empty(installation, ledger):
    names = list(SMALL)
    installation.start_worker()
    ledger.commit(names[:8])

    installation.lose_redis()
    ledger.commit(names[8:16])
    installation.start_servers()
    ledger.commit(names[16:])

    installation.settle()
    assert ledger.acknowledged == set(names)
    ledger.verify()


@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_pages_answer_and_work_is_accepted_while_redis_is(installation, ledger, how):
    installation.start_worker()
    browser = installation.browser()
    process = installation.redis_process()

    process.kill() if how == "killed" else process.suspend()
    for path in PAGES:
        assert browser.get(path).status == 200, path
    ledger.commit(SMALL, browser)
    assert ledger.acknowledged == set(SMALL)

    if how == "killed":
        redis.start(installation.home, durable=True)
    else:
        process.resume()
    installation.settle()
    ledger.verify()


def test_pages_and_what_they_accept_do_not_speak_to_redis(installation, ledger, tmp_path):
    with socket.socket(socket.AF_UNIX) as in_its_place:
        in_its_place.bind(str(tmp_path / "redis"))
        in_its_place.listen()
        installation.start_web(REDIS_URL=f"redis+socket://{tmp_path / 'redis'}")
        browser = installation.browser()

        for path in PAGES:
            assert browser.get(path).status == 200, path
        ledger.commit(SMALL, browser)

        assert ledger.acknowledged == set(SMALL)
        in_its_place.setblocking(False)
        with pytest.raises(BlockingIOError):
            in_its_place.accept()
