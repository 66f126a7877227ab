"""What the web acknowledged, and whether all of it, and only that, came true."""

from collections.abc import Iterable

from tests.faults.browser import Browser
from tests.faults.files import FILES, ids_of
from tests.faults.installation import Installation

PLAN = "SELECT id, attempt FROM sales_importrun WHERE file_name = %s"
STORED = "SELECT external_id, count(*) FROM sales_opportunity GROUP BY external_id"
EVENTS = (
    """SELECT count(*) FROM sales_stageevent GROUP BY opportunity_id, kind HAVING count(*) > 1"""
)
EVENTLESS = """SELECT count(*) FROM sales_opportunity o WHERE (SELECT count(*)
    FROM sales_stageevent e WHERE e.opportunity_id = o.id AND e.voided_at IS NULL) <> 2"""
UNEQUAL = """SELECT file_name FROM sales_importrun
    WHERE state = 'committed' AND (created <> rows_total OR updated + unchanged > 0)"""


class Ledger:
    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.asked: set[str] = set()
        self.acknowledged: set[str] = set()

    def commit(self, names: Iterable[str], browser: Browser | None = None) -> None:
        """Ask the web to import these files, and write down which it said it would."""
        browser = browser or self.installation.browser()
        for name in names:
            run, attempt = self.plan(name)
            path = f"/teams/acme/acme/imports/{run}/do/commit/"
            self.asked.add(name)
            if browser.post(path, attempt=str(attempt)).accepted:
                self.acknowledged.add(name)

    def plan(self, name: str) -> tuple[int, int]:
        """The import of a file, and which of its plans the page shows."""
        run, attempt = self.installation.query(PLAN, f"{name}.csv")[0]
        return run, attempt

    def verify(self) -> None:
        """acknowledged ⊆ stored ⊆ asked, each row once, and numbers as derived afresh."""
        counts = dict(self.installation.query(STORED))
        stored = set(counts)
        assert ids(self.acknowledged) <= stored <= ids(self.asked)
        assert set(counts.values()) <= {1}
        assert not self.installation.query(EVENTS)
        assert self.installation.number(EVENTLESS) == 0
        assert not self.installation.query(UNEQUAL)
        snapshots = int(self.installation.manage("verify_faults"))
        assert bool(snapshots) == bool(stored)


def ids(names: Iterable[str]) -> set[str]:
    return {each for name in names for each in ids_of(name, FILES[name])}
