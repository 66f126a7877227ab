"""CRMs that are connected to Acme."""

import pytest

from tests.sales.connecting.sending import Sender, sender


@pytest.fixture
def hubspot(acme) -> Sender:
    return sender(acme, "hubspot")


@pytest.fixture
def salesforce(acme) -> Sender:
    return sender(acme, "salesforce")


@pytest.fixture
def program(acme) -> Sender:
    """Any other program; it sends batches as the API takes them."""
    return sender(acme, "daya")
