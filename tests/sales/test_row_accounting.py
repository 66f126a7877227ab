"""Whatever a file holds, every row of it is accounted for and nothing is half-written."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sales.importing.committing import NotCommittable, commit
from sales.importing.planning import plan
from sales.importing.receiving import receive, set_mapping
from sales.models import ImportRun, StagedEvent, StagedOpportunity
from tests.sales.crm import believed, counts, mapping_for, written

OPPORTUNITIES = (
    "Id,Name,Amount,Owner,Stage,Created,Contacted,Closed\n"
    "A,Alpha,5,Ben,Won,2024-01-05,2024-01-05,2024-02-05\n"
    'B,"Be, ""ta""",6.50,Ben,Proposal,2024-01-06 10:00,,\n'
    "C,Gamma,,,Lost,2024-01-07,,2024-02-07T10:00+02:00\n"
    "D,Délta,1234.5,Ben,Backlog,,,\n"
    "E,,7,,Template,,,\n"
)
LOG = (
    "Id,Stage,At,Amount,Owner\n"
    "A,First contact,2024-01-05 09:00,5,Ben\n"
    "A,Won,2024-01-08 10:00,6,Ben\n"
    "B,First contact,2024-01-09,1,\n"
    "B,Template,2024-01-10,1,\n"
)
SPLICES = [
    b",", b'"', b"\n", b"\r", b"\0", b";", b"\t", b"-", b"9" * 50, b"A", b"Won", b"2024-13-01",
    b"\xff", b"\xc3", b"\xef\xbf\xbd", b"=1+1", b"'", b"(", b"NaN", b"9999-12-31", b"\x1a",
    b"x" * 400, "\N{GRINNING FACE}".encode(), "\N{RIGHT-TO-LEFT OVERRIDE}".encode(), b",,,,,,,",
    "１２".encode(), "١٢".encode(), "∞".encode(), b"x" * 70_000, b"2024-02-30", b"0001-01-01",
]  # fmt: skip


@st.composite
def mutated(draw, text):
    """A file with some bytes cut out, put in, doubled or shuffled."""
    content = bytearray(text.encode())
    for _change in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 12)))
        way = draw(st.sampled_from(["cut", "splice", "double", "rows"]))
        if way == "cut":
            del content[start:end]
        elif way == "splice":
            content[start:end] = draw(st.sampled_from(SPLICES))
        elif way == "double":
            content[start:start] = content[start:end] * 2
        else:
            first, *rows = bytes(content).split(b"\n")
            random.Random(draw(st.integers(0, 99))).shuffle(rows)
            content = bytearray(b"\n".join([first, *rows, *rows[:2]]))
    return bytes(content)


@pytest.mark.parametrize("text", [OPPORTUNITIES, LOG])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_file_is_refused_whole_or_accounted_for_row_by_row(acme, ben, text, data):
    content = data.draw(mutated(text))
    before, facts = believed(acme), written(acme)
    run = receive(acme, kind="opportunities", name="f.csv", chunks=[content or b"\n"])
    run.valid_only = True
    run.save()
    set_mapping(run, mapping_for(text.partition("\n")[0]))

    plan(run)

    if run.state == ImportRun.State.FAILED:
        assert run.reasons[0].startswith("line ")
        assert believed(acme) == before
        return
    foretold = counts(run)
    if run.rejected and not run.rows_valid:
        with pytest.raises(NotCommittable):
            commit(run)
        assert believed(acme) == before
        return
    commit(run)
    assert counts(run) == foretold
    assert sum(foretold.values()) == run.rows_total
    assert run.rejected == len(set(run.rejections.values_list("line", flat=True)))
    assert all(each.reason and each.line > 1 for each in run.rejections.all())
    assert facts.keys() <= written(acme).keys()
    assert not StagedEvent.objects.exists()
    assert not StagedOpportunity.objects.exists()
