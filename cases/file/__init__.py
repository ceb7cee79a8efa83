"""The file of a case: report, messages, evidence, notes, timeline, search, log."""
