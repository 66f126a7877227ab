"""News from below that metrics derive from. Sent inside the transaction of the change."""

from django.dispatch import Signal

tree_changed = Signal()
"""Arguments: organisation. A team was placed elsewhere."""

memberships_changed = Signal()
"""Arguments: organisation, people (ids). Facts of these people may belong to other teams now."""

calendar_changed = Signal()
"""Arguments: organisation. Its time zone or fiscal year is another; every period moves."""

hours_changed = Signal()
"""Arguments: organisation. A calendar, who works by it, or a leave is another; business time of
anything may be another."""
