"""Who holds which function and role, who is away, who is related to whom."""
