"""Measurements against a limit that runs beside them: ``make bench``."""
