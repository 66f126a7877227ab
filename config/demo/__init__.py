"""A made-up organisation to look around in: people, eighteen months of deals, planted effects."""
