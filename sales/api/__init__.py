"""Sales facts over the API: sent in batches, read in lists."""
