"""Measures against people from outside: what was done of each, their letter, and the register of those that hold."""
