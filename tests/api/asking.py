"""A program that asks the API."""

import json
from typing import Any

from django.test import Client

from teams.keys import make_key
from teams.models import ApiKey, Organisation

HOME = "/api/v1/"


class Program:
    """Sends JSON with its key."""

    def __init__(self, text: str, key: ApiKey | None = None) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {text}"} if text else {})
        self.text, self.key = text, key

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(HOME + path, query)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.post(HOME + path, text, "application/json", headers=named)

    def send(self, path: str, *rows: Any, **more: Any) -> dict[str, Any]:
        """What became of a batch that is taken in."""
        answer = self.post(path, {"source": "crm", "rows": list(rows), **more})
        assert answer.status_code == 200, answer.content
        return answer.json()


def program(organisation: Organisation, *scopes: str) -> Program:
    key, text = make_key(organisation, name="CRM", scopes=scopes)
    return Program(text, key)


def outcomes(answer: dict[str, Any]) -> list[str]:
    return [row["outcome"] for row in answer["rows"]]


def faults(answer: dict[str, Any], row: int) -> list[tuple[str, str]]:
    """(field, code) of each error of a row."""
    return [(each["field"], each["code"]) for each in answer["rows"][row]["errors"]]
