"""Pages about people, teams and one's own account. One module per activity."""
