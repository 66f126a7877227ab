"""How often a key may ask. Counted in PostgreSQL, so that a hung Redis holds up no request."""

import math
from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from teams.keys import count_use


class KeyThrottle(BaseThrottle):
    """So many requests of each key in each minute of the clock."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self.now = timezone.now()
        return count_use(view.key, self.now) <= settings.API_REQUESTS_PER_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return math.ceil(60 - self.now.second - self.now.microsecond / 1_000_000)
