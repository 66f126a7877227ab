"""Pages for those who run the installation: whether it works, and its jobs."""
