"""A person's way through real pages: Chromium against what "make demo" serves."""
