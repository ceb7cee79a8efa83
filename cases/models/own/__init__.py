"""What an organisation or a person keeps for themselves, beside any case."""
