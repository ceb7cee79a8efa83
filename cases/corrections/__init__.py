"""Putting right what was counted of a case, and of what kind it is."""
