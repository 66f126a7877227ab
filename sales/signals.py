"""News of changed facts, sent inside the transaction that changed them."""

from django.dispatch import Signal

opportunities_changed = Signal()
"""Arguments: organisation, opportunities (a list of ids, at most one import batch long)."""

leads_changed = Signal()
"""Arguments: organisation, leads (a list of ids, at most as many as an import batch touches)."""
