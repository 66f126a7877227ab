"""HubSpot: events of its webhooks API about deals and contacts.

A request holds a list of events; one says that a record was made, deleted, restored or merged, that
one of its properties changed, or that it was associated with another.
https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide
"""

from collections.abc import Iterator
from typing import Any

from sales.connecting.changes import Change, Complaint, Reader, Values, milliseconds, text_of
from sales.importing.vocabulary import LEAD_ASSIGNMENTS, LEADS, STAGE_EVENTS

DEAL, CONTACT = "deal", "contact"
SUBJECTS = {DEAL: DEAL, CONTACT: CONTACT, "0-3": DEAL, "0-1": CONTACT}
"""By the first part of a subscription's type, or by the id of the type of object."""

DELETED = {"deletion": "true", "privacyDeletion": "true", "restore": "false"}
CONVERTED = "CONTACT_TO_DEAL"
OURS = {"id", "deleted", "merged_into", "deal"}
"""Names of what is told otherwise than by a property."""

NAMES = ("firstname", "lastname")


def read(body: Any) -> Iterator[Change | Complaint]:
    for event in body if isinstance(body, list) else [body]:
        if not isinstance(event, dict) or not isinstance(event.get("subscriptionType"), str):
            yield Complaint("no_event")
            continue
        named, _, what = event["subscriptionType"].partition(".")
        subject = SUBJECTS.get(str(event.get("objectTypeId") or named))
        if subject is None:
            yield Complaint("other_subject", named)
            continue
        at = milliseconds(event.get("occurredAt"))
        if at is None:
            yield Complaint("no_instant", f"{subject} {_id(event, 'objectId')}")
            continue
        yield from _changes(subject, what, at, event)


def _changes(subject: str, what: str, at: int, event: dict[str, Any]) -> Iterator[Change]:
    if what == "merge":
        survivor = _id(event, "newObjectId") or _id(event, "primaryObjectId")
        merged = event.get("mergedObjectIds")
        for each in merged if isinstance(merged, list) else []:
            if str(each) != survivor:
                yield _change(subject, str(each), at, {"merged_into": survivor})
    elif what == "associationChange":
        if event.get("associationType") == CONVERTED:
            removed = event.get("associationRemoved") is True
            deal = None if removed else _id(event, "toObjectId")
            yield _change(subject, _id(event, "fromObjectId"), at, {"deal": deal})
    elif record := _id(event, "objectId"):
        yield _change(subject, record, at, _said(what, event))


def _said(what: str, event: dict[str, Any]) -> Values:
    if what in DELETED:
        return {"deleted": DELETED[what]}
    name = event.get("propertyName")
    if what == "propertyChange" and isinstance(name, str) and name not in OURS:
        return {name: text_of(event.get("propertyValue")) or None}
    return {}


def _change(subject: str, record: str, at: int, values: Values) -> Change:
    said: Values = {**values, "id": record}
    return Change(subject=subject, external_id=record, at=at, values=said)


def _id(event: dict[str, Any], name: str) -> str:
    found = event.get(name)
    return str(found) if isinstance(found, int | str) else ""


def derived(subject: str, values: Values) -> Values:
    """A contact's name; HubSpot keeps its parts."""
    parts = [values.get(name) or "" for name in NAMES]
    return {"name": " ".join(filter(None, parts)) or None} if subject == CONTACT else {}


HUBSPOT = Reader(
    read=read,
    derived=derived,
    concerns=lambda subject, values: True,
    kinds={DEAL: (STAGE_EVENTS,), CONTACT: (LEADS, LEAD_ASSIGNMENTS)},
)
