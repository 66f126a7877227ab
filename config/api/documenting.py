"""The OpenAPI document, and what the page shows of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator


@cache
def document() -> dict[str, Any]:
    """In English, whoever asks first."""
    with translation.override("en"):
        found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """``description`` are pieces of text, every second of them code."""

    method: str
    path: str
    name: str
    summary: str
    description: list[str]
    parameters: list[dict[str, Any]]
    fields: list[tuple[str, str]]
    example: str
    answers: list[tuple[str, str]]


def operations() -> dict[str, list[Operation]]:
    """By what they are about."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document()["paths"].items():
        for method, said in methods.items():
            found.setdefault(said["tags"][0], []).append(_operation(path, method, said))
    return found


def _operation(path: str, method: str, said: dict[str, Any]) -> Operation:
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = [each["value"] for each in body.get("examples", {}).values()]
    return Operation(
        method=method.upper(),
        path=path,
        name=said["operationId"],
        summary=said["summary"],
        description=said["description"].split("`"),
        parameters=[
            each | {"pieces": each.get("description", "").split("`")}
            for each in said.get("parameters", [])
        ],
        fields=list(_row_fields(body.get("schema", {}))),
        example=json.dumps(examples[0], indent=2, ensure_ascii=False) if examples else "",
        answers=[
            (number, answer.get("description", "")) for number, answer in said["responses"].items()
        ],
    )


def _row_fields(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each field of a row of the batch, and what kind of value it holds."""
    if "$ref" not in schema:
        return
    batch = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    row = batch["properties"]["rows"]["items"]
    for name, value in row["properties"].items():
        kind = value.get("format") or value.get("type") or "string or number"
        yield name, f"{kind}, required" if name in row["required"] else kind
