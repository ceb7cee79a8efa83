"""The proof of an edition, repeated by whoever wants: standard library and numpy, nothing of the rest of this program.

What must be believed are the few lines of :mod:`checking`: whole-number comparisons between published values, what an
attacker knows (:mod:`attacker`), and the witnesses that come with the edition.
"""
