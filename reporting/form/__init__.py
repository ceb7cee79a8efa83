"""The report form: drafts, steps, sending."""
