"""A batch of each kind, for the OpenAPI document; the tests send every one."""

from typing import Any

from sales.importing.vocabulary import (
    ACTIVITIES,
    LEAD_ASSIGNMENTS,
    LEADS,
    OPPORTUNITIES,
    STAGE_EVENTS,
)

EXAMPLES: dict[str, dict[str, Any]] = {
    OPPORTUNITIES: {
        "source": "crm",
        "pipeline": {
            "name": "Sales",
            "stages": ["First contact", "Qualified", "Proposal", "Negotiation"],
        },
        "rows": [
            {
                "id": "D-1",
                "name": "Pumps for the mill",
                "amount": "1250.50",
                "currency": "EUR",
                "stage": "won",
                "entered": {"First contact": "2024-03-01T09:00:00+01:00"},
                "closed_at": "2024-03-20T16:30:00+01:00",
            },
            {"id": "D-2", "stage": "Qualified", "owner": None},
        ],
    },
    STAGE_EVENTS: {
        "source": "crm",
        "pipeline": {
            "name": "Sales",
            "stages": ["First contact", "Qualified", "Proposal", "Negotiation"],
        },
        "rows": [
            {
                "id": "D-3",
                "event_id": "E-1",
                "stage": "First contact",
                "at": "2024-03-01T09:00:00+01:00",
            },
            {
                "id": "D-3",
                "event_id": "E-2",
                "stage": "lost",
                "at": "2024-03-09T12:00:00+01:00",
                "loss_reason": "price",
            },
        ],
    },
    LEADS: {
        "source": "crm",
        "rows": [
            {
                "id": "L-1",
                "inbound_at": "2024-03-01T09:00:00+01:00",
                "name": "Mara",
                "account": "The mill",
                "origin": "web form",
            }
        ],
    },
    LEAD_ASSIGNMENTS: {
        "source": "crm",
        "rows": [
            {
                "lead": "L-1",
                "owner": "ben@example.com",
                "at": "2024-03-01T09:05:00+01:00",
                "event_id": "H-1",
            }
        ],
    },
    ACTIVITIES: {
        "source": "crm",
        "rows": [
            {
                "id": "A-1",
                "activity": "call",
                "lead": "L-1",
                "at": "2024-03-01T09:20:00+01:00",
                "by": "ben@example.com",
            }
        ],
    },
}
"""Those of lead assignments and activities name the lead of the example of leads."""
