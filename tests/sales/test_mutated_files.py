"""Files broken at random: every row is taken, left out or rejected, and nothing falls over."""

from random import Random

import pytest

from sales.models import ImportRun, Opportunity
from tests.sales.runs import DEALS_HEADER, planned

ROWS = [
    f"D{number},Déal {number},{number * 10},Ben,{stage},2024-01-01,2024-01-02,{closed}"
    for number, (stage, closed) in enumerate(
        [("Won", "2024-02-01"), ("Proposal", ""), ("Lost", "2024-03-01"), ("Gone", "")] * 5
    )
]
CELLS = (
    '"', '""', "=1+1", "\0", "x" * 70_000, "-", "NA", "9" * 40, "2024-02-30", "\u202e", "\r", "''",
    "0001-01-01", "１２", "∞", "Won\nLost", "+", "١٢",
)  # fmt: skip


def mutated(random: Random) -> bytes:
    rows = [row.split(",") for row in ROWS]
    for _ in range(random.randint(1, 6)):
        row = random.choice(rows)
        match random.randrange(4):
            case 0:
                row[random.randrange(len(row))] = random.choice(CELLS)
            case 1:
                random.shuffle(row)
            case 2:
                row.append("more")
            case 3:
                rows.append(list(row))
    content = bytearray("\n".join([DEALS_HEADER, *(",".join(row) for row in rows)]).encode())
    if random.random() < 0.5:
        for _ in range(random.randint(1, 3)):
            content[random.randrange(len(content))] = random.randrange(256)
    return bytes(content)


@pytest.mark.parametrize("seed", range(60))
def test_every_row_is_accounted_for(seed, acme, ben):
    content = mutated(Random(seed))

    run = planned(acme, content)

    if run.state == ImportRun.State.FAILED:
        assert run.failure
    else:
        accepted = run.created + run.updated + run.unchanged
        assert run.rows_total == accepted + run.ignored + run.rejected
    assert not Opportunity.objects.exists()
