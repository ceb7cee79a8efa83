"""Promises of recusal in a small world: each raises AssertionError where it is broken."""
