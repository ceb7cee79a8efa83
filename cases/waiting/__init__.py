"""Waiting for you: one queue of what waits for somebody at work, whatever it is."""
