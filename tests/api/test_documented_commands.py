"""The commands of the documentation work as they stand."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from config.demo.history import STAGES
from teams.founding import found_organisation
from teams.models import ApiKey
from tests.api.asking import program

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/api.md"
BLOCKS = re.findall(r"```bash\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.django_db(transaction=True)
def test_every_command_is_answered(live_server):
    organisation = found_organisation("acme", name="Acme", timezone="UTC")
    key = program(organisation, *ApiKey.Scope.values).text
    environment = os.environ | {"DAYA": live_server.url, "KEY": key}

    assert len(BLOCKS) > 3
    for block in BLOCKS:
        said = subprocess.run(
            ["bash", "-ec", block], env=environment, capture_output=True, text=True, timeout=60
        )
        assert said.returncode == 0, said.stdout + said.stderr
        assert '"rejected":1' in said.stdout or "D-2" not in block


def test_the_stages_it_sends_are_those_of_the_demo():
    """There the commands are tried first, and a pipeline in use keeps its stages."""
    (sent,) = re.findall(r'"stages": (\[.*?\])', BLOCKS[0])

    assert json.loads(sent) == list(STAGES)
