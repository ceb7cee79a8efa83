"""Who may see the name of a reporter, and when."""
