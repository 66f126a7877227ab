"""What kinds of files, their fields and the meanings of values are called on pages."""

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sales.importing.vocabulary import (
    ACTIVITIES,
    AUTOMATED,
    COUNTED,
    DONE,
    IGNORE,
    INBOUND,
    LEAD_ASSIGNMENTS,
    LEADS,
    OPPORTUNITIES,
    STAGE_EVENTS,
)
from sales.models import ActivityDetail, LeadDetail

KINDS = [
    (OPPORTUNITIES, _("Opportunities, one in each row")),
    (STAGE_EVENTS, _("Stage events: a log, one change in each row")),
    (LEADS, _("Leads, one in each row")),
    (LEAD_ASSIGNMENTS, _("Lead assignments: in each row who was given a lead, and when")),
    (ACTIVITIES, _("Activities: a call, an email, a meeting in each row")),
]
FIELDS: dict[str, str | Promise] = {
    "id": _("Id of the opportunity"),
    "name": _("Name"),
    "account": _("Account"),
    "product": _("Product"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "owner": _("Owner"),
    "stage": _("Stage"),
    "created_at": _("Created at"),
    "closed_at": _("Closed at"),
    "loss_reason": _("Reason of a loss"),
    "is_test": _("Is a test record"),
    "merged_into": _("Merged into (id of the survivor)"),
    "deleted": _("Is deleted"),
    "at": _("When it happened"),
    "event_id": _("Id of the event"),
    "inbound_at": _("Came in at"),
    "origin": _("Origin, such as web form or event"),
    "needs_response": _("Needs a response"),
    "left_out": _("Left out as spam, duplicate or test"),
    "closing_reason": _("Reason of closing"),
    "opportunity": _("Id of the opportunity"),
    "lead": _("Id of the lead"),
    "activity": _("What was done"),
    "direction": _("Outbound or inbound"),
    "automated": _("Done by a machine"),
    "by": _("Who did it"),
}
OF_KIND: dict[tuple[str, str], str | Promise] = {
    (LEADS, "id"): _("Id of the lead"),
    (LEADS, "opportunity"): _("Converted to (id of the opportunity)"),
    (ACTIVITIES, "id"): _("Id of the activity"),
    (LEAD_ASSIGNMENTS, "event_id"): _("Id of the assignment"),
}
"""Where a field is called otherwise."""


def label_of(kind: str, name: str) -> str | Promise:
    return OF_KIND.get((kind, name), FIELDS[name])


WAYS = {INBOUND: _("inbound"), AUTOMATED: _("automated")}


def meanings_of(kind: str) -> list[tuple[str, str | Promise]]:
    """What a value may mean, with how that is called."""
    leave_out = (IGNORE, _("leave the row out"))
    if kind == LEADS:
        return [(COUNTED, _("it counts")), *LeadDetail.LeftOut.choices, leave_out]
    plain = {each: ActivityDetail.Kind(each).label for each in DONE}
    ways = [
        (f"{each}/{way}", f"{plain[each]}, {said}")
        for each in DONE[:4]
        for way, said in WAYS.items()
    ]
    return [*plain.items(), *ways, leave_out]


LONG = 100
"""Hours whose minutes nobody needs."""


def hours_and_minutes(minutes: int) -> str:
    """How long something took or is left; from a hundred hours on without minutes.

    Working days differ in length, so working time is never told in days.
    """
    hours, rest = divmod(minutes, 60)
    if hours >= LONG:
        told = number_format(hours, 0, force_grouping=True)
        return str(_("%(hours)s h")) % {"hours": told}
    if hours:
        return str(_("%(hours)s h %(minutes)s min")) % {"hours": hours, "minutes": rest}
    return str(_("%(minutes)s min")) % {"minutes": minutes}
