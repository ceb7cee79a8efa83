"""Masking words in a text."""
