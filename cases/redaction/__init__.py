"""Redactions of a file, and the exports made of them."""
