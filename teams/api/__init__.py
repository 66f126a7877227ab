"""What every part of the API stands on: requests read, errors answered, things done once."""
