"""Which of several processes runs which test."""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/e2e/",)
"""Their tests share what one process has started."""


class Scheduling(LoadScopeScheduling):
    """Each test where there is room, but those of such a folder in one process.

    xdist's own ``--dist loadgroup`` does not group under pytest 9.2 (pytest-xdist issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)
