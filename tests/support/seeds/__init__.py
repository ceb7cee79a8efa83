"""Traces that are planted in files, and looked for after cleaning."""
