"""The check of an edition's proof, for everybody: it needs the standard library and numpy and shares no code with the rest
of this program.

Who trusts the result has to trust only the few lines of :mod:`checking`: whole-number comparisons of published values, of
what an attacker knows (:mod:`attacker`), and of the witnesses that come with the edition.
"""
