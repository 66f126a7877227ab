"""Pages about sales facts: their import, and the facts themselves."""
