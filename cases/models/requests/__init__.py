"""What one person asks of a case and a second person answers, and what came of it."""
