"""Doors to this app's jobs."""

from teams.inviting import send_invitation

__all__ = ["send_invitation"]
