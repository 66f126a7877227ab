"""The signing that the documentation shows is the signing that is taken."""

import json
import re
from pathlib import Path

DOC = Path(__file__).resolve().parents[3] / "docs" / "connections.md"


def test_what_is_documented_signs(program):
    text = DOC.read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (body,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    shown: dict = {}
    exec(code, shown)  # noqa: S102

    signed = shown["headers"](program.secret, json.dumps(json.loads(body)).encode())
    answer = program.post(json.loads(body), **signed)

    assert answer.status_code == 202
