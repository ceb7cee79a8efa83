"""Editions: counting, building, proving, releasing, archiving."""
