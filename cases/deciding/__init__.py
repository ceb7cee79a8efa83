"""Opening a case and taking decisions in it."""
