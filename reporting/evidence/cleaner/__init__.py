"""Makes a file anew without what its maker left in it. A program of its own: bytes in, bytes out, no files, no network.

It runs where a broken parser can do no harm (reporting/evidence/sandbox.py) and imports nothing of the system.
Each cleaner takes the bytes and gives the bytes of a new file, or raises :class:`refusal.CannotClean`.
"""
