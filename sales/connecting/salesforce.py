"""Salesforce: events of Change Data Capture about opportunities, leads, tasks and events.

An event says which records changed, when, and what their fields hold now. It comes as its payload
alone, with its replay id beside it, or wrapped as it was streamed; several come as a list.
https://developer.salesforce.com/docs/atlas.en-us.change_data_capture.meta/change_data_capture/cdc_message_structure.htm
"""

from collections.abc import Iterator
from typing import Any

from sales.connecting.changes import Change, Complaint, Reader, Values, milliseconds, text_of
from sales.importing.vocabulary import ACTIVITIES, LEAD_ASSIGNMENTS, LEADS, STAGE_EVENTS

HEADER = "ChangeEventHeader"
WRAPPERS = ("detail", "data", "payload")
KINDS = {
    "Opportunity": (STAGE_EVENTS,),
    "Lead": (LEADS, LEAD_ASSIGNMENTS),
    "Task": (ACTIVITIES,),
    "Event": (ACTIVITIES,),
}
DELETED = {"DELETE": "true", "UNDELETE": "false"}
NAMES = ("Name.FirstName", "Name.LastName")
OF_QUEUE, OF_LEAD, OF_OPPORTUNITY = "00G", "00Q", "006"
"""How ids of records of these kinds begin."""


MOST_RECORDS = 1_000
"""Of one event; Salesforce merges what changed alike within a second."""


def read(body: Any) -> Iterator[Change | Complaint]:
    for event in body if isinstance(body, list) else [body]:
        payload = _payload(event)
        header = payload.get(HEADER)
        if not isinstance(header, dict):
            yield Complaint("no_event")
            continue
        subject, what = str(header.get("entityName")), str(header.get("changeType"))
        records = header.get("recordIds")
        ids = [str(each) for each in records] if isinstance(records, list) else []
        at = milliseconds(header.get("commitTimestamp"))
        if subject not in KINDS:
            yield Complaint("other_subject", subject)
        elif what.startswith("GAP_"):
            yield Complaint("gap", f"{subject} {', '.join(ids)}".strip())
        elif at is None or not 0 < len(ids) <= MOST_RECORDS:
            yield Complaint("no_instant", f"{subject} {', '.join(ids)}".strip())
        else:
            values = _values(payload, header, what)
            for record in ids:
                said = {"Id": record} | values
                yield Change(subject=subject, external_id=record, at=at, values=said)


def _payload(event: Any) -> dict[str, Any]:
    """Out of whatever wraps it."""
    while isinstance(event, dict) and HEADER not in event:
        event = next((event[name] for name in WRAPPERS if name in event), None)
    return event if isinstance(event, dict) else {}


def _values(payload: dict[str, Any], header: dict[str, Any], what: str) -> Values:
    """What the event says. Of an update, fields that did not change are left out or null."""
    if what in DELETED:
        return {"deleted": DELETED[what]}
    said = {name: text_of(value) for name, value in _flat(payload)}
    if what == "CREATE":
        return {name: value for name, value in said.items() if value is not None}
    changed, nulled = _names(header, "changedFields"), _names(header, "nulledFields")
    if not changed and not nulled:
        return {name: value for name, value in said.items() if value is not None}
    kept = {name: value for name, value in said.items() if name in changed}
    return kept | dict.fromkeys(nulled)


def _flat(payload: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Fields, and those of a compound one such as Name under its name and theirs."""
    for name, value in payload.items():
        if name == HEADER:
            continue
        if isinstance(value, dict):
            yield from ((f"{name}.{part}", inner) for part, inner in value.items())
        else:
            yield name, value


def _names(header: dict[str, Any], key: str) -> set[str]:
    found = header.get(key)
    return {str(name) for name in found} if isinstance(found, list) else set()


def derived(subject: str, values: Values) -> Values:
    """A lead's name out of its parts, an owner that is no queue, what a task is about."""
    owner = values.get("OwnerId") or ""
    said: Values = {"Owner": None if owner.startswith(OF_QUEUE) else owner or None}
    if subject == "Lead" and "Name" not in values:
        said["Name"] = " ".join(filter(None, (values.get(part) for part in NAMES))) or None
    if KINDS[subject] == (ACTIVITIES,):
        about, who = values.get("WhatId") or "", values.get("WhoId") or ""
        said["opportunity"] = about if about.startswith(OF_OPPORTUNITY) else None
        on_lead = who.startswith(OF_LEAD) and not said["opportunity"]
        said["lead"] = who if on_lead else None
        said["what"] = values.get("TaskSubtype") or subject
        said["done_at"] = values.get("CreatedDate" if subject == "Event" else "CompletedDateTime")
    return said


def concerns(subject: str, values: Values) -> bool:
    """What is still to be done, or is about neither a lead nor an opportunity, is no activity."""
    if KINDS[subject] != (ACTIVITIES,):
        return True
    said = derived(subject, values)
    on_something = said["lead"] or said["opportunity"]
    return bool((said["done_at"] and on_something) or values.get("deleted") == "true")


SALESFORCE = Reader(read=read, derived=derived, concerns=concerns, kinds=KINDS)
