"""Whatever is sent, each answer is one that the OpenAPI document announces."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.test.client import ClientHandler
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import (
    not_a_server_error,
)
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.api.documenting import operations
from sales.api.examples import EXAMPLES
from teams.models import ApiKey
from tests import world
from tests.api.asking import Program, outcomes, program
from tests.world import day

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
NAMES = sorted(each.name for group in operations().values() for each in group)
EXAMPLES_EACH = 12
LONG = 400


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Daya in this transaction: a real server would end it with the request."""
    answer = ClientHandler(enforce_csrf_checks=True)(environ)
    start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
    return [answer.content]


@pytest.fixture
def acme_sells(acme, ben) -> Program:
    """Acme's program with every scope, and something to list."""
    deal = world.won(acme, ben, day("2024-03-20"), amount=100)
    lead = world.lead(acme, day("2024-03-01"), (ben, day("2024-03-02")))
    world.activity(lead, day("2024-03-02"))
    world.activity(deal, day("2024-03-02"))
    return program(acme, *ApiKey.Scope.values)


def answers_as_documented(name: str, crm: Program, *, times: int, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operation = schema.find_operation_by_id(name)
    headers = {"Authorization": f"Bearer {crm.text}"}

    @settings(
        max_examples=times,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)

    ask()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_answers_are_as_documented(acme_sells, name, mode):
    answers_as_documented(name, acme_sells, times=EXAMPLES_EACH, mode=mode)


@pytest.mark.attack
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_answers_are_as_documented_for_long(acme_sells, name, mode):
    answers_as_documented(name, acme_sells, times=LONG, mode=mode)


def test_every_example_of_the_document_is_taken_in(crm, acme, ben):
    ben.email = "ben@example.com"
    ben.save()

    for kind in ("opportunities", "stage_events", "leads", "lead_assignments", "activities"):
        answer = crm.post(f"{kind.replace('_', '-')}/", EXAMPLES[kind]).json()
        assert set(outcomes(answer)) == {"created"}, answer
