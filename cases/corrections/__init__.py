"""Putting right what was counted of a case."""
