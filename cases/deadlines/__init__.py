"""The deadlines of a case: running, changed by hand, reminded of, and as a calendar feed."""
