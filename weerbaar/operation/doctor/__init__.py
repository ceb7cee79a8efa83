"""What an operator asks: is everything there, and what must be done? `manage.py doctor` and the metrics ask the same checks."""
