"""Countries, facts and editions for tests of the figures."""
